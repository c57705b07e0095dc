import { SEVERITIES } from "../core/alert.ts";
import type { Platform } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import { showPost } from "./postOne.ts";
import type { PostParts, Shown } from "./postShowing.ts";
import { inRooms, type Quiet, type RoomWork, roomOf } from "./rooms.ts";
import type { Incident } from "./store/incidents.ts";
import type { Post } from "./store/posts.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

export interface PostsParts extends PostParts {
  readonly alarm: Alarm;
  /** Shared with whatever else is said there. */
  readonly quietUntil: Quiet;
}

/** How many posts are looked at in one round; each chat takes one call at a time, and holds up no other. */
const ROUND = 200;
/** With the longest pause between them about a day. */
const MOST_ATTEMPTS = 300;
const LONGEST_PAUSE_MS = 300_000;
/** After a failure that nobody foresaw. */
const BROKEN_PAUSE_MS = 60_000;
/** Telegram lets about 20 messages a minute into a group; receipts need their part of them. */
const TELEGRAM_RATE = { perMinute: 14, burst: 6 };

interface Working extends PostsParts {
  readonly throttle: Throttle;
}

/**
 * Shows incidents in the chats of one platform until `signal` aborts: posts at most once, edits at least once. Runs apart from
 * delivery and receipts, so that neither waits for it.
 */
export async function showPosts(platform: Platform, given: PostsParts, signal: AbortSignal): Promise<void> {
  const { store, clock, alarm } = given;
  const parts: Working = { ...given, throttle: createThrottle(TELEGRAM_RATE) };
  const rooms: RoomWork<Post> = {
    due: () => store.read.posts.due(platform, clock(), ROUND),
    nextDue: () => store.read.posts.nextDue(platform),
    roomOf,
    work: (posts) => showInOneRoom(posts, parts, signal),
    alarm,
    clock,
  };
  await inRooms(rooms, signal);
}

async function showInOneRoom(posts: readonly Post[], parts: Working, signal: AbortSignal): Promise<void> {
  const sorted = await gravestFirst(posts, parts);
  for (const [index, { post, isUrgent }] of sorted.entries()) {
    if (signal.aborted) return;
    const waitMs = waitOf(post, { isUrgent, parts });
    // What comes behind is less urgent, and waits as long.
    if (waitMs > 0) return postpone(sorted.slice(index), parts.clock() + waitMs, parts);
    await showOne(post, parts, signal);
  }
}

interface Ranked {
  readonly post: Post;
  readonly isUrgent: boolean;
}

async function gravestFirst(posts: readonly Post[], { store }: Working): Promise<readonly Ranked[]> {
  const ranked = await Promise.all(
    posts.map(async (post) => {
      const rank = rankOf(await store.read.incidents.byId(post.incidentId));
      return { post, rank, isUrgent: rank === 0 };
    }),
  );
  return ranked.toSorted((one, other) => one.rank - other.rank);
}

/** That somebody has it is as urgent as the gravest: until it is seen, others come running too. */
function rankOf(incident: Incident | undefined): number {
  if (incident?.status === "acknowledged") return 0;
  return incident?.status === "resolved" ? SEVERITIES.length : SEVERITIES.indexOf(incident?.severity ?? "info");
}

/** How long the room wants to hear nothing, or has heard enough of us: only what is urgent passes the latter. */
function waitOf(post: Post, { isUrgent, parts }: { isUrgent: boolean; parts: Working }): number {
  const { clock, quietUntil, throttle } = parts;
  const quietMs = (quietUntil.get(roomOf(post)) ?? 0) - clock();
  if (quietMs > 0 || post.platform !== "telegram") return quietMs;
  const waitMs = throttle.take(roomOf(post), clock());
  return isUrgent ? 0 : waitMs;
}

async function postpone(posts: readonly Ranked[], dueAt: number, { store }: Working): Promise<void> {
  await store.tx(async (tx) => {
    for (const { post } of posts) await tx.posts.update(post.id, { dueAt });
  });
}

async function showOne({ id }: Post, parts: Working, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = parts;
  // Read anew: while others were shown, the incident may have gone on.
  const post = await store.read.posts.byId(id);
  if (!post || post.shownVersion >= post.version) return;
  const shown: Shown & { isOurs?: true } = await showPost(post, parts, signal).catch((error: unknown) =>
    signal.aborted ? INTERRUPTED : broken(error, post, parts),
  );
  const now = clock();
  if (shown.kind === "later") {
    if (!shown.isOurs) parts.quietUntil.set(roomOf(post), now + shown.afterMs);
    const dueAt =
      now + Math.min(shown.afterMs * Math.min(post.attempts + 1, 10), Math.max(shown.afterMs, LONGEST_PAUSE_MS));
    const isOver = post.attempts + 1 >= MOST_ATTEMPTS;
    const change = isOver ? { shownVersion: post.version, attempts: 0 } : { attempts: post.attempts + 1, dueAt };
    await store.tx((tx) => tx.posts.update(id, change));
    log.debug({ post: id, reason: shown.reason }, "a post waits");
    return;
  }
  await store.tx((tx) => tx.posts.update(id, { shownVersion: post.version, attempts: 0 }));
  if (shown.kind === "failed")
    log.warn({ post: id, incident: post.incidentId, reason: shown.reason }, "a post cannot be shown");
  else log.debug({ post: id, incident: post.incidentId, version: post.version }, "post shown");
}

const INTERRUPTED = { kind: "later", afterMs: 0, reason: "the service ends", isOurs: true } as const;

/** One post that cannot be dealt with must not keep all the others from being shown. */
function broken(error: unknown, { id }: Post, { log }: Working): Shown & { isOurs?: true } {
  log.error({ post: id, error: errorName(error) }, "post failed");
  return { kind: "later", afterMs: BROKEN_PAUSE_MS, reason: "a fault of this service", isOurs: true };
}
