import { createHash } from "node:crypto";
import type { REST } from "discord.js";
import { z } from "zod";
import type { ChatOutcome, Clock, Log, Mark, Messenger, SayTarget } from "../../src/app/ports.ts";
import type { Button } from "../../src/app/store/queues.ts";
import { traceOf } from "../../src/app/trace.ts";
import { rowsOf } from "./buttons.ts";
import { type Failure, failureOf, outcomeOf } from "./failures.ts";
import { outgoing } from "./outgoing.ts";
import { messageIdOf, PRIVATE_GUILD, type Spot, spotOf } from "./place.ts";

export interface MessengerParts {
  /** The client's REST side; the same one for all, so that its rate limits hold. */
  rest(): Promise<REST>;
  readonly clock: Clock;
  readonly log: Log;
}

const REACTIONS: Readonly<Record<Mark, string>> = { stored: "👀", delivered: "👍", failed: "😢", recalled: "🙈" };

/** The id by which the answer to an interaction is edited. */
const ORIGINAL = "@original";
/** Posts whose answer was lost are repeated under the same nonce: Discord then returns the first message. */
const POST_TRIES = 2;
/** How many messages' marks are remembered, to know which reaction to take away. */
const REMEMBERED_MARKS = 1_000;

const NO_PINGS = { parse: [], replied_user: false };
const created = z.object({ id: z.string() });

type Sent<T> = { readonly kind: "sent"; readonly body: T } | { readonly kind: "failed"; readonly failure: Failure };

async function attempt<T>(request: () => Promise<T>): Promise<Sent<T>> {
  try {
    return { kind: "sent", body: await request() };
  } catch (error) {
    return { kind: "failed", failure: failureOf(error) };
  }
}

/** Stable over restarts, at most 25 characters. */
const nonceOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("base64url").slice(0, 25);

const encodedEmoji = (mark: Mark): string => encodeURIComponent(REACTIONS[mark]);

function reactionPath(spot: Spot, mark: Mark): `/${string}` {
  return `/channels/${spot.channelId}/messages/${spot.messageId}/reactions/${encodedEmoji(mark)}/@me`;
}

/** Marks shown lately, so that a newer one takes exactly its forerunner away. */
function markMemory() {
  const shown = new Map<string, Mark>();
  return {
    /** Which marks may stand on the message besides the new one. */
    stale(messageId: string, mark: Mark): Mark[] {
      const known = shown.get(messageId);
      const marks: Mark[] = known ? [known] : mark === "stored" ? [] : ["stored", "delivered", "failed", "recalled"];
      return marks.filter((each) => each !== mark);
    },
    remember(messageId: string, mark: Mark): void {
      shown.delete(messageId);
      shown.set(messageId, mark);
      const oldest = shown.keys().next();
      if (shown.size > REMEMBERED_MARKS && !oldest.done) shown.delete(oldest.value);
    },
  };
}

/** Discord: 10008, "Unknown Message". */
const isGone = (failure: Failure): boolean => failure.kind === "refused" && failure.code === 10_008;

/** What is known of the way a text takes. */
interface Saying {
  readonly target: SayTarget;
  readonly text: string;
  readonly buttons?: readonly Button[] | undefined;
}

const done = (messageId: string | undefined): ChatOutcome => ({
  kind: "done",
  ...(messageId === undefined ? {} : { messageId }),
});

const traceOfTarget = ({ messageId, ...chat }: SayTarget) =>
  messageId === undefined ? {} : { trace: traceOf({ ...chat, messageId }) };

/** Edits the interaction's answer; undefined when the interaction is over. */
async function answer(parts: MessengerParts, { target, text, buttons }: Saying): Promise<ChatOutcome | undefined> {
  const { interaction } = target;
  if (!interaction || parts.clock() >= interaction.expiresAt) return undefined;
  const rest = await parts.rest();
  const path = `/webhooks/${interaction.applicationId}/${interaction.token}/messages/${ORIGINAL}` as const;
  const body = { content: outgoing(text), allowed_mentions: NO_PINGS, components: rowsOf(buttons) };
  const sent = await attempt(() => rest.patch(path, { body, auth: false }));
  if (sent.kind === "sent") return done(ORIGINAL);
  const outcome = outcomeOf(sent.failure, true);
  if (outcome.kind === "later") return outcome;
  parts.log.debug({ ...traceOfTarget(target), outcome }, "the interaction cannot be answered any more");
  return undefined;
}

