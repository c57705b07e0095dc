import type { Client, Message, PartialMessage } from "discord.js";
import { traceOf } from "../../src/app/trace.ts";
import { createCatchUp } from "./catchUp.ts";
import { placedOf, placeOf } from "./convert.ts";
import { type Cursors, createCursorKeeper } from "./cursorKeeper.ts";
import { failureOf } from "./failures.ts";
import { createLanes } from "./lanes.ts";
import { boundTo } from "./place.ts";
import {
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

/** Takes typed commands in, live and from the history after a gap, each once. */
export function createWatch(parts: WatchParts): Watch {
  const { log, signal, bound } = parts;
  const fail = (error: unknown, about: object = {}) =>
    log.error({ ...about, failure: failureOf(error) }, "Discord message could not be taken in");
  const cursors = createCursorKeeper(parts.cursors, fail);
  // A lane per channel, so that a cursor never passes a command that is not stored yet.
  const lanes = createLanes();

  async function takeMissed(message: Message): Promise<void> {
    if (!isOwn(message) && (isCommand(message) || holdsSecret(message))) await keepCommand(parts, message);
  }

  async function takeLive(message: Message): Promise<void> {
    const isBound = boundTo(await bound(), placedOf(message)) !== undefined;
    const isAsked = isCommand(message) || isSaidToUs(message) || (isBound && holdsSecret(message));
    if (isAsked) await keepCommand(parts, message);
    await sightAuthor(parts, message);
    if (!isBound) return;
    if (isAsked) await cursors.reach(message.channelId, message.id);
    else cursors.pass(message.channelId, message.id);
  }

  // Discord may fail to announce a message, and chats are bound while we run: so all are looked through now and then.
  let sweeper: NodeJS.Timeout | undefined;
  const sweep = (client: Client<true>) => {
    clearInterval(sweeper);
    sweeper = setInterval(() => void catchUp.start(client).catch(fail), parts.sweepMs).unref();
  };
  signal.addEventListener("abort", () => clearInterval(sweeper), { once: true });

  const catchUp = createCatchUp({ bound, lanes, log, signal, history: { cursors, log, bound, take: takeMissed } });

  function takeIn(message: Message, work: () => Promise<void>): void {
    const { channel } = message;
    const taken = lanes.run(message.channelId, async () => {
      try {
        await work();
      } catch (error) {
        fail(error, { trace: traceOf(placeOf(message, await bound().catch(() => []))) });
        if (!channel.isDMBased()) catchUp.again(channel).catch(fail);
      }
    });
    taken.catch(fail);
  }

  return {
    message: (message) => {
      if (!isOwn(message)) takeIn(message, () => takeLive(message));
    },
    changed: (message) => {
      if (message.partial || message.editedTimestamp === null || isOwn(message)) return;
      if (isCommand(message)) takeIn(message, () => keepCommand(parts, message));
      else if (holdsSecret(message)) takeIn(message, () => keepIfBound(parts, message));
    },
    deleted: (messages) => {
      // In the channel's lane, so that a command is kept before its deletion is.
      lanes.run(messages[0]?.channelId ?? "", () => keepDeletions(parts, messages)).catch(fail);
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
