import type { ChatRef, IncomingMedia, MessageRef, Platform } from "../core/chat.ts";
import type { Mention, RichText } from "../core/richText.ts";
import type { Verdict } from "../core/verdict.ts";
import type { InboxRepository, ReceiptRepository } from "./queues.ts";

/**
 * Everything that is durable. Times are epoch milliseconds that the caller passes in; every method is awaited, whatever the
 * engine underneath, so that another engine can take its place.
 */
export interface Store {
  /** One `begin immediate` transaction on the single writer: commits when `work` resolves, rolls back when it rejects. Never nested. */
  tx<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The same repositories on a connection of their own that can only read what is committed. */
  readonly read: Repositories;
  /** Resolves the next time another connection has committed, at the latest when `signal` aborts. */
  changedElsewhere(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Repositories {
  readonly workspaces: WorkspaceRepository;
  readonly chats: ChatRepository;
  readonly people: PeopleRepository;
  readonly inbox: InboxRepository;
  readonly notifications: NotificationRepository;
  readonly deliveries: DeliveryRepository;
  readonly media: MediaRepository;
  readonly receipts: ReceiptRepository;
  readonly pacing: PacingRepository;
  readonly cursors: CursorRepository;
  readonly audit: AuditRepository;
}

export type Credentials =
  /** `url` ends in `/`: `https://portal/rest/1/code/`. */
  | { readonly kind: "webhook"; readonly url: string }
  | {
      readonly kind: "oauth";
      readonly domain: string;
      readonly clientId: string;
      readonly clientSecret: string;
      /** Absent until the application has been installed. `expiresAt` in epoch ms. */
      readonly tokens?: OAuthTokens;
    };

export interface OAuthTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  /** Ends in `/rest/`. */
  readonly clientEndpoint: string;
  /** Where tokens are refreshed, e.g. `https://oauth.bitrix.info/rest/`. */
  readonly serverEndpoint: string;
  readonly memberId: string;
}

export interface Settings {
  readonly language: "en" | "ru";
  readonly timeZone: string;
  /** How a notification is signed: as the acting user, or as the system. */
  readonly kind: "personal" | "system";
  readonly publish: "auto" | "relay" | "none";
  readonly tagScope: "chat" | "workspace";
  /** What to do about a doubt on a portal that ignores tags: tell the sender, or risk a duplicate. */
  readonly onUnknown: "tell" | "resend";
  readonly deadlineHours: number;
  readonly maxFileMegabytes: number;
}

export interface Workspace {
  readonly id: number;
  readonly name: string;
  /** `host[:port]` of the portal: what the rate limit belongs to. */
  readonly host: string;
  readonly credentials: Credentials;
  readonly settings: Settings;
  readonly tags: "honoured" | "ignored" | "unprobed";
  readonly probedAt?: number;
  readonly suspended?: { readonly code: string; readonly reason: string; readonly at: number };
  /** The highest notification id that this portal has given us: fake ids stand far above it. */
  readonly lastNotificationId?: number;
  readonly createdAt: number;
}

export interface WorkspaceRepository {
  add(workspace: Pick<Workspace, "name" | "host" | "credentials" | "settings">, now: number): Promise<Workspace>;
  byId(id: number): Promise<Workspace | undefined>;
  byName(name: string): Promise<Workspace | undefined>;
  list(): Promise<readonly Workspace[]>;
  set(
    id: number,
    change: Partial<Pick<Workspace, "host" | "credentials" | "settings" | "tags" | "probedAt" | "lastNotificationId">>,
  ): Promise<void>;
  suspend(id: number, why: { code: string; reason: string; at: number }): Promise<void>;
  resume(id: number): Promise<void>;
  /** Cascades to everything that belongs to it. */
  remove(id: number): Promise<void>;
}

export type SendersPolicy = "everyone" | "linked" | "list";

export interface Binding extends ChatRef {
  readonly id: number;
  readonly workspaceId: number;
  readonly senders: SendersPolicy;
  /** What tags of this chat are hashed from; stays the same when Telegram gives the chat another id. */
  readonly tagScope: string;
  readonly createdAt: number;
}

export interface ChatRepository {
  bind(chat: ChatRef & { workspaceId: number; senders: SendersPolicy }, now: number): Promise<Binding>;
  /** The binding of the topic or channel itself, else that of the whole chat or guild. */
  find(chat: ChatRef): Promise<Binding | undefined>;
  list(workspaceId?: number): Promise<readonly Binding[]>;
  unbind(id: number): Promise<void>;
  /** Telegram turned group `from` into supergroup `to`: bindings, receipts and sightings move along. */
  migrate(from: string, to: string): Promise<void>;
  /** Workspace's chat for notices to its admins. */
  adminChat(workspaceId: number): Promise<ChatRef | undefined>;
  addAdmin(workspaceId: number, platform: Platform, userId: string): Promise<void>;
  listAdmins(workspaceId: number): Promise<readonly { platform: Platform; userId: string }[]>;
  removeAdmin(workspaceId: number, platform: Platform, userId: string): Promise<boolean>;
  setAdminChat(workspaceId: number, chat: ChatRef): Promise<void>;
}

export interface Person {
  readonly id: number;
  readonly workspaceId: number;
  readonly bitrixId: number;
  readonly name?: string;
  readonly email?: string;
}

export interface Account {
  readonly id: number;
  readonly personId: number;
  readonly platform: Platform;
  readonly userId?: string;
  /** Lower case, without `@`. */
  readonly username?: string;
}

export interface PeopleRepository {
  /** Makes or finds the person, then gives it the account; an account of another person is a conflict that is not resolved. */
  map(
    entry: { workspaceId: number; bitrixId: number; name?: string; email?: string; platform: Platform } & Mention,
  ): Promise<{ kind: "mapped"; person: Person } | { kind: "conflict"; person: Person }>;
  unmap(workspaceId: number, platform: Platform, account: Mention): Promise<boolean>;
  list(workspaceId: number): Promise<readonly (Person & { accounts: readonly Account[] })[]>;
  byBitrixId(workspaceId: number, bitrixId: number): Promise<Person | undefined>;
  addPerson(person: Omit<Person, "id">): Promise<Person>;
  /** Of an account, by id first; by name only while the mapping has no id yet. */
  byAccount(workspaceId: number, platform: Platform, account: Mention): Promise<Person | undefined>;
  byName(workspaceId: number, name: string): Promise<readonly Person[]>;
  byEmail(workspaceId: number, email: string): Promise<readonly Person[]>;
  /** Members of a group; undefined when there is no such group. */
  byGroup(workspaceId: number, name: string): Promise<readonly Person[] | undefined>;
  setGroup(workspaceId: number, name: string, personIds: readonly number[]): Promise<void>;
  removeGroup(workspaceId: number, name: string): Promise<boolean>;
  listGroups(workspaceId: number): Promise<readonly { name: string; members: readonly Person[] }[]>;
  /** Remembers who was seen where: fills in the id of a name-only mapping, and takes a moved username away from its old owner. */
  sighted(seen: { chat: ChatRef; userId: string; username?: string; name: string }, now: number): Promise<void>;
  /** Names by which the people mapped to accounts seen in this chat can be addressed. */
  addressable(workspaceId: number, chat: ChatRef): Promise<readonly { name: string; label: string }[]>;
}

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
  bySender(platform: Platform, userId: string, limit: number): Promise<readonly Notification[]>;
}

