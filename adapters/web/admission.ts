import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { Clock } from "../../src/app/ports.ts";
import type { Hook } from "../../src/app/store/hooks.ts";
import type { WebEnv } from "./app.ts";
import { readBytes } from "./body.ts";
import { openRateLimit, type Rate } from "./rateLimit.ts";

const MAX_BODY_BYTES = 1024 * 1024;
/** Bodies that are being read at a time, all together: however many send at once, memory stays small. */
const MOST_READ_BYTES = 32 * 1024 * 1024;
/** Of one hook: requests at once, and in the long run. */
const RATE: Rate = { burst: 1_000, perSecond: 200 };

export type Admitted =
  | { readonly kind: "body"; readonly bytes: Buffer }
  | { readonly kind: "refused"; readonly response: Response };

/** What every answer that says no looks like. */
export const refusal = (
  c: Context<WebEnv>,
  status: 400 | 401 | 404 | 409 | 413 | 415 | 422 | 429 | 503,
  error: { code: string; message: string; path?: string } & Readonly<Record<string, unknown>>,
): Response => {
  // An unread body would have to be read through to its end before the connection can be used again.
  if (!c.env.incoming.readableEnded) c.header("Connection", "close");
  c.header("Cache-Control", "no-store");
  return c.json({ error }, status);
};

/** A body that is JSON only up to a place. */
export const notJson = (
  c: Context<WebEnv>,
  { line, column, rule }: { line: number; column: number; rule: string },
): Response => {
  const message = `the body is no JSON: line ${line}, column ${column} ${rule}`;
  return refusal(c, 400, { code: "not-json", message, line, column });
};

/** JSON of which one place is not what it has to be. */
export const malformed = (c: Context<WebEnv>, { path, rule }: { path: string; rule: string }): Response =>
  refusal(c, 422, { code: "malformed", message: `${path} ${rule}`, path, rule });

/** One and the same for a key that never was and for one that is revoked. */
export const unknownKey = (c: Context<WebEnv>): Response =>
  refusal(c, 404, { code: "not-found", message: "there is no such hook" });

/** Lets requests of hooks in: each at its rate, all of them within the memory. */
export function openAdmission(parts: {
  clock: Clock;
  isFull: (hook: Hook) => Promise<boolean>;
  rate?: Rate | undefined;
}): (c: Context<WebEnv>, hook: Hook) => Promise<Admitted> {
  const waitSeconds = openRateLimit(parts.rate ?? RATE, parts.clock);
  let reading = 0;
  return async (c, hook) => {
    const later = (code: string, message: string, seconds: number): Admitted => {
      c.header("Retry-After", String(seconds));
      return { kind: "refused", response: refusal(c, code === "busy" ? 503 : 429, { code, message }) };
    };
    const seconds = waitSeconds(String(hook.id));
    if (seconds > 0) return later("too-fast", `this hook sends too fast: again in ${seconds} s`, seconds);
    if (await parts.isFull(hook)) return later("full", "alerts of this hook wait already: again in 10 s", 10);
    const encoding = c.req.header("content-encoding") ?? "identity";
    if (encoding !== "identity") {
      const message = `Content-Encoding ${encoding.slice(0, 50)}: send the body as it is`;
      return { kind: "refused", response: refusal(c, 415, { code: "encoded", message }) };
    }
    const share = shareOf(c.env.incoming);
    if (reading + share > MOST_READ_BYTES) return later("busy", "too many requests at this moment: again in 1 s", 1);
    reading += share;
    try {
      const bytes = await readBytes(c.env.incoming, MAX_BODY_BYTES);
      if (bytes) return { kind: "body", bytes };
      const message = `the body has more than ${MAX_BODY_BYTES} bytes: send several requests`;
      return { kind: "refused", response: refusal(c, 413, { code: "too-large", message }) };
    } finally {
      reading -= share;
    }
  };
}

function shareOf({ headers }: IncomingMessage): number {
  const announced = Number(headers["content-length"]);
  return Number.isFinite(announced) ? Math.min(announced, MAX_BODY_BYTES) : MAX_BODY_BYTES;
}
