import type { MediaSource } from "../core/chat.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import { processAttachment } from "./mediaStep.ts";
import type { Clock, Drive, Log, MediaStore, OpenMedia, PreparePicture, WordsIn } from "./ports.ts";
import type { Attachment } from "./store/notifications.ts";
import type { Store } from "./store/store.ts";
import { traceFields, traceOf } from "./trace.ts";

/** Downloads at a time: enough to hide one slow source, few enough for a small line. */
const AT_ONCE = 4;

export interface MediaParts {
  readonly store: Store;
  readonly files: MediaStore;
  readonly preparePicture: PreparePicture;
  readonly drive: Drive;
  /** How the bytes of each kind of source are reached. */
  readonly openers: Partial<Record<MediaSource["kind"], OpenMedia>>;
  /** Whether recipients could fetch anything from us. */
  readonly canRelay: boolean;
  /** All stored files together may take this much of the disk. */
  readonly quotaBytes: number;
  /** Told when files can no longer be stored, and when they can again: operators look at `/readyz`. */
  readonly report: (state: "running" | "full") => void;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly alarm: Alarm;
  /** Rung when deliveries need wait for media no longer. */
  readonly deliverAlarm: Pick<Alarm, "ring">;
  readonly receiptAlarm: Pick<Alarm, "ring">;
}

const POLL_MS = 1_000;
/** After a failure that nobody foresaw, such as a database that cannot be written: no download each second meanwhile. */
const FAILED_PAUSE_MS = 30_000;

/** Brings attachments into our store, publishes them, and then lets their deliveries go, until `signal` aborts. */
export async function fetchMedia(parts: MediaParts, signal: AbortSignal): Promise<void> {
  const { store, alarm, clock } = parts;
  const running = new Set<number>();
  const resting = new Set<number>();
  const rest = async (id: number): Promise<void> => {
    resting.add(id);
    await createAlarm().wait(FAILED_PAUSE_MS, signal);
    resting.delete(id);
  };
  while (!signal.aborted) {
    const found = await store.read.media.due(clock(), AT_ONCE * 2 + resting.size);
    const due = found.filter(({ id }) => !running.has(id) && !resting.has(id));
    for (const attachment of due.slice(0, AT_ONCE - running.size)) {
      running.add(attachment.id);
      void step(attachment, parts, signal).then((isDone) => {
        running.delete(attachment.id);
        if (isDone) alarm.ring();
        else void rest(attachment.id);
      });
    }
    await alarm.wait(POLL_MS, signal);
  }
}

async function step(attachment: Attachment, parts: MediaParts, signal: AbortSignal): Promise<boolean> {
  try {
    await processAttachment(attachment, parts, signal);
    parts.deliverAlarm.ring();
    parts.receiptAlarm.ring();
    return true;
  } catch (error) {
    if (!signal.aborted) {
      const name = errorName(error);
      const notification = await parts.store.read.notifications.byId(attachment.notificationId).catch(() => undefined);
      const trace = notification && traceOf(notification.source);
      parts.log.error({ ...traceFields([trace]), attachment: attachment.id, error: name }, "media failed");
    }
    return false;
  }
}
