import type { ChatRef, Platform } from "../../core/chat.ts";
import type { Language } from "../../core/language.ts";
import type { GivenRole, Reach, SendersPolicy } from "../../core/permissions.ts";
import type { Capabilities } from "../capabilities.ts";

export type Credentials =
  /** `url` ends in `/`: `https://portal/rest/1/code/`. */
  | { readonly kind: "webhook"; readonly url: string }
  | {
      readonly kind: "oauth";
      readonly domain: string;
      readonly clientId: string;
      readonly clientSecret: string;
      /** The portal's REST address as announced, ending in `/`; absent in older rows, and then `https://<domain>/rest/`. */
      readonly endpoint?: string;
      /** The portal's identity, which outlives its names; known since the first installation. */
      readonly memberId?: string;
      /** The authorisation server that the operator has named, for a portal that has none of Bitrix24's usual ones. */
      readonly serverEndpoint?: string;
      /** What later events of the portal prove themselves with. */
      readonly applicationToken?: string;
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
  readonly language: Language;
  readonly timeZone: string;
  /** How a notification is signed: as the acting user, or as the system. */
  readonly kind: "personal" | "system";
  /** How recipients get media: from our own address, from the portal's Drive, whichever there is, or not at all. */
  readonly publish: "auto" | "relay" | "drive" | "none";
  /** Drive links that need no login; only where the operator wants them. */
  readonly externalLinks: boolean;
  readonly tagScope: "chat" | "workspace";
  /** What to do about a doubt on a portal that ignores tags: tell the sender, or risk a duplicate. */
  readonly onUnknown: "tell" | "resend";
  readonly deadlineHours: number;
  readonly maxFileMegabytes: number;
  /** Of all attachments of one notification together. */
  readonly maxNotificationMegabytes: number;
  /** How long texts, tags and names of attachments are kept, in days; then only what counts. */
  readonly keepTextsDays: number;
  /** Whom senders who do not administer the workspace may notify. */
  readonly reach: Reach;
  /** A notification for more people than this is sent only after its sender has confirmed it. */
  readonly confirmAbove: number;
  /** Commands of one sender: so many in the long run, and so many of them at once. */
  readonly commandsPerMinute: number;
  readonly commandBurst: number;
  /** So many deliveries may wait until nothing new is taken of their sender, or of anybody in the workspace. */
  readonly waitingPerSender: number;
  readonly waitingInWorkspace: number;
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
  /** Of the last probe that succeeded. */
  readonly capabilities?: Capabilities;
  /** When it was last looked up who left the portal, and who heads which department. */
  readonly peopleCheckedAt?: number;
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
    change: Partial<
      Pick<
        Workspace,
        | "host"
        | "credentials"
        | "settings"
        | "tags"
        | "probedAt"
        | "capabilities"
        | "peopleCheckedAt"
        | "lastNotificationId"
      >
    >,
  ): Promise<void>;
  suspend(id: number, why: { code: string; reason: string; at: number }): Promise<void>;
  resume(id: number): Promise<void>;
  /** Cascades to everything that belongs to it. */
  remove(id: number): Promise<void>;
}

export interface Admin {
  readonly platform: Platform;
  readonly userId: string;
  readonly role: GivenRole;
}

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
  setSenders(id: number, senders: SendersPolicy): Promise<void>;
  list(workspaceId?: number): Promise<readonly Binding[]>;
  unbind(id: number): Promise<void>;
  /** Telegram turned group `from` into supergroup `to`: bindings, receipts and sightings move along. */
  migrate(from: string, to: string): Promise<void>;
  /** Workspace's chat for notices to its admins. */
  adminChat(workspaceId: number): Promise<ChatRef | undefined>;
  /** Gives an account a role in place of the one it had. */
  addAdmin(workspaceId: number, platform: Platform, userId: string, role?: GivenRole): Promise<void>;
  listAdmins(workspaceId: number): Promise<readonly Admin[]>;
  roleOf(workspaceId: number, platform: Platform, userId: string): Promise<GivenRole | undefined>;
  removeAdmin(workspaceId: number, platform: Platform, userId: string): Promise<boolean>;
  setAdminChat(workspaceId: number, chat: ChatRef): Promise<void>;
  clearAdminChat(workspaceId: number): Promise<void>;
}
