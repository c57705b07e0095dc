import type { Alert } from "../core/alert.ts";
import { showErased, takeDown } from "./postEnd.ts";
import { removeErased } from "./postErased.ts";
import type { PostMessage } from "./poster.ts";
import { noteFiles, notesOf, type Ready, readyFiles } from "./postFiles.ts";
import { isKnown, LOST, pendingOf } from "./postIds.ts";
import { sayFiles } from "./postPieces.ts";
import { type PostParts, SHOWN, type Showing, type Shown } from "./postShowing.ts";
import { sayTexts } from "./postTexts.ts";
import { forgottenView, type PostView, postView } from "./postView.ts";
import type { Post } from "./store/posts.ts";

/**
 * Shows an incident in a chat as it stands now: what is there already is edited, what is missing is posted, at most once. `version`
 * of the row counts as shown by the caller, whatever comes of it but `later`.
 */
export async function showPost(post: Post, parts: PostParts, signal: AbortSignal): Promise<Shown> {
  const { read } = parts.store;
  const incident = await read.incidents.byId(post.incidentId);
  const workspace = incident && (await read.workspaces.byId(post.workspaceId));
  if (!incident || !workspace) return SHOWN;
  const files = await read.postFiles.of(post.id);
  const showing: Showing = { post, incident, workspace, parts, at: post.post, texts: textsOf(post), files };
  // What was erased has to go wherever it stands.
  if (!incident.alert && incident.state.retracted !== true)
    return (await isCalledIn(showing)) ? sayForgotten(showing) : showErased(showing);
  if (!(await isStillTheirs(post, parts))) return SHOWN;
  if (!incident.alert || incident.state.retracted === true) return takeDown(showing);
  return show(showing, incident.alert, signal);
}

/** A chat that has shown nothing yet of what nobody has: what its text was is no reason to keep quiet about how it stands. */
async function isCalledIn({ post, incident, parts, texts, files }: Showing): Promise<boolean> {
  const isNew = files.length === 0 && !texts.some(isKnown);
  return isNew && incident.status === "open" && isStillTheirs(post, parts);
}

async function sayForgotten(showing: Showing): Promise<Shown> {
  const { incident, workspace, parts } = showing;
  const { language, timeZone } = workspace.settings;
  const view = forgottenView(incident, { words: parts.wordsIn(language), now: parts.clock(), timeZone });
  const texts = parts.poster.arrange({ text: view.text, files: [] });
  return (await sayTexts(showing, { view, texts, ready: [] })) ?? SHOWN;
}

/** A chat that was handed over to another workspace since is told nothing more. A webhook is named by the rule itself. */
async function isStillTheirs({ webhook, workspaceId, ...chat }: Post, { store }: PostParts): Promise<boolean> {
  if (webhook !== undefined) return true;
  if (chat.chatId.startsWith("webhook:")) return false;
  return (await store.read.chats.find(chat))?.workspaceId === workspaceId;
}

/** Nothing is known of a post that is gone, nor of one whose every message may or may not have been said: the news is a new post. */
function textsOf({ post, messageIds }: Post): readonly string[] {
  if (post === "gone") return [];
  const isLost = post === "posted" && messageIds.every((entry) => entry === LOST);
  return isLost ? [] : messageIds;
}

/** Text first, then files; what comes out of these may have to be said in the text. */
async function show(showing: Showing, alert: Alert, signal: AbortSignal): Promise<Shown> {
  const away = await removeErased(showing);
  if (away) return away;
  await noteFiles(showing, alert);
  const ready = await readyFiles(showing, signal);
  const replyTo = showing.texts.find(isKnown);
  const first = compose(showing, alert, togetherIn(showing, ready));
  const named = leftOut(showing);
  const failure =
    (await sayTexts(showing, { ...first, ready })) ?? (await sayFiles(showing, { ...first, ready, replyTo }));
  if (failure || leftOut(showing) === named) return failure ?? SHOWN;
  return (await sayTexts(showing, { ...compose(showing, alert, []), ready: [] })) ?? SHOWN;
}

const leftOut = ({ files }: Showing): number => files.filter(({ state }) => state === "left-out").length;

/** Files that may go along with the first text: those of a new post, and of one that may have to be said again as it was. */
function togetherIn({ texts }: Showing, ready: readonly Ready[]): readonly Ready[] {
  const [first] = texts;
  if (first === undefined) return ready.filter(({ entry }) => entry.state === "waiting");
  return pendingOf(first) === undefined ? [] : ready.filter(({ entry }) => entry.state === "saying");
}

function compose(
  showing: Showing,
  alert: Alert,
  together: readonly Ready[],
): { readonly view: PostView; readonly texts: readonly PostMessage[] } {
  const { incident, workspace, parts } = showing;
  const { language, timeZone } = workspace.settings;
  const words = parts.wordsIn(language);
  const reading = { words, now: parts.clock(), timeZone, notes: notesOf(showing, words) };
  const view = postView(incident, alert, reading);
  const messages = parts.poster.arrange({ text: view.text, files: together.map(({ file }) => file) });
  return { view, texts: messages.filter(({ text }) => text.length > 0) };
}
