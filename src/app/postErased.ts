import { isKnown } from "./postIds.ts";
import { type Failure, note, remove, type Showing } from "./postShowing.ts";
import { ERASED_FILE, type FileOfPost } from "./store/postFiles.ts";

/** Files of a message of which an erasure lets none stand; nothing where it carries others too. */
export function erasedIn({ files }: Showing, messageId: string): readonly FileOfPost[] {
  const carried = files.filter((file) => file.messageId === messageId);
  return carried.every(({ reason }) => reason === ERASED_FILE) ? carried : [];
}

/** Takes from the chat the messages of files that an erasure has named. Those that a text carries go with its next edit. */
export async function removeErased(showing: Showing): Promise<Failure | undefined> {
  for (const messageId of new Set(showing.files.map((file) => file.messageId))) {
    if (!isKnown(messageId) || showing.texts.includes(messageId)) continue;
    const erased = erasedIn(showing, messageId);
    if (erased.length === 0) continue;
    const outcome = await remove(showing, messageId);
    if (outcome.kind === "later") return outcome;
    await noteGone(showing, erased);
  }
  return undefined;
}

/** What is left of them says that they have been shown once. */
export const noteGone = (showing: Showing, erased: readonly FileOfPost[]): Promise<void> =>
  note(showing, { files: erased.map(({ id }) => ({ id, state: "said", reason: "gone" })) });
