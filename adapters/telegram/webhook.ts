import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { TelegramMode } from "./run.ts";

export type WebhookAnswer = "stored" | "refused" | "malformed";

/**
 * Deals with one request of Telegram's: `stored` is to be answered with 200 and confirms the update, `refused` with 401,
 * `malformed` with 400. A rejection is to be answered with 500: Telegram then sends the update again.
 */
export type AcceptWebhook = (secretHeader: string | undefined, body: string) => Promise<WebhookAnswer>;

export function openWebhook(mode: TelegramMode, take: (updates: readonly unknown[]) => Promise<void>): AcceptWebhook {
  return async (secretHeader, body) => {
    if (mode.kind !== "webhook" || !isSame(secretHeader ?? "", mode.secret)) return "refused";
    const update = numbered(body);
    if (!update) return "malformed";
    // Readable or not: one that is refused is brought again for a day, and holds up its chat.
    await take([update]);
    return "stored";
  };
}

const anyUpdate = z.looseObject({ update_id: z.int() });

function numbered(json: string): unknown {
  try {
    return anyUpdate.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** Bot API, setWebhook: 1 to 256 of these. @throws {Error} For a webhook without: anybody could bring updates. */
export function checkMode(mode: TelegramMode): void {
  if (mode.kind === "polling" || /^[\w-]{1,256}$/u.test(mode.secret)) return;
  throw new Error("a Telegram webhook needs a secret of 1 to 256 letters, digits, _ or -");
}

/** Digests have one length, so that neither the length nor the time tells anything about the secret. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
