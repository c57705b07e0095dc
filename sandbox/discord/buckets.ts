import { createHash } from "node:crypto";

interface Bucket {
  used: number;
  endsAt: number;
}

interface Limit {
  readonly requests: number;
  readonly windowMs: number;
}

/** Typical, not promised by Discord: five messages in five seconds, one reaction in a quarter of a second. */
function limitOf(method: string, pattern: string): Limit {
  if (method === "POST" && pattern === "/channels/:channel/messages") return { requests: 5, windowMs: 5_000 };
  if (pattern.includes("/reactions/")) return { requests: 1, windowMs: 250 };
  if (pattern.includes("/commands")) return { requests: 5, windowMs: 5_000 };
  return { requests: 50, windowMs: 1_000 };
}

export type Taken =
  | { readonly kind: "free"; readonly headers: Record<string, string> }
  | { readonly kind: "full"; readonly retryAfterS: number; readonly headers: Record<string, string> };

export interface Buckets {
  take(method: string, pattern: string, major: string): Taken;
}

/** One bucket per route and channel or server, on real time: the client waits in real time too. */
export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take: (method, pattern, major) => {
      const limit = limitOf(method, pattern);
      const now = performance.now();
      const route = `${method} ${pattern}`;
      const known = buckets.get(`${route} ${major}`);
      const bucket = known && known.endsAt > now ? known : { used: 0, endsAt: now + limit.windowMs };
      buckets.set(`${route} ${major}`, bucket);
      const isFull = bucket.used >= limit.requests;
      if (!isFull) bucket.used += 1;
      const resetAfterS = (bucket.endsAt - now) / 1000;
      const headers = {
        "x-ratelimit-limit": String(limit.requests),
        "x-ratelimit-remaining": String(limit.requests - bucket.used),
        "x-ratelimit-reset": (Date.now() / 1000 + resetAfterS).toFixed(3),
        "x-ratelimit-reset-after": resetAfterS.toFixed(3),
        "x-ratelimit-bucket": createHash("sha1").update(route).digest("hex"),
      };
      return isFull ? { kind: "full", retryAfterS: resetAfterS, headers } : { kind: "free", headers };
    },
  };
}
