import type { Readable } from "node:stream";
import type { ChatRef } from "../core/chat.ts";
import type { RichText } from "../core/richText.ts";
import type { KeptFile } from "./ports.ts";
import type { Button } from "./store/queues.ts";

/** A file that goes along with a post. */
export interface PostFile extends KeptFile {
  readonly name: string;
  /** Shown as one, where the platform takes it as one. */
  readonly picture: boolean;
  readonly spoiler?: true;
  /** The bytes from the beginning, each time; absent when they are not kept any more. */
  open(): Promise<Readable | undefined>;
}

/** One message's worth of a post. */
export interface PostMessage {
  readonly text: RichText;
  readonly files: readonly PostFile[];
}

/** A chat, or what stands for one: a webhook, whose address is a credential. */
export interface PostPlace extends ChatRef {
  readonly webhook?: string;
}

export interface PostSaying extends PostMessage {
  readonly buttons: readonly Button[];
  /** Nobody's phone rings for it. */
  readonly silent: boolean;
  /** Whose words they are: shown as the author where the platform lets us, as with a webhook. */
  readonly author: string;
  /** Names this very message: where the platform honours that, repeating it shows nothing twice. */
  readonly key: string;
  /** The message of ours that it belongs to, where the platform shows such a thing. */
  readonly replyTo?: string;
  /** An edit takes away the files that the message has. */
  readonly bare?: true;
}

/** What became of a message of a post. */
export type PostOutcome =
  | { readonly kind: "done"; readonly messageIds: readonly string[] }
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  /** The message, or the place itself when something new was posted, does not exist any more. */
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string }
  /** It may have been said: the answer was lost. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Shows incidents in the chats of one platform. Formatting is carried over; whatever a text says, it names and rings nobody. */
export interface Poster {
  /** What is larger cannot be sent along, in bytes. */
  readonly maxFileBytes: number;
  /** In messages that the platform takes: first those with text, then those with files alone. */
  arrange(content: PostMessage): readonly PostMessage[];
  /** For how long after a post the same key shows nothing twice, in milliseconds. */
  repeatableMs(place: PostPlace): number;
  post(place: PostPlace, saying: PostSaying): Promise<PostOutcome>;
  /** Its text and its buttons; files stay as they are, unless it is to be bare. Repeating it is harmless. */
  edit(place: PostPlace, messageId: string, saying: PostSaying): Promise<PostOutcome>;
  /** One that is gone already counts as removed. Repeating it is harmless. */
  remove(place: PostPlace, messageId: string): Promise<PostOutcome>;
}
