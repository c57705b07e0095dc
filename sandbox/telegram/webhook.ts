import { badRequest } from "./errors.ts";
import type { UpdateQueue } from "./queue.ts";
import type { Update } from "./shapes.ts";

/** Bot API, setWebhook: the ports a webhook may use. */
const PORTS = new Set(["", "443", "80", "88", "8443"]);
const ANSWER_WITHIN_MS = 60_000;
const GONE_FOR_MS = 23 * 3_600_000;

export interface WebhookSettings {
  readonly url: string;
  readonly secretToken: string | undefined;
  readonly maxConnections: number;
}

export interface WebhookError {
  /** Epoch ms. */
  readonly at: number;
  readonly message: string;
}

export interface Webhook {
  /** Starts delivering what is queued. */
  set(settings: WebhookSettings): void;
  clear(): void;
  settings(): WebhookSettings | undefined;
  lastError(): WebhookError | undefined;
}

export interface WebhookOptions {
  readonly queue: UpdateQueue;
  readonly now: () => number;
  /** What the real server counts as a second between retries: 0, 2, 4, 8 … up to 60 of them. */
  readonly retryUnitMs: number;
  readonly changed: () => void;
}

/**
 * Bot API, setWebhook: HTTPS on one of four ports. Plain HTTP is taken for this very machine only, so that tests need no
 * certificate; a self-hosted server in local mode allows that too.
 */
export function checkWebhookUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed) throw badRequest("bad webhook: invalid webhook URL specified");
  if (["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname)) return;
  if (parsed.protocol !== "https:") throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  if (!PORTS.has(parsed.port)) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
}

/** Updates with the same key are delivered one at a time, in order. */
function lane(update: Update): string {
  const { update_id: id, callback_query: pressed, ...rest } = update;
  const bodies: readonly { readonly chat: { readonly id: number } }[] = Object.values(rest);
  return String(pressed?.message.chat.id ?? bodies[0]?.chat.id ?? id);
}

interface Attempt {
  readonly ok: boolean;
  readonly problem: string;
  readonly gone: boolean;
  /** Seconds, as the receiver asked. */
  readonly retryAfter: number | undefined;
}

async function post(settings: WebhookSettings, update: Update, signal: AbortSignal): Promise<Attempt> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (settings.secretToken) headers["x-telegram-bot-api-secret-token"] = settings.secretToken;
  try {
    const response = await fetch(settings.url, {
      method: "POST",
      headers,
      body: JSON.stringify(update),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    await response.arrayBuffer();
    const after = Number(response.headers.get("retry-after") ?? Number.NaN);
    return {
      ok: response.ok,
      gone: response.status === 410,
      problem: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
      retryAfter: Number.isFinite(after) ? Math.min(after, 3_600) : undefined,
    };
  } catch {
    return { ok: false, gone: false, problem: "Connection failed", retryAfter: undefined };
  }
}

/** At once, then after 2, 4, 8 … units up to a minute of them, unless the receiver asked for another pause. */
function pauseUnits(failures: number, asked: number | undefined): number {
  return asked ?? (failures === 1 ? 0 : Math.min(2 ** (failures - 1), 60));
}

export function openWebhook(options: WebhookOptions): Webhook {
  const { queue } = options;
  let current: { readonly settings: WebhookSettings; readonly stop: AbortController } | undefined;
  let lastError: WebhookError | undefined;
  let goneSince: number | undefined;
  const lanes = new Set<string>();

  const clear = (): void => {
    current?.stop.abort();
    current = undefined;
    goneSince = undefined;
    lanes.clear();
  };
  const failed = (attempt: Attempt): void => {
    lastError = { at: options.now(), message: attempt.problem };
    goneSince = attempt.gone ? (goneSince ?? options.now()) : undefined;
    if (goneSince !== undefined && options.now() - goneSince >= GONE_FOR_MS) clear();
    options.changed();
  };

  const deliver = async (update: Update, settings: WebhookSettings, signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      if (!queue.pending().some((entry) => entry.update_id === update.update_id)) return;
      const attempt = await post(settings, update, signal);
      if (signal.aborted) return;
      if (attempt.ok) {
        goneSince = undefined;
        queue.drop((entry) => entry.update_id === update.update_id);
        return options.changed();
      }
      failures += 1;
      failed(attempt);
      await pause(pauseUnits(failures, attempt.retryAfter) * options.retryUnitMs, signal);
    }
  };

  const pump = (): void => {
    if (!current) return;
    const { settings, stop } = current;
    for (const update of queue.pending()) {
      const key = lane(update);
      if (lanes.size >= settings.maxConnections) return;
      if (lanes.has(key)) continue;
      lanes.add(key);
      void deliver(update, settings, stop.signal).then(() => {
        if (stop.signal.aborted) return;
        lanes.delete(key);
        pump();
      });
    }
  };

  queue.onPush(pump);
  return {
    set(settings) {
      clear();
      lastError = undefined;
      current = { settings, stop: new AbortController() };
      pump();
    },
    clear,
    settings: () => current?.settings,
    lastError: () => lastError,
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
