import type { Client, Message, PartialMessage } from "discord.js";
import { traceOf } from "../../src/app/trace.ts";
import { createCatchUp } from "./catchUp.ts";
import { placedOf, placeOf } from "./convert.ts";
import { type CursorKeeper, type Cursors, createCursorKeeper } from "./cursorKeeper.ts";
import { failureOf } from "./failures.ts";
import { createLanes } from "./lanes.ts";
import { boundTo, idAt } from "./place.ts";
import { isNews, isOriginalDeleted, isWatched, keepIfWatched, keepTold } from "./told.ts";
import {
  type Deleted,
  holdsSecret,
  isCommand,
  isOwn,
  isSaidToUs,
  keepCommand,
  keepDeletions,
  keepIfBound,
  sightAuthor,
  type TypedParts,
} from "./typed.ts";

export interface WatchParts extends TypedParts {
  readonly cursors: Cursors;
  readonly signal: AbortSignal;
  readonly sweepMs: number;
}

export interface Watch {
  message(message: Message): void;
  changed(message: Message): void;
  deleted(messages: readonly (Message | PartialMessage)[]): void;
  broken(): void;
  resumed(client: Client<true>): void;
  /** The session is a new one: whatever happened since the cursors may be missing. */
  missed(client: Client<true>): void;
  /** Resolves when all that has come in is dealt with. */
  settled(): Promise<void>;
}

/** Takes typed commands in, and all that is said in watched channels, live and from the history after a gap, each once. */
export function createWatch(parts: WatchParts): Watch {
  const { log, signal, bound } = parts;
  const fail = (error: unknown, about: object = {}) =>
    log.error({ ...about, failure: failureOf(error) }, "Discord message could not be taken in");
  const cursors = createCursorKeeper(parts.cursors, { clock: parts.clock, failed: fail });
  // A lane per channel, so that a cursor never passes a command that is not stored yet.
  const lanes = createLanes();

  // Discord may fail to announce a message, and chats are bound while we run: so all are looked through now and then.
  let sweeper: NodeJS.Timeout | undefined;
  const sweep = (client: Client<true>) => {
    clearInterval(sweeper);
    sweeper = setInterval(() => void catchUp.sweep(client).catch(fail), parts.sweepMs).unref();
  };
  signal.addEventListener("abort", () => clearInterval(sweeper), { once: true });

  const take = (message: Message) => takeMissed(parts, message);
  const gone = (messages: readonly Deleted[]) => keepDeletions(parts, messages);
  const history = { cursors, log, bound, take, known: parts.intake.known, heard: parts.intake.heard, gone };
  const catchUp = createCatchUp({ bound, lanes, log, signal, history });

  function takeIn(message: Message, work: () => Promise<void>): void {
    const { channel } = message;
    const taken = lanes.run(message.channelId, async () => {
      try {
        await work();
      } catch (error) {
        fail(error, { trace: traceOf(placeOf(message, await bound().catch(() => []))) });
        if (!channel.isDMBased()) catchUp.again(channel, momentBefore(message)).catch(fail);
      }
    });
    taken.catch(fail);
  }

  function deleted(messages: readonly (Message | PartialMessage)[]): void {
    // In the channel's lane, so that a message is kept before its deletion is.
    lanes.run(messages[0]?.channelId ?? "", () => keepDeletions(parts, messages)).catch(fail);
  }

  return {
    deleted,
    message: (message) => {
      if (!isOwn(message)) takeIn(message, () => takeLive(parts, cursors, message));
    },
    changed: (message) => {
      if (message.partial || isOwn(message)) return;
      if (isOriginalDeleted(message)) return deleted([message]);
      const change = changeOf(parts, message);
      if (change) takeIn(message, change);
    },
    broken: () => {
      clearInterval(sweeper);
      cursors.hold();
    },
    resumed: (client) => {
      cursors.release().catch(fail);
      sweep(client);
    },
    missed: (client) => {
      catchUp.start(client).catch(fail);
      sweep(client);
    },
    async settled() {
      await lanes.settled();
      await cursors.flush().catch(fail);
    },
  };
}

async function takeLive(parts: TypedParts, cursors: CursorKeeper, message: Message): Promise<void> {
  const isBound = boundTo(await parts.bound(), placedOf(message)) !== undefined;
  const isAsked = isCommand(message) || isSaidToUs(message) || (isBound && holdsSecret(message));
  const isTold = !isAsked && (await isWatched(parts, message));
  if (isAsked) await keepCommand(parts, message);
  if (isTold) await keepTold(parts, message);
  await sightAuthor(parts, message);
  if (!isBound) return;
  if (isAsked || isTold) await cursors.reach(message.channelId, message.id);
  else cursors.pass(message.channelId, message.id);
}

/** The least id of the moment before a message became what it says now. */
const momentBefore = ({ editedTimestamp, createdTimestamp }: Message): string =>
  idAt((editedTimestamp ?? createdTimestamp) - 1);

async function takeMissed(parts: TypedParts, message: Message): Promise<void> {
  if (isOwn(message)) return;
  if (isOriginalDeleted(message)) return keepDeletions(parts, [message]);
  if (isCommand(message) || holdsSecret(message)) await keepCommand(parts, message);
  else await keepIfWatched(parts, message);
}

/** What is to be done about a changed message, if anything. */
function changeOf(parts: TypedParts, message: Message): (() => Promise<void>) | undefined {
  const isEdited = message.editedTimestamp !== null;
  if (isEdited && isCommand(message)) return () => keepCommand(parts, message);
  if (isEdited && holdsSecret(message)) return () => keepIfBound(parts, message);
  return isNews(message, parts.clock()) ? () => keepIfWatched(parts, message) : undefined;
}
