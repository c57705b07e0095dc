import type { Facts } from "../../core/alert.ts";
import type { ChatRef, IncomingMedia, MediaSource, MessageRange, Place, Platform, SourceRef } from "../../core/chat.ts";
import type { Language } from "../../core/language.ts";
import type { RichText } from "../../core/richText.ts";
import type { Priority } from "../../core/turns.ts";
import type { DriveFile } from "../ports.ts";

export type AttachmentState = "pending" | "kept" | "left-out";

export interface Attachment extends Omit<IncomingMedia, "source"> {
  readonly id: number;
  /** `unreadable`: what was stored about it cannot be opened any more. */
  readonly source: MediaSource | { readonly kind: "unreadable" };
  readonly notificationId: number;
  readonly ordinal: number;
  readonly state: AttachmentState;
  readonly attempts: number;
  readonly sha256?: string;
  readonly keptSize?: number;
  readonly keptMime?: string;
  /** Of a picture, in pixels, as it is served. */
  readonly width?: number;
  readonly height?: number;
  /** A small copy of a picture. */
  readonly preview?: StoredFile;
  /** Where it lies on the portal's Drive, when it is published there. */
  readonly drive?: DriveFile;
  /** Message key of the reason when left out. */
  readonly reason?: string;
}

export interface StoredFile {
  readonly sha256: string;
  readonly size: number;
  readonly mime: string;
}

/** Who is told when a notification is taken back: by which receipt, and in which language. */
export interface RecallAsk {
  readonly slot: string;
  readonly language: Language;
}

export interface Notification {
  readonly id: number;
  /** Random, never repeated by a restored database: what its secret is bound to, and its files on a Drive are known by. */
  readonly uid: string;
  readonly workspaceId: number;
  readonly source: SourceRef;
  /** Who sent it, and from where, as the recipient will read it. */
  readonly senderUserId: string;
  readonly senderName: string;
  readonly origin: string;
  readonly link?: string;
  readonly text: RichText;
  /** Points on the map that go along as blocks. */
  readonly places?: readonly Place[];
  /** What nobody but the recipients may read, such as a code: sealed at rest, there until it expires, and only `byId` tells it. */
  readonly secret?: string;
  /** Told of an incident, it carries these: its place in the incident's history, and what is shown beside the text. */
  readonly incidentId?: number;
  readonly facts?: Facts;
  /** As the sender wrote it, for people; the deliveries carry what is sent. */
  readonly tag?: string;
  /** What the sender is told besides the verdicts, in the sender's language: recipients that are unknown, say. */
  readonly senderNote?: string;
  readonly senderLanguage: Language;
  /** What goes first where not all can go at once; `normal` when absent. */
  readonly priority?: Priority;
  readonly recallAsk?: RecallAsk;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When its text was erased: from then on it only counts. */
  readonly forgottenAt?: number;
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
  bySource(source: SourceRef): Promise<readonly Notification[]>;
  /** Ids of what notifications of this range were made of, each once: of messages, of their edits, and of what a rule forwards. */
  sourcesIn(range: MessageRange): Promise<readonly string[]>;
  /** All that a message has sent, in order: what it asked for, its follow-ups (`+1`, …) and its edits (`~1`, …). */
  sentBy(source: SourceRef): Promise<readonly Notification[]>;
  /** What told of an incident, in order. */
  ofIncident(incidentId: number): Promise<readonly Notification[]>;
  /** Erases the secrets of what expired no later than this. */
  dropSecrets(before: number): Promise<void>;
  /** What the sender is told besides the verdicts from now on. */
  setSenderNote(id: number, note: string): Promise<void>;
  /** Who is told when it has been taken back; nobody any more when absent. */
  setRecallAsk(id: number, ask: RecallAsk | undefined): Promise<void>;
  /** Those of this chat and workspace with a tag, as `sameTag` compares them, latest first. */
  byTag(chat: ChatRef, tag: string, workspaceId: number): Promise<readonly Notification[]>;
  /** Tags given in this chat for this workspace, each once, latest first. */
  recentTags(chat: ChatRef, limit: number, workspaceId: number): Promise<readonly string[]>;
  bySender(
    platform: Platform,
    userId: string,
    which: { limit: number; workspaceId: number },
  ): Promise<readonly Notification[]>;
  /**
   * Erases texts, names and tags of up to `limit` notifications of a workspace from before, and what chats were told about them,
   * once nobody waits for them any more; answers how many. What became of them still counts.
   */
  forget(which: { workspaceId: number; before: number; limit: number }, now: number): Promise<number>;
  /** Removes attachments of forgotten notifications that no live link and no file on a Drive needs; answers how many. */
  forgetAttachments(now: number, limit: number): Promise<number>;
}

export interface MediaLink {
  readonly attachmentId: number;
  readonly deliveryId: number;
  readonly sha256: string;
  /** Of the attachment itself, or of its preview: each has an address of its own. */
  readonly role: "whole" | "preview";
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
  /** What is served; also noted among the stored files, as is its preview. */
  kept(attachmentId: number, file: KeptAttachment, now: number): Promise<void>;
  /** What was kept of it is there no more: it is to be fetched anew. */
  lost(attachmentId: number): Promise<void>;
  uploaded(attachmentId: number, file: DriveFile): Promise<void>;
  leftOut(attachmentId: number, reason: string): Promise<void>;
  /** Not done yet, whatever has been kept of it: due again at `dueAt`. Counts as a try unless told otherwise. */
  again(attachmentId: number, dueAt: number, which?: { isTry: boolean }): Promise<void>;
  pendingOf(notificationId: number): Promise<number>;
  /** `capability` is the secret part of the address; it is stored hashed for look-ups and sealed for repeats. */
  addLink(capability: string, link: Omit<MediaLink, "revokedAt">): Promise<void>;
  linkOf(
    attachmentId: number,
    deliveryId: number,
    role: MediaLink["role"],
  ): Promise<{ capability: string; link: MediaLink } | undefined>;
  byCapability(capability: string): Promise<MediaLink | undefined>;
  /** Ends the links of a notification or of one delivery; answers how many ended. */
  revoke(which: { notificationId: number } | { deliveryId: number }, now: number): Promise<number>;
  /** Notes a file that lies on the disk, whether or not an attachment will be it. */
  stored(file: StoredFile, now: number): Promise<void>;
  /** Of these, the ones that are not noted. */
  notNoted(sha256s: readonly string[]): Promise<ReadonlySet<string>>;
  /** Of all stored files, each once. */
  storedBytes(): Promise<number>;
  /**
   * Stored files that nobody can need any more (no live link, no delivery that still waits), longest kept first.
   *
   * @param which Only those kept no later than this; or this one alone.
   */
  unused(
    now: number,
    limit: number,
    which?: { readonly keptBefore?: number; readonly sha256?: string },
  ): Promise<readonly StoredFile[]>;
  forget(sha256: string): Promise<void>;
  /**
   * Drive files whose notification is older than `before`, or whose links were revoked, and that are still there; by attachment,
   * beginning behind the attachment `after`.
   */
  driveLeftovers(
    before: number,
    limit: number,
    which?: { readonly after?: number },
  ): Promise<readonly { attachmentId: number; workspaceId: number; fileId: number; trace: string }[]>;
  driveRemoved(attachmentId: number): Promise<void>;
}

export interface KeptAttachment extends StoredFile {
  readonly width?: number;
  readonly height?: number;
  readonly preview?: StoredFile;
}
