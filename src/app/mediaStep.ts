import { Readable } from "node:stream";
import { retryDelayMs } from "../core/outcome.ts";
import { shownName } from "./blocks.ts";
import { errorName } from "./errorName.ts";
import type { MediaParts } from "./media.ts";
import type { KeepOutcome, KeptFile, OpenedMedia } from "./ports.ts";
import { wayOf } from "./publishing.ts";
import { updateReceipt } from "./receipts.ts";
import { makeRoom } from "./room.ts";
import type { Attachment, KeptAttachment, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { traceOf } from "./trace.ts";

/** Tries before an attachment is left out; with growing pauses this is about ten minutes. */
const MOST_ATTEMPTS = 9;
/** Something that the text only mentions is not worth making people wait for. */
const MOST_REMOTE_ATTEMPTS = 3;

/** Between tries that do not count: what they wait for is mended by a person, or by the portal. */
const ENDLESS_PAUSE_MS = 10_000;
/** Until a dead letter is replayed. */
const NEVER = Number.MAX_SAFE_INTEGER;

const MEGABYTE = 1024 * 1024;

/** What one try brought. */
type Step<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "left-out"; readonly reason: string }
  /** `endless`: until it works or the deadline has passed, since the cause is not the attachment's. */
  | { readonly kind: "again"; readonly reason: string; readonly endless?: true };

interface Job {
  readonly attachment: Attachment;
  readonly notification: Notification;
  readonly workspace: Workspace;
  readonly parts: MediaParts;
  readonly signal: AbortSignal;
  /** In every line of the log. */
  readonly about: { readonly trace: string };
}

/** Brings one attachment as far as it gets: fetched and kept, made fit to be shown, published. Each stage is durable by itself. */
export async function processAttachment(attachment: Attachment, parts: MediaParts, signal: AbortSignal): Promise<void> {
  const { store } = parts;
  const notification = await store.read.notifications.byId(attachment.notificationId);
  const workspace = notification && (await store.read.workspaces.byId(notification.workspaceId));
  if (!workspace) return;
  const about = { trace: traceOf(notification.source), notification: notification.id, attachment: attachment.id };
  const job: Job = { attachment, notification, workspace, parts, signal, about };
  if (!(await isAwaited(job))) return store.tx((tx) => tx.media.again(attachment.id, NEVER, { isTry: false }));
  const way = wayOf(workspace, parts.canRelay);
  if (way === "none") {
    const reason = workspace.settings.publish === "auto" ? "no-way" : "no-public-url";
    return conclude(job, { kind: "left-out", reason });
  }
  const kept = await attempt(job, () => keptFile(job));
  if (kept.kind !== "done") return conclude(job, kept);
  if (!(await noteKept(job, kept.value))) return conclude(job, GONE_MEANWHILE);
  if (way === "relay" || attachment.drive) return conclude(job, kept);
  await conclude(job, await attempt(job, () => upload(job, kept.value)));
}

/** Whether anybody still waits for it: everything may have been cancelled or superseded. */
async function isAwaited({ notification, parts }: Job): Promise<boolean> {
  const deliveries = await parts.store.read.deliveries.ofNotification(notification.id);
  return deliveries.some(({ state }) => state !== "settled");
}

/** A fault that nobody foresaw counts as a try: else it would be tried for ever, before all the others. */
async function attempt<T>({ signal, parts }: Job, work: () => Promise<Step<T>>): Promise<Step<T>> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    if (isNoSpace(error)) return diskFull(parts);
    return { kind: "again", reason: errorName(error) };
  }
}

const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

function diskFull({ report }: MediaParts): Step<never> {
  report("full");
  return { kind: "again", reason: "the disk is full", endless: true };
}

