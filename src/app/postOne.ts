import type { Alert } from "../core/alert.ts";
import { echoHash } from "./echoes.ts";
import type { Clock, Log, WordsIn } from "./ports.ts";
import type { Poster, PostFile, PostMessage, PostOutcome, PostSaying } from "./poster.ts";
import { type FileParts, fetchFiles } from "./postFiles.ts";
import {
  isKnown,
  LOST,
  leftOutEntry,
  leftOutOf,
  type PostIds,
  pendingOf,
  pendingSince,
  readIds,
  writeIds,
} from "./postIds.ts";
import { deletedView, type PostView, postView } from "./postView.ts";
import { leftOutReason } from "./receipts.ts";
import type { Incident } from "./store/incidents.ts";
import type { Post } from "./store/posts.ts";
import type { Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

export interface PostParts {
  readonly store: Store;
  readonly poster: Poster;
  readonly files: FileParts;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far a post came. */
export type Shown =
  | { readonly kind: "shown" }
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

const SHOWN: Shown = { kind: "shown" };
/** After an answer that was lost, where asking again shows nothing twice. */
const AGAIN_MS = 2_000;

/** What is shown, and what is known of its messages so far; each step is written down before and after it is taken. */
interface Showing {
  readonly post: Post;
  readonly incident: Incident;
  readonly workspace: Workspace;
  readonly parts: PostParts;
  ids: PostIds;
}

type Failure = Exclude<Shown, { kind: "shown" }>;

/**
 * Shows an incident in a chat as it stands now: what is there already is edited, what is missing is posted, at most once. `version`
 * of the row counts as shown by the caller, whatever comes of it but `later`.
 */
export async function showPost(post: Post, parts: PostParts, signal: AbortSignal): Promise<Shown> {
  const { read } = parts.store;
  const incident = await read.incidents.byId(post.incidentId);
  const workspace = incident && (await read.workspaces.byId(post.workspaceId));
  if (!incident?.alert || !workspace || !(await isStillTheirs(post, parts))) return SHOWN;
  const showing: Showing = { post, incident, workspace, parts, ids: knownIds(post) };
  if (incident.state.retracted === true) return takeDown(showing);
  const messages = await compose(showing, incident.alert, signal);
  return (await sayTexts(showing, messages)) ?? (await sayFiles(showing, messages)) ?? SHOWN;
}

/** A chat that was handed over to another workspace since is told nothing more. A webhook is named by the rule itself. */
async function isStillTheirs({ webhook, workspaceId, ...chat }: Post, { store }: PostParts): Promise<boolean> {
  if (webhook !== undefined) return true;
  if (chat.chatId.startsWith("webhook:")) return false;
  return (await store.read.chats.find(chat))?.workspaceId === workspaceId;
}

/** Nothing is known of a post that is gone, nor of one whose every message may or may not have been said: the news is a new post. */
function knownIds({ post, messageIds }: Post): PostIds {
  const ids = readIds(messageIds);
  if (post === "gone") return { texts: [] };
  const isLost = post === "posted" && ids.texts.length > 0 && ids.texts.every((entry) => entry === LOST);
  return isLost ? { ...ids, texts: [] } : ids;
}

interface Composed {
  readonly view: PostView;
  readonly texts: readonly PostMessage[];
  readonly files: readonly PostMessage[];
}

async function compose(showing: Showing, alert: Alert, signal: AbortSignal): Promise<Composed> {
  const { post, incident, workspace, parts } = showing;
  const { wordsIn, clock, poster, store } = parts;
  // Of a first message that is in doubt, the files are too.
  const isFirst = showing.ids.files === undefined || pendingOf(showing.ids.texts[0] ?? "") !== undefined;
  const rule = isFirst ? await store.read.rules.byId(incident.ruleId) : undefined;
  const media = rule?.options.media ? alert.media : [];
  const trace = `post:${post.id}`;
  const fetching = { parts: parts.files, maxBytes: poster.maxFileBytes, trace };
  const fetched = media.length > 0 ? await fetchFiles(media, fetching, signal) : { files: [], leftOut: [] };
  if (isFirst) showing.ids = { ...showing.ids, files: fetched.leftOut.map(leftOutEntry) };
  const words = wordsIn(workspace.settings.language);
  const notes = leftOutOf(showing.ids.files).map(({ index, reason }) =>
    words.say("left-out-line", { name: alert.media[index]?.name ?? "?", reason: leftOutReason(words, { reason }) }),
  );
  const view = postView(incident, alert, { words, now: clock(), timeZone: workspace.settings.timeZone, notes });
  return { view, ...arranged(poster, view, fetched.files) };
}

function arranged(poster: Poster, { text }: PostView, files: readonly PostFile[]) {
  const messages = poster.arrange({ text, files });
  const isText = (message: PostMessage) => message.text.length > 0;
  return { texts: messages.filter(isText), files: messages.filter((message) => !isText(message)) };
}

/** Its messages of text, in order; what was there and is not needed any more is removed. */
async function sayTexts(showing: Showing, composed: Composed): Promise<Failure | undefined> {
  const { texts, view } = composed;
  for (const [index, message] of texts.entries()) {
    const buttons = index === texts.length - 1 ? view.buttons : [];
    const failure = await sayText(showing, { index, message, view: { ...view, buttons } });
    if (failure) return failure;
  }
  for (const surplus of showing.ids.texts.slice(texts.length)) {
    const removed = isKnown(surplus) ? await remove(showing, surplus) : undefined;
    if (removed?.kind === "later") return removed;
  }
  await note(showing, { ...showing.ids, texts: showing.ids.texts.slice(0, texts.length) }, "posted");
  // A bridge may carry an edit back as well.
  const { store, clock } = showing.parts;
  await store.tx((tx) => tx.posts.said(showing.post.workspaceId, [echoHash(view.origin)], clock()));
  return undefined;
}

interface Turn {
  readonly index: number;
  readonly message: PostMessage;
  readonly view: PostView;
}

async function sayText(showing: Showing, turn: Turn): Promise<Failure | undefined> {
  const { post, parts, ids } = showing;
  const entry = ids.texts[turn.index];
  if (isKnown(entry)) return editText(showing, turn, entry);
  if (entry === LOST) return undefined;
  const since = entry === undefined ? undefined : pendingOf(entry);
  if (since === undefined) return sayNew(showing, turn, parts.clock());
  const isSafe = parts.clock() - since < parts.poster.repeatableMs(post);
  if (!isSafe) {
    await note(showing, withText(ids, turn.index, LOST), "posted");
    return undefined;
  }
  // What stands there may be an older version.
  return (await sayNew(showing, turn, since)) ?? sayText(showing, turn);
}

async function editText(showing: Showing, turn: Turn, messageId: string): Promise<Failure | undefined> {
  const { post, parts } = showing;
  const outcome = await parts.poster.edit(post, messageId, sayingOf(showing, turn, 0));
  switch (outcome.kind) {
    case "done":
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
  const ids = withText(showing.ids, index, LOST);
  if (ids.texts.some(isKnown)) {
    await note(showing, ids, "posted");
    return undefined;
  }
  await note(showing, { texts: [] }, "gone");
  return { kind: "failed", reason: "it was deleted" };
}

const failed = ({ reason }: { reason: string }): Failure => ({ kind: "failed", reason });

const sayingOf = ({ post, incident }: Showing, { index, message, view }: Turn, since: number): PostSaying => ({
  ...message,
  buttons: view.buttons,
  author: view.author,
  silent: view.silent || index > 0,
  key: [incident.uid, post.platform, post.chatId, post.threadId, index, since].join("/"),
});

/** Posts one message. That it is about to be said, and what an echo of it looks like, is written down before. */
async function sayNew(showing: Showing, turn: Turn, since: number): Promise<Failure | undefined> {
  const { post, parts, ids } = showing;
  await parts.store.tx(async (tx) => {
    const pending = withText(ids, turn.index, pendingSince(since));
    await tx.posts.update(post.id, { post: "posting", messageIds: writeIds(pending) });
    await tx.posts.said(post.workspaceId, [echoHash(turn.view.origin)], parts.clock());
  });
  const outcome = await parts.poster.post(post, sayingOf(showing, turn, since));
  return settleText(showing, { index: turn.index, since }, outcome);
}

async function settleText(
  showing: Showing,
  { index, since }: { index: number; since: number },
  outcome: PostOutcome,
): Promise<Failure | undefined> {
  const { ids, parts, post } = showing;
  switch (outcome.kind) {
    case "done":
      await note(showing, withText(ids, index, outcome.messageIds[0] ?? LOST), "posting");
      return undefined;
    case "unknown":
      if (parts.clock() - since < parts.poster.repeatableMs(post)) {
        await note(showing, withText(ids, index, pendingSince(since)), "posting");
        return { kind: "later", afterMs: AGAIN_MS, reason: outcome.reason };
      }
      await note(showing, withText(ids, index, LOST), "posted");
      return failed(outcome);
    case "later":
      await takeBackPending(showing, index);
      return outcome;
    case "gone":
    case "impossible":
      await takeBackPending(showing, index);
      return failed(outcome);
    default:
      return outcome satisfies never;
  }
}

/** It was not said: the next try begins as if there had been none. */
async function takeBackPending(showing: Showing, index: number): Promise<void> {
  const texts = showing.ids.texts.slice(0, index);
  const files = index === 0 ? {} : showing.ids.files ? { files: showing.ids.files } : {};
  await note(showing, { texts, ...files }, texts.length > 0 ? "posted" : "none");
}

function withText(ids: PostIds, index: number, entry: string): PostIds {
  const texts = [...ids.texts];
  texts[index] = entry;
  return { ...ids, texts };
}

async function note(showing: Showing, ids: PostIds, post: Post["post"]): Promise<void> {
  showing.ids = ids;
  await showing.parts.store.tx((tx) => tx.posts.update(showing.post.id, { post, messageIds: writeIds(ids) }));
}

/** Files that go in messages of their own, once: of one that failed nothing is tried again, because its text is there. */
async function sayFiles(showing: Showing, { files, view }: Composed): Promise<Failure | undefined> {
  for (const [index, message] of files.entries()) {
    const { parts, post } = showing;
    const before = showing.ids.files ?? [];
    await note(showing, { ...showing.ids, files: [...before, pendingSince(parts.clock())] }, "posting");
    const turn = { index: showing.ids.texts.length + index, message, view: { ...view, buttons: [] } };
    const outcome = await parts.poster.post(post, sayingOf(showing, turn, parts.clock()));
    if (outcome.kind === "later" && index === 0) {
      await note(showing, { texts: showing.ids.texts }, "posted");
      return outcome;
    }
    const entries = outcome.kind === "done" ? outcome.messageIds : [LOST];
    await note(showing, { ...showing.ids, files: [...before, ...entries] }, "posted");
    if (outcome.kind !== "done") return failed(outcome);
  }
  return undefined;
}

/** What it was made of is gone: so is the post, or it says so where it may not be deleted. */
async function takeDown(showing: Showing): Promise<Shown> {
  const { post, parts, workspace, ids } = showing;
  const left: string[] = [];
  for (const messageId of [...(ids.files ?? []), ...ids.texts].filter(isKnown)) {
    const outcome = await remove(showing, messageId);
    if (outcome.kind === "later") return outcome;
    if (outcome.kind === "impossible" && ids.texts.includes(messageId)) left.push(messageId);
  }
  for (const messageId of left) {
    const view = deletedView(parts.wordsIn(workspace.settings.language));
    const message = { text: view.text, files: [] };
    const outcome = await parts.poster.edit(post, messageId, sayingOf(showing, { index: 0, message, view }, 0));
    if (outcome.kind === "later") return outcome;
  }
  await note(showing, { texts: left, files: [] }, left.length > 0 ? "posted" : "gone");
  return SHOWN;
}

async function remove({ post, parts }: Showing, messageId: string): Promise<PostOutcome> {
  const outcome = await parts.poster.remove(post, messageId);
  if (outcome.kind === "impossible")
    parts.log.info({ post: post.id, reason: outcome.reason }, "a post may not be deleted");
  return outcome;
}
