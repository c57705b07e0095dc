import type { Pace } from "../../core/pacing.ts";
import type { ChoreRepository } from "./chores.ts";
import type { ConfirmationRepository } from "./confirmations.ts";
import type { DeliveryRepository } from "./deliveries.ts";
import type { HookRepository } from "./hooks.ts";
import type { IncidentRepository, QuietRepository, SilenceRepository } from "./incidents.ts";
import type { LinkRepository } from "./linking.ts";
import type { MediaRepository, NotificationRepository } from "./notifications.ts";
import type { OncallRepository } from "./oncall.ts";
import type { PeopleRepository } from "./people.ts";
import type { PermitRepository } from "./permits.ts";
import type { PostFileRepository } from "./postFiles.ts";
import type { PostRepository } from "./posts.ts";
import type { InboxRepository, ReceiptRepository } from "./queues.ts";
import type { RuleRepository } from "./rules.ts";
import type { TallyRepository } from "./tallies.ts";
import type { ChatRepository, WorkspaceRepository } from "./workspaces.ts";

/**
 * Everything that is durable. Times are epoch milliseconds that the caller passes in; every method is awaited, whatever the
 * engine underneath, so that another engine can take its place.
 */
export interface Store {
  /**
   * A transaction on the single writer, one after the other: kept when `work` resolves, undone when it rejects. Never nested.
   * Resolves once it is durable; those that wait at the same moment may share a commit, so `work` must not wait for another's.
   */
  tx<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The same repositories on a connection of their own that can only read what is committed. */
  readonly read: Repositories;
  /**
   * Another than before once the chats that are bound or listened to may have changed, here or by another connection. Cheap enough
   * to be asked for every message.
   */
  placesVersion(): string;
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
  readonly confirmations: ConfirmationRepository;
  readonly deliveries: DeliveryRepository;
  readonly media: MediaRepository;
  readonly receipts: ReceiptRepository;
  readonly pacing: PacingRepository;
  readonly chores: ChoreRepository;
  readonly links: LinkRepository;
  readonly permits: PermitRepository;
  readonly hooks: HookRepository;
  readonly cursors: CursorRepository;
  readonly audit: AuditRepository;
  readonly rules: RuleRepository;
  readonly incidents: IncidentRepository;
  readonly posts: PostRepository;
  readonly postFiles: PostFileRepository;
  readonly silences: SilenceRepository;
  readonly quiet: QuietRepository;
  readonly oncall: OncallRepository;
  readonly tallies: TallyRepository;
  readonly rates: RateRepository;
}

/** When whoever a key stands for has all their turns back, epoch ms; those who have them are not kept. */
export interface RateRepository {
  fullAt(key: string): Promise<number | undefined>;
  put(key: string, fullAt: number): Promise<void>;
  forget(now: number): Promise<void>;
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
  /** In epoch milliseconds; 0 when that is not known. */
  writtenAt(channelId: string): Promise<number>;
  put(channelId: string, messageId: string, at: number): Promise<void>;
}

export interface AuditEntry {
  readonly at: number;
  readonly workspaceId?: number;
  /** `telegram:77`, `cli:ada`, or `herald24` itself. */
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

export interface AuditFilter {
  readonly workspaceId?: number;
  /** Exactly, or what it begins with: `people` stands for `people.map` too. */
  readonly action?: string;
  readonly actor?: string;
  /** Epoch milliseconds; `until` is exclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

/** Only grows: the database itself refuses to change or remove an entry. */
export interface AuditRepository {
  /** Never with message texts. */
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}
