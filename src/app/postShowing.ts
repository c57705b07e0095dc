import { echoHash } from "./echoes.ts";
import type { Clock, Log, WordsIn } from "./ports.ts";
import type { Poster, PostMessage, PostOutcome, PostSaying } from "./poster.ts";
import type { FileParts } from "./postFetch.ts";
import type { PostView } from "./postView.ts";
import type { Incident } from "./store/incidents.ts";
import type { FileChange, FileOfPost } from "./store/postFiles.ts";
import type { Post } from "./store/posts.ts";
import type { Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

export interface PostParts {
  readonly store: Store;
  readonly poster: Poster;
  readonly files: FileParts;
  /** Without a trailing slash; absent when this service has no public address. */
  readonly publicUrl?: string;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far a post came. */
export type Shown =
  | { readonly kind: "shown" }
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

export type Failure = Exclude<Shown, { kind: "shown" }>;

export const SHOWN: Shown = { kind: "shown" };
/** After an answer that was lost, where asking again shows nothing twice. */
export const AGAIN_MS = 2_000;

/** What is shown, and what is known of its messages so far; each step is written down before and after it is taken. */
export interface Showing {
  readonly post: Post;
  readonly incident: Incident;
  readonly workspace: Workspace;
  readonly parts: PostParts;
  /** How far it has come. */
  at: Post["post"];
  /** As `postIds.ts` reads them. */
  texts: readonly string[];
  files: readonly FileOfPost[];
}

interface Step {
  readonly at?: Post["post"];
  readonly texts?: readonly string[];
  readonly files?: readonly FileChange[];
  /** The line by which an echo of it is known. */
  readonly origin?: string;
}

/** Writes down how far it has come: its messages, and the files that they carry, together. */
export async function note(showing: Showing, step: Step): Promise<void> {
  const { post, parts } = showing;
  const { at = showing.at, texts = showing.texts, files = [] } = step;
  showing.files = await parts.store.tx(async (tx) => {
    await tx.posts.update(post.id, { post: at, messageIds: texts });
    await tx.postFiles.update(files);
    if (step.origin !== undefined) await tx.posts.said(post.workspaceId, [echoHash(step.origin)], parts.clock());
    return files.length > 0 ? tx.postFiles.of(post.id) : showing.files;
  });
  showing.at = at;
  showing.texts = texts;
}

export const failed = ({ reason }: { reason: string }): Failure => ({ kind: "failed", reason });

/** @param name Tells the message apart from all others of the post, for as long as it may be repeated. */
export const sayingOf = (
  { post, incident }: Showing,
  { message, view, name }: { message: PostMessage; view: PostView; name: string },
): PostSaying => ({
  ...message,
  buttons: view.buttons,
  author: view.author,
  silent: view.silent,
  key: [incident.uid, post.platform, post.chatId, post.threadId, name].join("/"),
});

/** Whether a message that was being posted at `since` may be posted again without being seen twice. */
export const isRepeatable = ({ parts, post }: Showing, since: number): boolean =>
  parts.clock() - since < parts.poster.repeatableMs(post);

export async function remove({ post, parts }: Showing, messageId: string): Promise<PostOutcome> {
  const outcome = await parts.poster.remove(post, messageId);
  if (outcome.kind === "impossible")
    parts.log.info({ post: post.id, reason: outcome.reason }, "a post may not be deleted");
  return outcome;
}
