import type { Platform } from "../../core/chat.ts";
import type { DeliveryState } from "./deliveries.ts";

export interface Tally {
  readonly workspaceId: number;
  /** `notifications` and `deliveries` that were accepted, `replayed` deliveries, or a verdict. */
  readonly what: string;
  readonly count: number;
}

export interface Waiting {
  readonly workspaceId: number;
  readonly state: Exclude<DeliveryState, "settled">;
  readonly count: number;
  /** Of the queued ones the earliest, epoch ms. */
  readonly dueAt?: number;
}

/** All queues at once. No count costs more the longer the history is. */
export interface TallyRepository {
  /** Since the database began. Only grows, whatever is forgotten or erased. */
  counted(): Promise<readonly Tally[]>;
  waiting(): Promise<readonly Waiting[]>;
  /** Updates that are stored and not dealt with; `since` is when the oldest of them came, epoch ms. */
  inbox(): Promise<readonly { platform: Platform; count: number; since: number }[]>;
  /** Receipts that chats are still to be shown. */
  receipts(): Promise<readonly { platform: Platform; count: number }[]>;
  chores(): Promise<number>;
  /** Makes due whatever waits in any queue for a time later than `longestMs` from now, and ends rests that last longer; answers how many. */
  pullIn(now: number, longestMs: number): Promise<number>;
  /** Incidents whose timers are set for later than `at`. */
  timersAfter(at: number): Promise<readonly { incidentId: number; ruleId: number }[]>;
  /** Persons for whom digests wait until later than `at`, and the latest of these times. */
  heldAfter(at: number): Promise<readonly { personId: number; held: "quiet" | "storm"; until: number }[]>;
  /** Whatever of a person's is held for this reason waits until `until` at most; answers how many incidents had to wait longer. */
  holdUntil(personId: number, held: "quiet" | "storm", until: number): Promise<number>;
}
