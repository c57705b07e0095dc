import type { ChatRef, IncomingMedia, MessageRef, Platform } from "../../core/chat.ts";
import type { Language } from "../../core/language.ts";
import type { RichText } from "../../core/richText.ts";

export type AttachmentState = "pending" | "kept" | "left-out";

export interface Attachment extends IncomingMedia {
  readonly id: number;
  readonly notificationId: number;
  readonly ordinal: number;
  readonly state: AttachmentState;
  readonly attempts: number;
  readonly sha256?: string;
  readonly keptSize?: number;
  readonly keptMime?: string;
  /** Message key of the reason when left out. */
  readonly reason?: string;
}

export interface Notification {
  readonly id: number;
  /** Random, never repeated by a restored database; one per notification, in every log line. */
  readonly trace: string;
  readonly workspaceId: number;
  readonly source: MessageRef;
  /** Who sent it, and from where, as the recipient will read it. */
  readonly senderUserId: string;
  readonly senderName: string;
  readonly origin: string;
  readonly link?: string;
  readonly text: RichText;
  /** As the sender wrote it, for people; the deliveries carry what is sent. */
  readonly tag?: string;
  /** What the sender is told besides the verdicts, in the sender's language: recipients that are unknown, say. */
  readonly senderNote?: string;
  readonly senderLanguage: Language;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewNotification extends Omit<Notification, "id"> {
  readonly attachments: readonly IncomingMedia[];
  readonly recipients: readonly { personId: number; bitrixId: number; tag: string; subTag: string }[];
}

export interface NotificationRepository {
  /**
   * Writes the notification, its attachments and deliveries; deliveries wait for media when there is any. A recipient who
   * already has a delivery from this source message gets none; `undefined` when that leaves nobody.
   */
  add(notification: NewNotification): Promise<{ notificationId: number; deliveryIds: readonly number[] } | undefined>;
  byId(id: number): Promise<Notification | undefined>;
  bySource(source: MessageRef): Promise<readonly Notification[]>;
  /** Tags given in this chat, each once, latest first. */
  recentTags(chat: ChatRef, limit: number): Promise<readonly string[]>;
  bySender(platform: Platform, userId: string, limit: number): Promise<readonly Notification[]>;
}

export interface MediaLink {
  readonly attachmentId: number;
  readonly deliveryId: number;
  readonly sha256: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly expiresAt: number;
  readonly revokedAt?: number;
}

export interface MediaRepository {
  attachmentsOf(notificationId: number): Promise<readonly Attachment[]>;
  /** Pending attachments whose next try is due, oldest first. */
  due(now: number, limit: number): Promise<readonly Attachment[]>;
  kept(attachmentId: number, file: { sha256: string; size: number; mime: string }): Promise<void>;
  leftOut(attachmentId: number, reason: string): Promise<void>;
  again(attachmentId: number, dueAt: number): Promise<void>;
  pendingOf(notificationId: number): Promise<number>;
  /** `capability` is the secret part of the address; it is stored hashed for look-ups and sealed for repeats. */
  addLink(capability: string, link: Omit<MediaLink, "revokedAt">): Promise<void>;
  linkOf(attachmentId: number, deliveryId: number): Promise<{ capability: string; link: MediaLink } | undefined>;
  byCapability(capability: string): Promise<MediaLink | undefined>;
}
