import { setImmediate as immediate, setTimeout as pause } from "node:timers/promises";
import type { Bot } from "grammy";
import type { Update } from "grammy/types";
import { errorLine } from "../../src/app/errorName.ts";
import type { Log } from "../../src/app/ports.ts";
import { TelegramConflictError, TelegramTokenRefusedError } from "./errors.ts";
import { type Fault, faultOf, faultWords } from "./fault.ts";
import { librarySignal } from "./signal.ts";
import { ALLOWED_UPDATES } from "./update.ts";

export type TelegramMode =
  | { readonly kind: "polling" }
  /** `secret`: 1 to 256 of `A-Za-z0-9_-`. */
  | { readonly kind: "webhook"; readonly url: string; readonly secret: string };

export interface RunParts {
  readonly bot: Bot;
  readonly mode: TelegramMode;
  readonly identify: (signal: AbortSignal) => Promise<unknown>;
  readonly take: (updates: readonly Update[]) => Promise<void>;
  readonly log: Log;
  /** Milliseconds before try number `attempt` (from 1 on) after a failure that may pass. */
  readonly pauseMs: (attempt: number) => number;
  /** Called when nothing stands in the way of updates any more. */
  readonly ready?: (() => void) | undefined;
}

/** Bot API: up to 50. Shorter than what proxies on the way commonly allow a silent connection. */
const POLL_SECONDS = 30;
/** Bot API: in one answer. */
const MOST_UPDATES = 100;
/** A service that is being replaced may still be polling; one that polls on is there to stay. */
const CONFLICTS_BORNE = 4;
/** Bot API: 1 to 100; the default of 40 is more than one writer to a database is good for. */
const WEBHOOK_CONNECTIONS = 10;

/** Doubles from 1 s to 30 s: longer would keep the bot deaf after an outage. */
export const growingPauseMs = (attempt: number): number => Math.min(1_000 * 2 ** (attempt - 1), 30_000);

/** Resolves when `signal` aborts. @throws {TelegramTokenRefusedError | TelegramConflictError} */
export async function run(parts: RunParts, signal: AbortSignal): Promise<void> {
  const { bot, mode, identify } = parts;
  const steadily = steady(parts, signal);
  await steadily("getMe", () => identify(signal));
  if (mode.kind === "webhook") {
    const { url, secret } = mode;
    const options = { secret_token: secret, max_connections: WEBHOOK_CONNECTIONS, allowed_updates: ALLOWED_UPDATES };
    await steadily("setWebhook", () => bot.api.setWebhook(url, options, librarySignal(signal)));
    parts.ready?.();
    return aborted(signal);
  }
  await steadily("deleteWebhook", () => bot.api.deleteWebhook({}, librarySignal(signal)));
  parts.ready?.();
  await poll(parts, steadily, signal);
}

/**
 * Nothing is confirmed before it is stored: the offset moves only after `take`. No offset is kept over a restart, because
 * the ids of updates may start anew, lower than before, after a week without any (Bot API, Update).
 */
async function poll({ bot, take }: RunParts, steadily: Steadily, signal: AbortSignal): Promise<void> {
  let offset: number | undefined;
  while (!signal.aborted) {
    const next: number | undefined = await steadily("getUpdates", async () => {
      const from = offset === undefined ? {} : { offset };
      const updates = await bot.api.getUpdates(
        { ...from, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
        librarySignal(signal),
      );
      const last = updates.at(-1);
      if (!last) return offset;
      await take(updates);
      // What was taken is dealt with first, since to ask for more keeps the process from that; but not while much more waits there.
      if (updates.length < MOST_UPDATES) await immediate();
      return last.update_id + 1;
    });
    offset = next ?? offset;
  }
}

/** Repeats a step until it succeeds; undefined when the signal ended it. */
type Steadily = <T>(method: string, step: () => Promise<T>) => Promise<T | undefined>;

function steady({ log, pauseMs }: RunParts, signal: AbortSignal): Steadily {
  return async (method, step) => {
    for (let attempt = 1, conflicts = 0; !signal.aborted; attempt++) {
      try {
        return await step();
      } catch (error) {
        if (signal.aborted) return undefined;
        const trouble = troubleOf(error);
        conflicts = trouble.kind === "conflict" ? conflicts + 1 : 0;
        if (trouble.kind === "conflict" && conflicts >= CONFLICTS_BORNE) {
          throw new TelegramConflictError(trouble.description);
        }
        const waitMs = trouble.kind === "flood" ? trouble.afterMs : pauseMs(attempt);
        log.warn({ method, reason: wordsOf(trouble), attempt, waitMs }, "Telegram intake: trying again");
        await pause(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  };
}

/** Not being able to store is as much a reason to wait as not being able to fetch: what is unconfirmed comes again. */
type Trouble = Exclude<Fault, { kind: "token" }> | { readonly kind: "store"; readonly reason: string };

function troubleOf(error: unknown): Trouble {
  let fault: Fault;
  try {
    fault = faultOf(error);
  } catch {
    return { kind: "store", reason: errorLine(error) };
  }
  if (fault.kind === "token") throw new TelegramTokenRefusedError();
  return fault;
}

const wordsOf = (trouble: Trouble): string => (trouble.kind === "store" ? trouble.reason : faultWords(trouble));

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