/** The file, fetched now or by an earlier try. */
async function keptFile(job: Job): Promise<Step<KeptAttachment>> {
  const { attachment, parts } = job;
  const former = formerly(attachment);
  if (former) return { kind: "done", value: former };
  const fetched = await fetchBytes(job);
  if (fetched.kind !== "done") return fetched;
  // What is kept of a picture may be another file; this one counts, and can be removed, all the same.
  await parts.store.tx((tx) => tx.media.stored(fetched.value, parts.clock()));
  if (!fetched.value.mime.startsWith("image/")) return fetched;
  const shown = await parts.preparePicture(fetched.value);
  if (!shown) return fetched;
  const { file, width, height, preview } = shown;
  return { kind: "done", value: { ...file, width, height, ...(preview ? { preview } : {}) } };
}

function formerly({ sha256, keptSize, keptMime, width, height, preview }: Attachment): KeptAttachment | undefined {
  if (sha256 === undefined || keptSize === undefined || keptMime === undefined) return undefined;
  const pixels = width === undefined || height === undefined ? {} : { width, height };
  return { sha256, size: keptSize, mime: keptMime, ...pixels, ...(preview ? { preview } : {}) };
}

async function fetchBytes(job: Job): Promise<Step<KeptFile>> {
  const { attachment, workspace, parts } = job;
  const maxBytes = workspace.settings.maxFileMegabytes * MEGABYTE;
  const announced = attachment.size ?? 0;
  if (announced > maxBytes) return tooBig("too-big", maxBytes);
  if (announced > parts.quotaBytes) return tooBig("too-big", parts.quotaBytes);
  if (await exceedsTogether(job, announced)) return tooBigTogether(job);
  if (!(await makeRoom(announced, parts)))
    return { kind: "again", reason: "the media quota is used up", endless: true };
  const opened = await open(job);
  switch (opened.kind) {
    case "open":
      return keptOr(await parts.files.keep({ ...opened, claimedName: attachment.name }, maxBytes), job);
    case "too-big":
      return tooBig(opened.code ?? "too-big", opened.limitBytes);
    case "gone":
      // The chat is told in words of ours; what the source said is for the operator, who may have to mount a folder.
      parts.log.warn({ ...job.about, reason: opened.reason }, "media is gone at its source");
      return { kind: "left-out", reason: "gone" };
    case "later":
      return { kind: "again", reason: opened.reason };
    default:
      return opened satisfies never;
  }
}

/** Whether this attachment, of `bytes`, is more than those before it leave of what one notification may carry. */
async function exceedsTogether({ attachment, notification, workspace, parts }: Job, bytes: number): Promise<boolean> {
  const { maxFileMegabytes, maxNotificationMegabytes } = workspace.settings;
  const most = maxNotificationMegabytes * MEGABYTE;
  let sum = 0;
  for (const { ordinal, state, keptSize, size } of await parts.store.read.media.attachmentsOf(notification.id)) {
    const theirs = keptSize ?? size ?? 0;
    // What will be left out itself takes no room, whether or not its turn has come yet.
    const counts = ordinal < attachment.ordinal && state !== "left-out" && theirs <= maxFileMegabytes * MEGABYTE;
    if (counts && sum + theirs <= most) sum += theirs;
  }
  return sum + bytes > most;
}

const tooBigTogether = ({ workspace }: Job) =>
  tooBig("too-big-together", workspace.settings.maxNotificationMegabytes * MEGABYTE);

async function open({ attachment: { source }, parts, signal, about }: Job): Promise<OpenedMedia> {
  if (source.kind === "unreadable") return { kind: "gone", reason: "what was stored about it cannot be opened" };
  if (source.kind === "text")
    return { kind: "open", stream: Readable.from([Buffer.from(source.text, "utf8")]), mime: "text/plain" };
  const opener = parts.openers[source.kind];
  return opener ? opener(source, signal, about.trace) : { kind: "later", reason: `${source.kind} is not configured` };
}

const tooBig = (code: string, limitBytes: number) =>
  ({ kind: "left-out", reason: `${code}:${Math.floor(limitBytes / MEGABYTE)}` }) as const;

async function keptOr(kept: KeepOutcome, job: Job): Promise<Step<KeptFile>> {
  if (kept.kind !== "no-space") job.parts.report("running");
  switch (kept.kind) {
    case "kept":
      // Not every source says beforehand how much it will be.
      if (await exceedsTogether(job, kept.file.size)) return tooBigTogether(job);
      return { kind: "done", value: kept.file };
    case "too-big":
      return tooBig("too-big", kept.limitBytes);
    case "broken":
      return { kind: "again", reason: kept.reason };
    case "no-space":
      return diskFull(job.parts);
    default:
      return kept satisfies never;
  }
}

