import type { ChatRef } from "../../core/chat.ts";
import type { RecipientRef } from "../../core/notifyGrammar.ts";
import type { NewNotification } from "./notifications.ts";

/** A notification that is sent only when its sender says so once more. */
export interface Confirmation extends ChatRef {
  readonly id: number;
  /** Names it in the buttons; not to be guessed. */
  readonly key: string;
  readonly workspaceId: number;
  /** Who alone may confirm it. */
  readonly userId: string;
  /** Where the question stands. */
  readonly slot: string;
  readonly plan: NewNotification;
  /** Whom the sender named, as they did: before it is sent, it is looked up anew whom that means. */
  readonly named: readonly RecipientRef[];
  readonly expiresAt: number;
}

export interface ConfirmationRepository {
  /** In place of what the same person has not confirmed in this chat yet; answers its key. */
  put(asked: Omit<Confirmation, "id" | "key">): Promise<{ key: string; replaced?: Confirmation }>;
  byAsker(chat: ChatRef, userId: string): Promise<Confirmation | undefined>;
  byKey(key: string): Promise<Confirmation | undefined>;
  /** Whose time is over. */
  expired(now: number): Promise<readonly Confirmation[]>;
  remove(id: number): Promise<void>;
}
