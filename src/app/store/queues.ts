import type { Platform } from "../../core/chat.ts";
import type { Mark, SayTarget } from "../ports.ts";

/** A raw update that may concern us, stored before it is confirmed to its platform. */
export interface InboxEntry {
  readonly platform: Platform;
  /** The platform's own id of the update: seen twice, it is stored once. */
  readonly externalId: string;
  /** As received; sealed at rest. */
  readonly payload: string;
  /** Members of one album share it; an album is dealt with when it has been quiet for a while. */
  readonly albumKey?: string;
  /** What is taken in turn with others, such as its chat; in the order of arrival within it. */
  readonly lane?: string;
  /** Of a new command: who sent it, by the platform's id. Only what has one may be shed, for only then somebody can be told. */
  readonly sender?: string;
  /** It is there so that its sender is told that it was not taken. */
  readonly shed?: boolean;
  readonly receivedAt: number;
  /** Of the message that it is about, for the log. */
  readonly trace?: string;
}

export interface InboxRow extends InboxEntry {
  readonly id: number;
  readonly attempts: number;
  /** Of an album's member that comes along once more: it has been dealt with before. */
  readonly done?: boolean;
}

/** What became of something that came in; its payload is gone when it has been dealt with. */
export interface InboxFate {
  readonly receivedAt: number;
  readonly doneAt?: number;
  readonly givenUp: boolean;
  readonly attempts: number;
}

export interface InboxRepository {
  /** Answers the entries that were new. */
  put(entries: readonly InboxEntry[]): Promise<readonly InboxRow[]>;
  /** Whether there was ever an entry of this id, or of one that goes on with `:` behind it: later versions of the same message. */
  has(platform: Platform, externalId: string): Promise<boolean>;
  /** As `done`, for those of them that have not been dealt with. */
  drop(platform: Platform, externalId: string, now: number): Promise<void>;
  /**
   * Undone rows of one platform, of each lane in turn and oldest first within it, with an empty payload where it cannot be opened; album
   * members only from the time their album is due.
   *
   * @param ask `after`: the lane of the last row of the answer before, so that each lane has its turn however many there are.
   */
  due(
    platform: Platform,
    ask: { readonly now: number; readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly InboxRow[]>;
  /** How many undone rows a lane has; counts no further than `most`. */
  waiting(platform: Platform, lane: string, most: number): Promise<number>;
  /** Whether the first of these was stored with `shed`. */
  isShed(ids: readonly number[]): Promise<boolean>;
  /** All rows of an album that are still kept, done or not, in the order of arrival. */
  album(albumKey: string): Promise<readonly (InboxRow & { done: boolean })[]>;
  /** Erases the payload, except of album members, which are kept for a day. */
  done(ids: readonly number[], now: number): Promise<void>;
  /** As `done`, for what failed too often; it is counted. */
  giveUp(ids: readonly number[], now: number): Promise<void>;
  /** What is still known of what came in about a message; looks through everything, so it is for people who ask. */
  byTrace(trace: string): Promise<readonly InboxFate[]>;
  /** How many were given up since then. */
  givenUp(since: number): Promise<number>;
  /** Dealing with it failed in a way that may pass: try again later. */
  again(id: number, dueAt: number): Promise<void>;
  /** Gives albums of which a former process saw a part the time for the rest to arrive. */
  regather(platform: Platform, now: number): Promise<void>;
  /** When the next undone row is due; undefined when there is none. */
  nextDue(platform: Platform): Promise<number | undefined>;
  /** Erases payloads of album members done before. */
  forget(before: number): Promise<void>;
}

/** What we want the chat to see about one source message; one slot per message, a newer wish replaces an older one. */
export interface Wish {
  /** Names what this is about, for places where the source message does not show it. */
  readonly about?: string;
  readonly mark?: Mark;
  /** `mark` in words, for chats that allow no reactions. */
  readonly markText?: string;
  readonly text?: string;
  /** Below the text, as long as this is what is wished. */
  readonly buttons?: readonly Button[];
}

/** Whoever presses it sends `data` back: at most 64 bytes. */
export interface Button {
  readonly label: string;
  readonly data: string;
}

export interface Receipt {
  readonly slot: string;
  readonly platform: Platform;
  readonly target: SayTarget;
  readonly wish: Wish;
  /** Grows with every wish. */
  readonly version: number;
  readonly shownVersion: number;
  readonly shownMark?: Mark;
  /** Our own message that carries the text, once it is known. */
  readonly postedId?: string;
  /** `posting` survives only a crash in the middle of a post: it may have been said and is not said again. */
  readonly post: "none" | "posting" | "posted";
  /** SHA-256 of the words last posted. */
  readonly said?: string;
  /** Reactions are refused here: the mark is told in words. */
  readonly wordsOnly: boolean;
  readonly attempts: number;
  readonly dueAt: number;
}

export interface ReceiptRepository {
  wish(slot: string, target: SayTarget, wish: Wish, now: number): Promise<void>;
  due(platform: Platform, now: number, limit: number): Promise<readonly Receipt[]>;
  bySlot(slot: string): Promise<Receipt | undefined>;
  /**
   * Written before a post goes out. What it says counts as shown from here on: after a crash in the middle it is not said a
   * second time, while a newer wish is said all the same.
   */
  posting(slot: string, post: { version: number; said: string }): Promise<void>;
  /** Removes up to `limit` of those that have shown all they were to show and were last due before; answers how many. */
  forget(before: number, limit: number): Promise<number>;
  update(
    slot: string,
    change: Partial<
      Pick<Receipt, "shownVersion" | "shownMark" | "postedId" | "post" | "wordsOnly" | "attempts" | "dueAt">
    >,
  ): Promise<void>;
  nextDue(platform: Platform): Promise<number | undefined>;
}
