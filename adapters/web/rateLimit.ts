import { isIPv6 } from "node:net";
import type { Clock } from "../../src/app/ports.ts";

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Clients remembered at a time; the one unseen for longest is forgotten first, which only ever lets it ask more. */
const MOST_CLIENTS = 10_000;

/**
 * A bucket for each client.
 *
 * @returns A function that takes one request of `address` and says in how many seconds it may come again; 0: now.
 */
export function openRateLimit({ burst, perSecond }: Rate, clock: Clock): (address: string) => number {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (address) => {
    const key = household(address);
    const now = clock();
    const former = buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, former.tokens + (Math.max(0, now - former.at) / 1_000) * perSecond);
    buckets.delete(key);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    const oldest = buckets.size > MOST_CLIENTS ? buckets.keys().next().value : undefined;
    if (oldest !== undefined) buckets.delete(oldest);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
  };
}

/** One subscriber of IPv6 has a whole /64 to ask from (RFC 6177). */
function household(address: string): string {
  if (!isIPv6(address)) return address;
  const [front = "", back] = address.split("::");
  const groups = front.split(":").filter((group) => group !== "");
  const tail = back === undefined ? [] : back.split(":").filter((group) => group !== "");
  while (back !== undefined && groups.length + tail.length < 8) groups.push("0");
  return [...groups, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
