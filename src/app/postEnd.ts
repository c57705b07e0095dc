import type { PostOutcome } from "./poster.ts";
import { isKnown } from "./postIds.ts";
import { type Failure, note, remove, SHOWN, type Showing, type Shown, sayingOf } from "./postShowing.ts";
import { deletedView, erasedView, type PostView } from "./postView.ts";

/** What it was made of is gone: so is the post, or it says so where it may not be deleted. */
export async function takeDown(showing: Showing): Promise<Shown> {
  const { parts, workspace, texts } = showing;
  const removed = await removeAll(showing, [...carriersOf(showing), ...texts.filter(isKnown)]);
  if (removed.kind === "later") return removed;
  const left = removed.left.filter((messageId) => texts.includes(messageId));
  const view = deletedView(parts.wordsIn(workspace.settings.language));
  const failure = await replaceAll(showing, left, view);
  if (failure) return failure;
  await forget(showing, left, "gone");
  return SHOWN;
}

/** Its texts have been erased: the post keeps how it stands, and loses all else. It is not said where it does not stand already. */
export async function showErased(showing: Showing): Promise<Shown> {
  const { parts, workspace, incident, texts } = showing;
  const [first, ...others] = texts.filter(isKnown);
  const removed = await removeAll(showing, [...carriersOf(showing), ...others]);
  if (removed.kind === "later") return removed;
  const words = parts.wordsIn(workspace.settings.language);
  const view = erasedView(incident, { words, now: parts.clock(), timeZone: workspace.settings.timeZone });
  const left = texts.filter((messageId) => messageId === first || removed.left.includes(messageId));
  const failure = await replaceAll(showing, left, view);
  if (failure) return failure;
  await forget(showing, left, "none");
  return SHOWN;
}

/** Messages of files alone. */
const carriersOf = ({ files, texts }: Showing): readonly string[] =>
  [...new Set(files.map(({ messageId }) => messageId))].filter(isKnown).filter((id) => !texts.includes(id));

async function removeAll(
  showing: Showing,
  messageIds: readonly string[],
): Promise<{ readonly kind: "removed"; readonly left: readonly string[] } | Extract<PostOutcome, { kind: "later" }>> {
  const left: string[] = [];
  for (const messageId of messageIds) {
    const outcome = await remove(showing, messageId);
    if (outcome.kind === "later") return outcome;
    if (outcome.kind === "impossible") left.push(messageId);
  }
  return { kind: "removed", left };
}

async function replaceAll(
  showing: Showing,
  messageIds: readonly string[],
  view: PostView,
): Promise<Failure | undefined> {
  const { parts, post } = showing;
  for (const messageId of messageIds) {
    const saying = sayingOf(showing, { message: { text: view.text, files: [] }, view, name: "end" });
    const outcome = await parts.poster.edit(post, messageId, { ...saying, bare: true });
    if (outcome.kind === "later") return outcome;
    if (outcome.kind !== "done") parts.log.info({ post: post.id, reason: outcome.reason }, "a post may not be edited");
  }
  return undefined;
}

/** With what is known of its files their links end. */
async function forget(showing: Showing, left: readonly string[], nothing: "gone" | "none"): Promise<void> {
  const { store } = showing.parts;
  await store.tx((tx) => tx.postFiles.drop(showing.files.map(({ id }) => id)));
  showing.files = [];
  await note(showing, { at: left.length > 0 ? "posted" : nothing, texts: left });
}
