import type { Json } from "./model.ts";

interface Matching {
  /** Default: every method. */
  readonly method?: string;
  /** Tried on the path without `/api/v10`, or on the whole path of a CDN link. Default: every path. */
  readonly route?: RegExp;
  /** How many requests it hits; default 1. */
  readonly times?: number;
}

/** `executed`: the request did its work, but the answer never arrives. */
export type Fault = Matching &
  (
    | {
        readonly kind: "reply";
        readonly status: number;
        readonly body?: Json;
        readonly headers?: Record<string, string>;
      }
    /** `afterBytes`: of a download, that much of the body still arrives. */
    | { readonly kind: "reset"; readonly executed?: boolean; readonly afterBytes?: number }
    | { readonly kind: "hang"; readonly executed?: boolean }
    | { readonly kind: "429"; readonly retryAfterS?: number; readonly scope?: "user" | "shared" | "global" }
  );

export interface Faults {
  /** Returns how to lift it early. */
  add(fault: Fault): () => void;
  clear(): void;
  take(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  const active: { readonly fault: Fault; left: number }[] = [];
  const drop = (entry: (typeof active)[number]) => {
    const place = active.indexOf(entry);
    if (place >= 0) active.splice(place, 1);
  };
  return {
    add: (fault) => {
      const entry = { fault, left: fault.times ?? 1 };
      active.push(entry);
      return () => drop(entry);
    },
    clear: () => {
      active.length = 0;
    },
    take: (method, path) => {
      const entry = active.find(
        ({ fault }) => (fault.method ?? method).toUpperCase() === method && (fault.route?.test(path) ?? true),
      );
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) drop(entry);
      return entry.fault;
    },
  };
}

/** Discord's 429: the wait is in the body and in the headers; only `shared` is not the bot's own fault. */
export function tooManyRequests(retryAfterS: number, scope: "user" | "shared" | "global") {
  const isGlobal = scope === "global";
  return {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: retryAfterS, global: isGlobal },
    headers: {
      "retry-after": String(Math.ceil(retryAfterS)),
      "x-ratelimit-scope": scope,
      "x-ratelimit-reset-after": String(retryAfterS),
      ...(isGlobal ? { "x-ratelimit-global": "true" } : {}),
    },
  };
}
