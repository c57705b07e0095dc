import { erasedIn, noteGone } from "./postErased.ts";
import type { PostMessage, PostOutcome } from "./poster.ts";
import type { Ready } from "./postFiles.ts";
import { isKnown, LOST, pendingOf, pendingSince } from "./postIds.ts";
import { AGAIN_MS, type Failure, failed, isRepeatable, note, remove, type Showing, sayingOf } from "./postShowing.ts";
import type { PostView } from "./postView.ts";
import type { FileChange } from "./store/postFiles.ts";

/** A post's messages of text, in order; the first may carry files. */
export interface Composed {
  readonly view: PostView;
  readonly texts: readonly PostMessage[];
  /** Files that may be among the messages'. */
  readonly ready: readonly Ready[];
}

interface Turn {
  readonly index: number;
  readonly message: PostMessage;
  readonly view: PostView;
  /** The files of the message. */
  readonly carried: readonly Ready[];
}

/** What is there is edited, what is missing is posted, at most once, and what is not needed any more is removed. */
export async function sayTexts(showing: Showing, { texts, view, ready }: Composed): Promise<Failure | undefined> {
  for (const [index, message] of texts.entries()) {
    const buttons = index === texts.length - 1 ? view.buttons : [];
    const carried = ready.filter(({ file }) => message.files.includes(file));
    const shown = { ...view, buttons, silent: view.silent || index > 0 };
    const failure = await sayText(showing, { index, message, view: shown, carried });
    if (failure) return failure;
  }
  for (const surplus of showing.texts.slice(texts.length)) {
    const removed = isKnown(surplus) ? await remove(showing, surplus) : undefined;
    if (removed?.kind === "later") return removed;
  }
  // A bridge may carry an edit back as well.
  await note(showing, { at: "posted", texts: showing.texts.slice(0, texts.length), origin: view.origin });
  return undefined;
}

async function sayText(showing: Showing, turn: Turn): Promise<Failure | undefined> {
  const entry = showing.texts[turn.index];
  if (isKnown(entry)) return editText(showing, turn, entry);
  if (entry === LOST) return undefined;
  const since = entry === undefined ? undefined : pendingOf(entry);
  if (since === undefined) return sayNew(showing, turn, showing.parts.clock());
  if (!isRepeatable(showing, since)) return leaveInDoubt(showing, turn);
  // What stands there may be an older version.
  return (await sayNew(showing, turn, since)) ?? sayText(showing, turn);
}

const nameOf = ({ index }: Turn, since: number): string => `${index}/${since}`;

async function editText(showing: Showing, turn: Turn, messageId: string): Promise<Failure | undefined> {
  const { post, parts } = showing;
  const erased = erasedIn(showing, messageId);
  const saying = sayingOf(showing, { ...turn, name: nameOf(turn, 0) });
  const bare = erased.length > 0 ? { bare: true as const } : {};
  const outcome = await parts.poster.edit(post, messageId, { ...saying, ...bare });
  switch (outcome.kind) {
    case "done":
      if (erased.length > 0) await noteGone(showing, erased);
      return undefined;
    case "gone":
      return forgetText(showing, turn.index);
    case "later":
      return outcome;
    case "impossible":
    case "unknown":
      return failed(outcome);
    default:
      return outcome satisfies never;
  }
}

/** Somebody deleted it: it is not said again, and once none is left, nothing follows any more. */
async function forgetText(showing: Showing, index: number): Promise<Failure | undefined> {
  const texts = showing.texts.with(index, LOST);
  if (texts.some(isKnown)) {
    await note(showing, { at: "posted", texts });
    return undefined;
  }
  await note(showing, { at: "gone", texts: [] });
  return { kind: "failed", reason: "it was deleted" };
}

/** Posts one message. That it is about to be said, and what an echo of it looks like, is written down before. */
async function sayNew(showing: Showing, turn: Turn, since: number): Promise<Failure | undefined> {
  const { post, parts } = showing;
  const { origin } = turn.view;
  await noteText(showing, turn, { entry: pendingSince(since), files: { state: "saying", since }, origin });
  const outcome = await parts.poster.post(post, sayingOf(showing, { ...turn, name: nameOf(turn, since) }));
  return settle(showing, turn, { since, outcome });
}

async function settle(
  showing: Showing,
  turn: Turn,
  { since, outcome }: { since: number; outcome: PostOutcome },
): Promise<Failure | undefined> {
  switch (outcome.kind) {
    case "done": {
      const [messageId] = outcome.messageIds;
      const said = messageId === undefined ? {} : { messageId };
      await noteText(showing, turn, { entry: messageId ?? LOST, files: { state: "said", ...said } });
      return undefined;
    }
    case "unknown":
      if (!isRepeatable(showing, since)) return leaveInDoubt(showing, turn);
      return { kind: "later", afterMs: AGAIN_MS, reason: outcome.reason };
    case "later":
      await takeBack(showing, turn);
      return outcome;
    case "gone":
    case "impossible":
      await takeBack(showing, turn);
      // The text may be welcome where its files are not.
      if (outcome.kind === "gone" || turn.carried.length === 0) return failed(outcome);
      return sayNew(showing, { ...turn, message: { ...turn.message, files: [] }, carried: [] }, showing.parts.clock());
    default:
      return outcome satisfies never;
  }
}

/** It may stand there, so it is not said again; what comes behind it goes on. */
async function leaveInDoubt(showing: Showing, turn: Turn): Promise<undefined> {
  const { post, parts } = showing;
  parts.log.warn({ post: post.id, message: turn.index }, "nobody knows whether a message of a post was said");
  await noteText(showing, turn, { entry: LOST, files: { state: "left-out", reason: "chat-unsure" } });
}

/** It was not said: the next try begins as if there had been none. */
async function takeBack(showing: Showing, { index, carried }: Turn): Promise<void> {
  const texts = showing.texts.slice(0, index);
  const files = carried.map(({ entry: { id } }) => ({ id, state: "waiting" as const }));
  await note(showing, { at: texts.length > 0 ? "posted" : "none", texts, files });
}

async function noteText(
  showing: Showing,
  { index, carried }: Turn,
  { entry, files, ...said }: { entry: string; files: Omit<FileChange, "id">; origin?: string },
): Promise<void> {
  const texts = [...showing.texts];
  texts[index] = entry;
  await note(showing, { at: "posting", texts, files: carried.map(({ entry: { id } }) => ({ id, ...files })), ...said });
}