export type DeliveryState = "media" | "queued" | "sending" | "settled";

export interface Delivery {
  readonly id: number;
  readonly notificationId: number;
  readonly workspaceId: number;
  readonly host: string;
  readonly personId: number;
  readonly bitrixId: number;
  readonly personName?: string;
  readonly tag: string;
  readonly subTag: string;
  readonly state: DeliveryState;
  readonly verdict?: Verdict;
  /** The portal's code, or ours, behind a verdict that is not `delivered`. */
  readonly code?: string;
  readonly portalNotificationId?: number;
  readonly attempts: number;
  /** An earlier attempt may have been executed. */
  readonly doubtful: boolean;
  readonly dueAt: number;
  readonly createdAt: number;
  readonly settledAt?: number;
}

export interface Attempt {
  readonly deliveryId: number;
  readonly at: number;
  readonly outcome: string;
  readonly code: string;
}

export type Settlement =
  | {
      readonly kind: "verdict";
      readonly verdict: Verdict;
      readonly code?: string;
      readonly portalNotificationId?: number;
    }
  | { readonly kind: "again"; readonly dueAt: number; readonly code: string; readonly doubtful: boolean };

export interface DeliveryFilter {
  readonly workspaceId?: number;
  readonly state?: DeliveryState;
  readonly verdict?: Verdict;
  readonly limit?: number;
}

