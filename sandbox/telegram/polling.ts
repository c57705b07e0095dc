import { Refusal } from "./errors.ts";
import type { UpdateQueue } from "./queue.ts";
import type { Update } from "./shapes.ts";

const OTHER_POLLER =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const WEBHOOK_SET =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const WEBHOOK_CAME = "Conflict: terminated by setWebhook request";
/** An offset further ahead than this of the last id is ignored. */
const OFFSET_SLACK = 10;

export interface PollRequest {
  readonly offset: number;
  readonly limit: number;
  /** Seconds. */
  readonly timeout: number;
}

export interface PollingOptions {
  readonly queue: UpdateQueue;
  readonly webhookActive: () => boolean;
  /** A repeated short poll is stretched to this; the real server takes 3 s. */
  readonly repeatPauseMs: number;
  /** Conflicts after the first are answered this late; the real server takes 3 s. */
  readonly conflictPauseMs: number;
}

export interface Polling {
  /** One getUpdates call; ends early with no updates when `signal` aborts. */
  poll(request: PollRequest, signal: AbortSignal): Promise<readonly Update[]>;
  /** Ends the waiting poll, if any, because a webhook was set. */
  webhookSet(): void;
}

/** Positive: confirms everything below. Negative −N: forgets all but the last N. Too far ahead: ignored. */
function confirm(queue: UpdateQueue, offset: number): void {
  const pending = queue.pending();
  if (offset > 0 && offset <= queue.nextId - 1 + OFFSET_SLACK) queue.drop((update) => update.update_id < offset);
  if (offset >= 0) return;
  const kept = new Set(pending.slice(offset).map((update) => update.update_id));
  queue.drop((update) => !kept.has(update.update_id));
}

interface Waiting {
  end(error?: Refusal): void;
}

export function openPolling(options: PollingOptions): Polling {
  const { queue } = options;
  let waiting: Waiting | undefined;
  let nextConflictAt = 0;
  let previous: { readonly offset: number; readonly at: number } | undefined;

  const conflictDelay = (): number => {
    const now = performance.now();
    if (now < nextConflictAt) return options.conflictPauseMs;
    nextConflictAt = now + options.conflictPauseMs;
    return 0;
  };
  const refuseActive = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      const timer = setTimeout(() => reject(new Refusal(409, WEBHOOK_SET)), conflictDelay());
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
  const terminate = (why: string): void => waiting?.end(new Refusal(409, why));

  /** The server punishes callers that repeat an offset at once instead of confirming what they got. */
  const repeated = ({ offset, limit, timeout }: PollRequest): { limit: number; timeoutMs: number } => {
    const at = performance.now();
    const sinceMs = previous?.offset === offset ? at - previous.at : Number.POSITIVE_INFINITY;
    previous = { offset, at };
    const stretched = sinceMs < options.repeatPauseMs && timeout * 1_000 < options.repeatPauseMs;
    return {
      limit: sinceMs < options.repeatPauseMs / 6 ? 1 : limit,
      timeoutMs: stretched ? options.repeatPauseMs : timeout * 1_000,
    };
  };

  const wait = (limit: number, timeoutMs: number, signal: AbortSignal): Promise<readonly Update[]> =>
    new Promise((resolve, reject) => {
      const self: Waiting = {
        end(error) {
          if (waiting !== self) return;
          waiting = undefined;
          clearTimeout(timer);
          if (!error) resolve(queue.pending().slice(0, limit));
          else setTimeout(() => reject(error), conflictDelay());
        },
      };
      const timer = setTimeout(() => self.end(), timeoutMs);
      waiting = self;
      signal.addEventListener("abort", () => self.end(), { once: true });
    });

  // A microtask later, so that an album sent in one go is answered in one go.
  queue.onPush(() => queueMicrotask(() => waiting?.end()));

  return {
    async poll(request, signal) {
      if (options.webhookActive()) return refuseActive(signal);
      terminate(OTHER_POLLER);
      confirm(queue, request.offset);
      const { limit, timeoutMs } = repeated(request);
      const ready = queue.pending().slice(0, limit);
      if (ready.length > 0 || timeoutMs === 0) return ready;
      return wait(limit, timeoutMs, signal);
    },
    webhookSet: () => terminate(WEBHOOK_CAME),
  };
}