async function postIn(parts: MessengerParts, saying: Saying, spot: Partial<Spot> & { channelId: string }) {
  const rest = await parts.rest();
  const { target, text, buttons = [] } = saying;
  const { channelId, messageId: to } = spot;
  const body = {
    content: outgoing(text),
    allowed_mentions: NO_PINGS,
    nonce: nonceOf(channelId, target.messageId ?? "", text),
    enforce_nonce: true,
    ...(buttons.length === 0 ? {} : { components: rowsOf(buttons) }),
    ...(to === undefined ? {} : { message_reference: { message_id: to, fail_if_not_exists: false } }),
  };
  const post = async () => created.parse(await rest.post(`/channels/${channelId}/messages`, { body })).id;
  let sent = await attempt(post);
  for (let left = POST_TRIES - 1; left > 0 && sent.kind === "failed" && sent.failure.kind === "lost"; left -= 1) {
    sent = await attempt(post);
  }
  if (sent.kind === "failed") return outcomeOf(sent.failure, false);
  return done(messageIdOf({ channelId, messageId: sent.body }, target));
}

async function postDirectly(parts: MessengerParts, saying: Saying): Promise<ChatOutcome> {
  const { userId } = saying.target;
  if (userId === undefined) return { kind: "not-allowed", reason: "nobody is known to write to" };
  const rest = await parts.rest();
  const body = { recipient_id: userId };
  const opened = await attempt(async () => created.parse(await rest.post("/users/@me/channels", { body })).id);
  if (opened.kind === "failed") return outcomeOf(opened.failure, true);
  return postIn(parts, saying, { channelId: opened.body });
}

/** The answer to an interaction stands below its question; what follows it does not. */
const apart = ({ target, text }: Saying): Saying => ({
  target,
  text: [target.about, text].filter((part) => part !== undefined).join(" "),
});

/** What remains when the interaction is over: its person, then its channel. */
async function sayOtherwise(parts: MessengerParts, answered: Saying): Promise<ChatOutcome> {
  const saying = apart(answered);
  const { target } = saying;
  const direct = await postDirectly(parts, saying);
  const isClosed = direct.kind === "not-allowed" || direct.kind === "impossible";
  if (!isClosed || target.chatId === PRIVATE_GUILD) return direct;
  return postIn(parts, saying, { channelId: spotOf(target, target.messageId ?? "").channelId });
}

async function editMessage(parts: MessengerParts, saying: Saying, messageId: string): Promise<ChatOutcome> {
  const spot = spotOf(saying.target, messageId);
  const rest = await parts.rest();
  const components = rowsOf(saying.buttons);
  const body = { content: outgoing(saying.text), allowed_mentions: NO_PINGS, components };
  const sent = await attempt(() => rest.patch(`/channels/${spot.channelId}/messages/${spot.messageId}`, { body }));
  return sent.kind === "sent" ? done(messageId) : outcomeOf(sent.failure, true);
}

/**
 * Speaks in Discord. An open interaction is answered by editing its first answer; when that is no longer possible, by a direct
 * message to who asked, else in the channel. A mark on an interaction is not allowed: it has no message that could carry one.
 */
export function createMessenger(parts: MessengerParts): Messenger {
  const marks = markMemory();

  async function react(spot: Spot, mark: Mark): Promise<ChatOutcome> {
    const rest = await parts.rest();
    const sent = await attempt(() => rest.put(reactionPath(spot, mark)));
    if (sent.kind === "failed") return outcomeOf(sent.failure, true);
    for (const stale of marks.stale(spot.messageId, mark)) await attempt(() => rest.delete(reactionPath(spot, stale)));
    marks.remember(spot.messageId, mark);
    return done(undefined);
  }

  return {
    async mark(target, mark) {
      if (target.interaction) return { kind: "not-allowed", reason: "an interaction is answered in words" };
      if (target.messageId === undefined) return { kind: "impossible", reason: "no message to mark" };
      return react(spotOf(target, target.messageId), mark);
    },
    async post(target, text, buttons) {
      const saying = { target, text, buttons };
      if (target.interaction) return (await answer(parts, saying)) ?? sayOtherwise(parts, saying);
      if (target.messageId === undefined) return postIn(parts, saying, { channelId: target.threadId });
      return postIn(parts, saying, spotOf(target, target.messageId));
    },
    async edit(target, messageId, text, buttons) {
      const saying = { target, text, buttons };
      if (messageId === ORIGINAL) return (await answer(parts, saying)) ?? sayOtherwise(parts, saying);
      return editMessage(parts, target.interaction ? apart(saying) : saying, messageId);
    },
    async remove(target) {
      if (target.interaction || target.messageId === undefined)
        return { kind: "impossible", reason: "there is no message to delete" };
      const spot = spotOf(target, target.messageId);
      const rest = await parts.rest();
      const sent = await attempt(() => rest.delete(`/channels/${spot.channelId}/messages/${spot.messageId}`));
      if (sent.kind === "sent" || isGone(sent.failure)) return done(undefined);
      return outcomeOf(sent.failure, true);
    },
  };
}
