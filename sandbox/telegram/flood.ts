import { tooManyRequests } from "./errors.ts";

export interface FloodOptions {
  /** Posts and edits per chat in any 60 s. Default: no limit, because the real one is not a fixed number either. */
  readonly chatLimitPerMinute?: number;
  /** Calls of all methods but getUpdates in any second. Default: no limit. */
  readonly callsPerSecond?: number;
}

export interface Flood {
  /** @throws {Refusal} 429 with the seconds after which the call would pass. */
  check(method: string, chatId: string | undefined): void;
}

const POSTING = /^(?:send|edit|copy|forward)/iu;

interface Window {
  readonly limit: number;
  readonly lengthMs: number;
}

export function openFlood(options: FloodOptions, now: () => number): Flood {
  const seen = new Map<string, number[]>();
  const take = (key: string, { limit, lengthMs }: Window): void => {
    const at = now();
    const recent = (seen.get(key) ?? []).filter((time) => time > at - lengthMs);
    seen.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= limit && oldest !== undefined) {
      throw tooManyRequests(Math.max(1, Math.ceil((oldest + lengthMs - at) / 1_000)));
    }
    recent.push(at);
  };
  return {
    check(method, chatId) {
      if (/^getUpdates$/iu.test(method)) return;
      const { chatLimitPerMinute, callsPerSecond } = options;
      if (callsPerSecond !== undefined) take("all", { limit: callsPerSecond, lengthMs: 1_000 });
      if (chatLimitPerMinute !== undefined && chatId !== undefined && POSTING.test(method)) {
        take(`chat ${chatId}`, { limit: chatLimitPerMinute, lengthMs: 60_000 });
      }
    },
  };
}
