import type { ChatRef, SourceRef } from "../../core/chat.ts";
import type { Waiting } from "../../core/forecast.ts";
import type { Priority, Turns } from "../../core/turns.ts";
import type { Verdict } from "../../core/verdict.ts";

export type DeliveryState = "media" | "queued" | "sending" | "settled";

export interface Delivery {
  readonly id: number;
  /** Of the message that asked for it, for the log. */
  readonly trace: string;
  readonly notificationId: number;
  readonly workspaceId: number;
  readonly host: string;
  readonly personId: number;
  readonly bitrixId: number;
  readonly personName?: string;
  readonly tag: string;
  readonly subTag: string;
  readonly priority: Priority;
  /** Of a notification with more attachments than one holds: 1, 2, …; `parts` is how many there are. */
  readonly part: number;
  readonly parts: number;
  readonly state: DeliveryState;
  readonly verdict?: Verdict;
  /** The portal's code, or ours, behind a verdict that is not `delivered`, or why it was not sent, or not taken back. */
  readonly code?: string;
  readonly portalNotificationId?: number;
  readonly attempts: number;
  /** An earlier attempt may have been executed. */
  readonly doubtful: boolean;
  /** Taking it back: `wanted` while it is being sent, `begun` from when what is queued is its removal. */
  readonly recall?: "wanted" | "begun";
  /** The delivery to the same person, its first part, in whose place this one is shown. */
  readonly replaces?: number;
  readonly dueAt: number;
  readonly createdAt: number;
  readonly settledAt?: number;
  /** When its recipient's access to the attachments was ended: it was taken back, as far as that was possible, or replaced. */
  readonly revokedAt?: number;
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
  | { readonly kind: "again"; readonly dueAt: number; readonly code: string; readonly doubtful: boolean }
  /** It was not tried after all: queued again as it was. */
  | { readonly kind: "released" };

export interface DeliveryFilter {
  readonly workspaceId?: number;
  readonly state?: DeliveryState;
  readonly verdict?: Verdict;
  readonly code?: string;
  readonly limit?: number;
}

/** All that still waits, narrowed by whatever is given. */
export interface WhichWaiting {
  readonly deliveryId?: number;
  readonly workspaceId?: number;
  readonly personId?: number;
  readonly chat?: ChatRef;
}

export interface DeliveryRepository {
  /**
   * Takes up to `limit` due deliveries of one workspace for sending, in the order in which they are to be sent: by turns of source
   * chats and priorities, and to each recipient in the order asked for, except that what is more urgent may overtake what has
   * another tag. Never one to somebody who is being sent to. They are `sending` from here on.
   *
   * @param claim `turns` remembers from claim to claim whose turn it is.
   */
  claim(claim: { workspaceId: number; now: number; limit: number; turns?: Turns }): Promise<readonly Delivery[]>;
  /** How many deliveries wait for a portal, by workspace and source chat. */
  waitingFor(host: string): Promise<readonly Waiting[]>;
  /** Deliveries of a workspace that have no verdict yet; counts no further than `most`. */
  unsettled(workspaceId: number, most: number): Promise<number>;
  /** The same of one sender; looks through all that the workspace has unsettled. `chatId`: of those in this chat alone. */
  unsettledOf(
    workspaceId: number,
    who: { readonly platform: SourceRef["platform"]; readonly userId: string; readonly chatId?: string },
    most: number,
  ): Promise<number>;
  settle(id: number, settlement: Settlement, now: number): Promise<void>;
  recordAttempt(attempt: Attempt): Promise<void>;
  /** Rows that were being sent when a former process ended: each may have been executed. */
  interrupted(): Promise<readonly Delivery[]>;
  /** Portals with work, or this one alone, and when the earliest of it is due; suspended workspaces do not count. */
  dueHosts(host?: string): Promise<readonly { host: string; workspaceId: number; dueAt: number }[]>;
  /** Queued and past their notification's deadline. */
  expired(now: number): Promise<readonly Delivery[]>;
  /** Older unsettled deliveries with this tag for this recipient, not being sent just now, nor being taken back. */
  overtaken(delivery: Delivery): Promise<readonly Delivery[]>;
  /** Makes the deliveries 2 … `parts` that follow this one, queued behind it, with `.2` … behind its tag; repeating it changes nothing. */
  addParts(delivery: Delivery, parts: number, now: number): Promise<void>;
  /**
   * First parts with this one's tag for the same person that are or may come to be in the feed; of notifications before this
   * one, the latest first, or after it.
   */
  withTag(delivery: Delivery, side: "before" | "after"): Promise<readonly Delivery[]>;
  /** The latest first part with this one's tag for the same person of a notification after this one, whatever became of it; not what was taken back. */
  followedBy(delivery: Delivery): Promise<Delivery | undefined>;
  setReplaces(id: number, older: number): Promise<void>;
  /** Of one that is being sent: it is to be taken back when that is over. */
  wantRecall(id: number): Promise<void>;
  /** Which of these are being sent and are wanted back. */
  wantedBack(ids: readonly number[]): Promise<readonly number[]>;
  /** Queues the removal of what is, or may be, in the recipient's feed; it is given up at `expiresAt`. */
  beginRecall(id: number, now: number, expiresAt: number): Promise<void>;
  releaseMedia(notificationId: number, now: number): Promise<void>;
  ofNotification(notificationId: number): Promise<readonly Delivery[]>;
  /** All parts of its notification for the same person, itself included; costs the same however many others have got that. */
  partsOf(delivery: Pick<Delivery, "id" | "workspaceId" | "personId" | "notificationId">): Promise<readonly Delivery[]>;
  byId(id: number): Promise<Delivery | undefined>;
  attemptsOf(id: number): Promise<readonly Attempt[]>;
  list(filter: DeliveryFilter): Promise<readonly Delivery[]>;
  /** Back into the queue with a fresh deadline, whatever it was to replace; only settled ones that were not delivered. */
  replay(id: number, now: number, expiresAt: number): Promise<boolean>;
  /** How many `cancel` would give up. */
  countWaiting(which: WhichWaiting): Promise<number>;
  /** `undeliverable` with this code for everything still waiting that matches; answers how many. */
  cancel(which: WhichWaiting, code: string, now: number): Promise<number>;
}
