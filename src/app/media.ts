import { Readable } from "node:stream";
import type { Platform } from "../core/chat.ts";
import { retryDelayMs } from "../core/outcome.ts";
import type { Alarm } from "./alarm.ts";
import type { Clock, KeepOutcome, Log, MediaStore, OpenedMedia, OpenMedia, WordsIn } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import type { Attachment } from "./store/notifications.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Downloads at a time: enough to hide one slow source, few enough for a small line. */
const AT_ONCE = 4;

/** Tries before an attachment is left out; with growing pauses this is about a quarter of an hour. */
const MOST_ATTEMPTS = 9;

const MEGABYTE = 1024 * 1024;

export interface MediaParts {
  readonly store: Store;
  readonly files: MediaStore;
  /** How each platform's bytes are reached. */
  readonly openers: Partial<Record<Platform, OpenMedia>>;
  /** Whether a recipient could fetch anything from us. */
  readonly canRelay: boolean;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly alarm: Alarm;
  /** Rung when deliveries need wait for media no longer. */
  readonly deliverAlarm: Pick<Alarm, "ring">;
  readonly receiptAlarm: Pick<Alarm, "ring">;
}

type Fetched =
  | { readonly kind: "kept"; readonly file: { sha256: string; size: number; mime: string } }
  | { readonly kind: "left-out"; readonly reason: string }
  /** `endless`: until it works, since the cause is ours and not the attachment's. */
  | { readonly kind: "again"; readonly reason: string; readonly endless?: true };

/** Brings attachments into our store and then lets their deliveries go, until `signal` aborts. */
export async function fetchMedia(parts: MediaParts, signal: AbortSignal): Promise<void> {
  const { store, alarm, clock } = parts;
  const running = new Set<number>();
  while (!signal.aborted) {
    const due = (await store.read.media.due(clock(), AT_ONCE * 2)).filter(({ id }) => !running.has(id));
    for (const attachment of due.slice(0, AT_ONCE - running.size)) {
      running.add(attachment.id);
      void fetchOne(attachment, parts, signal)
        .then(
          () => true,
          (error: unknown) => {
            // The name alone: a message may hold the address.
            const name = error instanceof Error ? error.name : "unknown";
            if (!signal.aborted) parts.log.error({ attachment: attachment.id, error: name }, "media failed");
            return false;
          },
        )
        .then((isDone) => {
          running.delete(attachment.id);
          // What failed in a way that nobody foresaw must not be tried again without a pause.
          if (isDone) alarm.ring();
        });
    }
    await alarm.wait(POLL_MS, signal);
  }
}

const POLL_MS = 1_000;

async function fetchOne(attachment: Attachment, parts: MediaParts, signal: AbortSignal): Promise<void> {
  const { store } = parts;
  const notification = await store.read.notifications.byId(attachment.notificationId);
  const workspace = notification && (await store.read.workspaces.byId(notification.workspaceId));
  if (!workspace) return;
  const fetched = await fetchBytes(attachment, workspace, { ...parts, signal }).catch(failed);
  if (signal.aborted) return;
  await store.tx((tx) => record(tx, attachment, { fetched, parts }));
  parts.deliverAlarm.ring();
  parts.receiptAlarm.ring();
}

/** A fault that nobody foresaw counts as a try: else it would be tried for ever, before all the others. */
const failed = (error: unknown): Fetched => ({
  kind: "again",
  reason: error instanceof Error ? error.name : "unknown",
});

async function record(
  tx: Repositories,
  attachment: Attachment,
  { fetched, parts }: { fetched: Fetched; parts: MediaParts },
): Promise<void> {
  const now = parts.clock();
  if (fetched.kind === "again" && (fetched.endless || attachment.attempts + 1 < MOST_ATTEMPTS)) {
    parts.log.warn({ attachment: attachment.id, reason: fetched.reason }, "media will be fetched again");
    await tx.media.again(attachment.id, now + retryDelayMs(attachment.attempts + 1, parts.random()));
    return;
  }
  if (fetched.kind === "kept") await tx.media.kept(attachment.id, fetched.file);
  else await tx.media.leftOut(attachment.id, fetched.kind === "left-out" ? fetched.reason : "broken");
  if ((await tx.media.pendingOf(attachment.notificationId)) > 0) return;
  await tx.deliveries.releaseMedia(attachment.notificationId, now);
  await updateReceipt(tx, attachment.notificationId, { wordsIn: parts.wordsIn, now });
}

async function fetchBytes(
  attachment: Attachment,
  workspace: Workspace,
  parts: MediaParts & { signal: AbortSignal },
): Promise<Fetched> {
  if (!parts.canRelay || workspace.settings.publish === "none") return { kind: "left-out", reason: "no-public-url" };
  const maxBytes = workspace.settings.maxFileMegabytes * MEGABYTE;
  if ((attachment.size ?? 0) > maxBytes) return tooBig(maxBytes);
  const opened = await open(attachment, parts);
  switch (opened.kind) {
    case "open":
      return keptOr(await parts.files.keep({ ...opened, claimedName: attachment.name }, maxBytes));
    case "too-big":
      return tooBig(opened.limitBytes);
    case "gone":
      return { kind: "left-out", reason: "gone" };
    case "later":
      return { kind: "again", reason: opened.reason };
    default:
      return opened satisfies never;
  }
}

function open({ source }: Attachment, parts: MediaParts & { signal: AbortSignal }): Promise<OpenedMedia> | OpenedMedia {
  if (source.kind === "text")
    return { kind: "open", stream: Readable.from([Buffer.from(source.text, "utf8")]), mime: "text/plain" };
  const opener = parts.openers[source.kind];
  return opener ? opener(source, parts.signal) : { kind: "later", reason: `${source.kind} is not configured` };
}

const tooBig = (limitBytes: number): Fetched => ({
  kind: "left-out",
  reason: `too-big:${Math.floor(limitBytes / MEGABYTE)}`,
});

function keptOr(kept: KeepOutcome): Fetched {
  switch (kept.kind) {
    case "kept":
      return kept;
    case "too-big":
      return tooBig(kept.limitBytes);
    case "broken":
      return { kind: "again", reason: kept.reason };
    case "no-space":
      return { kind: "again", reason: "the disk is full", endless: true };
    default:
      return kept satisfies never;
  }
}