/** To the acting user's Drive, readable for this notification's recipients: once, however many they are. */
async function upload(job: Job, file: KeptAttachment): Promise<Step<KeptAttachment>> {
  const { attachment, notification, workspace, parts, signal } = job;
  if (workspace.suspended) return { kind: "again", reason: "the workspace is suspended", endless: true };
  const deliveries = await parts.store.read.deliveries.ofNotification(notification.id);
  const wanted = {
    name: shownName({ ...file, name: attachment.name, keptMime: file.mime }),
    size: file.size,
    open: () => parts.files.open(file.sha256),
    readers: [...new Set(deliveries.map(({ bitrixId }) => bitrixId))],
    externalLink: workspace.settings.externalLinks,
    key: `${notification.uid}.${file.sha256}`,
    trace: job.about.trace,
  };
  const uploaded = await parts.drive.upload(workspace, wanted, signal);
  switch (uploaded.kind) {
    case "uploaded":
      await parts.store.tx((tx) => tx.media.uploaded(attachment.id, uploaded.file));
      return { kind: "done", value: file };
    case "later":
      return { kind: "again", reason: uploaded.code, ...(uploaded.portalAway ? { endless: true } : {}) };
    case "refused":
      parts.log.warn({ ...job.about, workspace: workspace.name, code: uploaded.code }, "the Drive refused an upload");
      return { kind: "left-out", reason: uploaded.code === "INSUFFICIENT_SCOPE" ? "no-way" : "drive-refused" };
    default:
      return uploaded satisfies never;
  }
}

/** Answers false when a file of it is not there any more: equal content, kept before, was just removed as unused. */
function noteKept({ attachment, parts }: Job, file: KeptAttachment): Promise<boolean> {
  const { store, files, clock } = parts;
  return store.tx(async (tx) => {
    for (const { sha256 } of [file, ...(file.preview ? [file.preview] : [])])
      if (!(await files.has(sha256))) {
        await tx.media.lost(attachment.id);
        return false;
      }
    await tx.media.kept(attachment.id, file, clock());
    // Still to be published: it stays due, so that a crash from here on finds it again.
    await tx.media.again(attachment.id, clock(), { isTry: false });
    return true;
  });
}

const GONE_MEANWHILE: Step<never> = { kind: "again", reason: "the file was removed from the disk" };

async function conclude(job: Job, step: Step<KeptAttachment>): Promise<void> {
  const { store, log } = job.parts;
  await store.tx((tx) => record(tx, job, step));
  if (step.kind === "again") log.warn({ ...job.about, reason: step.reason }, "media will be tried again");
  else log.info({ ...job.about, outcome: step.kind === "done" ? "kept" : step.reason }, "media");
}

async function record(tx: Repositories, { attachment, parts }: Job, step: Step<KeptAttachment>): Promise<void> {
  const now = parts.clock();
  if (step.kind === "again" && (step.endless || attachment.attempts + 1 < mostAttempts(attachment))) {
    const pause = step.endless ? ENDLESS_PAUSE_MS : retryDelayMs(attachment.attempts + 1, parts.random());
    await tx.media.again(attachment.id, now + pause, { isTry: step.endless !== true });
    return;
  }
  if (step.kind === "done") await tx.media.kept(attachment.id, step.value, now);
  else await tx.media.leftOut(attachment.id, step.kind === "left-out" ? step.reason : "broken");
  if ((await tx.media.pendingOf(attachment.notificationId)) > 0) return;
  await tx.deliveries.releaseMedia(attachment.notificationId, now);
  await updateReceipt(tx, attachment.notificationId, { wordsIn: parts.wordsIn, now });
}

const mostAttempts = ({ source }: Attachment): number =>
  source.kind === "remote" ? MOST_REMOTE_ATTEMPTS : MOST_ATTEMPTS;