export interface DeliveryRepository {
  /**
   * Takes up to `limit` due deliveries of one workspace for sending, oldest first and fair between source chats; never one
   * whose recipient has an older one unsettled outside this claim. They are `sending` from here on.
   */
  claim(claim: { workspaceId: number; now: number; limit: number }): Promise<readonly Delivery[]>;
  settle(id: number, settlement: Settlement, now: number): Promise<void>;
  recordAttempt(attempt: Attempt): Promise<void>;
  /** Rows that were being sent when a former process ended: each may have been executed. */
  interrupted(): Promise<readonly Delivery[]>;
  /** Portals with work, and when the earliest of it is due; suspended workspaces do not count. */
  dueHosts(): Promise<readonly { host: string; workspaceId: number; dueAt: number }[]>;
  /** Queued and past their notification's deadline. */
  expired(now: number): Promise<readonly Delivery[]>;
  /** Older unsettled deliveries with this tag for this recipient, not being sent just now. */
  overtaken(delivery: Delivery): Promise<readonly Delivery[]>;
  releaseMedia(notificationId: number, now: number): Promise<void>;
  ofNotification(notificationId: number): Promise<readonly Delivery[]>;
  byId(id: number): Promise<Delivery | undefined>;
  attemptsOf(id: number): Promise<readonly Attempt[]>;
  list(filter: DeliveryFilter): Promise<readonly Delivery[]>;
  /** Back into the queue with a fresh deadline; only settled ones that were not delivered. */
  replay(id: number, now: number, expiresAt: number): Promise<boolean>;
  /** `undeliverable` with this code for everything still waiting that matches; answers how many. */
  cancel(
    which: { deliveryId?: number; workspaceId?: number; personId?: number; chat?: ChatRef },
    code: string,
    now: number,
  ): Promise<number>;
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

/** What is known of a portal's limits; see core/pacing. */
export interface Pace {
  readonly level: number;
  readonly at: number;
  /** Nothing goes to this host before. */
  readonly blockedUntil: number;
  /** Consecutive refusals for rate, for the growing pause. */
  readonly refusals: number;
}

export interface PacingRepository {
  get(host: string): Promise<Pace | undefined>;
  put(host: string, pace: Pace): Promise<void>;
  /** Until when a method of a workspace rests, epoch ms. */
  methodRest(workspaceId: number, method: string): Promise<number>;
  restMethod(workspaceId: number, method: string, until: number): Promise<void>;
}

export interface CursorRepository {
  /** Id of the last Discord message of a channel that was dealt with. */
  get(channelId: string): Promise<string | undefined>;
  put(channelId: string, messageId: string): Promise<void>;
}

export interface AuditRepository {
  /** Never with message texts. */
  append(entry: { at: number; workspaceId?: number; actor: string; action: string; subject: string }): Promise<void>;
  list(filter: {
    workspaceId?: number;
    limit: number;
  }): Promise<readonly { at: number; actor: string; action: string; subject: string }[]>;
}
