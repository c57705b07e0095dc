import type { IncomingMedia } from "../../core/chat.ts";
import type { MediaLink, StoredFile } from "./notifications.ts";

/** A file that a post carries, or would. */
export interface FileOfPost {
  readonly id: number;
  readonly postId: number;
  /** Which file it is: a later version that has it too adds nothing. */
  readonly key: string;
  /** `saying` survives only a crash in the middle of its message, which may stand there. */
  readonly state: "waiting" | "saying" | "said" | "left-out";
  /** Absent once texts are erased. */
  readonly media?: IncomingMedia;
  /** The alert that it came with, as {@link NewFileOfPost} tells it. */
  readonly origin?: string;
  /** When its message was being posted, in epoch milliseconds. */
  readonly since?: number;
  /** The message that carries it; several files may share one. */
  readonly messageId?: string;
  /** Why it is left out, as with attachments. */
  readonly reason?: string;
  /** Where one that is left out can be had. */
  readonly link?: { readonly capability: string; readonly name: string; readonly expiresAt: number };
}

export interface NewFileOfPost {
  readonly key: string;
  readonly media: IncomingMedia;
  /** The same for all versions of one message. */
  readonly origin: string;
  /** `telegram:77` and the like: whoever brought it, for an erasure to find. */
  readonly author: string;
}

export type FileChange = Pick<FileOfPost, "id" | "state"> & Pick<Partial<FileOfPost>, "since" | "messageId" | "reason">;

/** Reason of one that was said, and that an erasure takes from the chat with the post's next edit. */
export const ERASED_FILE = "ERASED";

/** What stands behind an address that whoever has it may read. */
export type ServedFile = Omit<MediaLink, "attachmentId" | "deliveryId" | "role">;

export interface PostFileRepository {
  /** In the order in which they were noted. */
  of(postId: number): Promise<readonly FileOfPost[]>;
  /** They wait from now on; what is known already stays as it is. */
  add(postId: number, files: readonly NewFileOfPost[]): Promise<void>;
  update(changes: readonly FileChange[]): Promise<void>;
  /** Lets it be had by whoever has the capability, which is stored hashed for look-ups and sealed for the post. */
  link(
    id: number,
    capability: string,
    file: StoredFile & { readonly name: string; readonly expiresAt: number },
  ): Promise<void>;
  byCapability(capability: string): Promise<ServedFile | undefined>;
  /** Their links end with them. */
  drop(ids: readonly number[]): Promise<void>;
}
