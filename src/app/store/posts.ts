import type { ChatRef, Platform } from "../../core/chat.ts";

/** What an incident shows in one chat; its messages there follow the incident's version. */
export interface Post extends ChatRef {
  readonly id: number;
  readonly workspaceId: number;
  readonly incidentId: number;
  /** A Discord webhook's address, when it is posted by that. */
  readonly webhook?: string;
  readonly version: number;
  readonly shownVersion: number;
  /** `posting` survives only a crash in the middle of a post: it may have been said, and is not said again. `gone`: nobody can see it any more. */
  readonly post: "none" | "posting" | "posted" | "gone";
  /** Our messages there, in order, as `src/app/postIds.ts` reads them. */
  readonly messageIds: readonly string[];
  readonly attempts: number;
  readonly dueAt: number;
}

export interface PostRepository {
  /** This version of the incident should be seen there; a version that has not gone out yet is replaced. */
  want(
    post: Pick<Post, "workspaceId" | "incidentId" | "platform" | "chatId" | "threadId" | "version" | "webhook">,
    now: number,
  ): Promise<void>;
  /** Every place that shows it follows to this version. */
  follow(incidentId: number, version: number, now: number): Promise<void>;
  due(platform: Platform, now: number, limit: number): Promise<readonly Post[]>;
  nextDue(platform: Platform): Promise<number | undefined>;
  byId(id: number): Promise<Post | undefined>;
  ofIncident(incidentId: number): Promise<readonly Post[]>;
  /** Whether a message of ours has been on its way into this chat since then, so that its id is not known yet. */
  isBeingSaid(chat: ChatRef, since: number): Promise<boolean>;
  /** `posting` is written before a post goes out, and what an echo of it looks like with it. */
  update(
    id: number,
    change: Partial<Pick<Post, "shownVersion" | "post" | "messageIds" | "attempts" | "dueAt">>,
  ): Promise<void>;
  /** Whether any workspace has posted by this Discord webhook. */
  isOurWebhook(id: string): Promise<boolean>;
  /** What our posts look like, by hash, and whether any of these was said since then. */
  said(workspaceId: number, hashes: readonly string[], at: number): Promise<void>;
  wasSaid(workspaceId: number, hashes: readonly string[], since: number): Promise<readonly string[]>;
  /** Forgets what was last said before. */
  forgetSaid(before: number): Promise<void>;
}
