import { GrammyError, HttpError } from "grammy";
import { TelegramCallError, TelegramTokenRefusedError } from "./errors.ts";

/** Why a call to Telegram failed, without anything that could hold the token or the words of people. */
export type Fault =
  /** The token is wrong or revoked. */
  | { readonly kind: "token" }
  | { readonly kind: "flood"; readonly afterMs: number }
  | { readonly kind: "conflict"; readonly description: string }
  | { readonly kind: "migrated"; readonly to: string; readonly description: string }
  /** 403: the bot was blocked, removed, or never started. */
  | { readonly kind: "forbidden"; readonly description: string }
  | { readonly kind: "refused"; readonly description: string }
  /** The connection never came about: nothing can have been executed. */
  | { readonly kind: "unsent"; readonly description: string }
  /** 5xx, timeout, reset or an answer that is no JSON: it may have been executed. */
  | { readonly kind: "unanswered"; readonly description: string };

/** Codes of Node for connections that never came about. */
const NEVER_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
/** Where Telegram names no time. */
const FLOOD_PAUSE_MS = 5_000;

/** @throws whatever is no failure of a call: a bug. */
export function faultOf(error: unknown): Fault {
  if (error instanceof GrammyError) return answered(error);
  if (error instanceof HttpError) return unanswered(error.error);
  throw error;
}

function answered({ error_code: code, description, parameters }: GrammyError): Fault {
  if (code === 401 || code === 404) return { kind: "token" };
  if (code === 429) {
    const { retry_after: seconds } = parameters;
    return { kind: "flood", afterMs: seconds === undefined ? FLOOD_PAUSE_MS : seconds * 1_000 };
  }
  if (code === 409) return { kind: "conflict", description };
  if (code === 403) return { kind: "forbidden", description };
  if (code >= 500) return { kind: "unanswered", description: `status ${code}` };
  const { migrate_to_chat_id: to } = parameters;
  return to === undefined ? { kind: "refused", description } : { kind: "migrated", to: String(to), description };
}

/** Only the code is taken: the message of the cause holds the address, and with it the token. */
function unanswered(cause: unknown): Fault {
  const code = codeOf(cause);
  if (code !== undefined && NEVER_CONNECTED.has(code)) return { kind: "unsent", description: code };
  return { kind: "unanswered", description: code ?? "no usable answer" };
}

export function codeOf(cause: unknown): string | undefined {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case "token":
      return "the bot token is refused";
    case "flood":
      return `too many requests, wait ${Math.ceil(fault.afterMs / 1_000)} s`;
    case "conflict":
    case "migrated":
    case "forbidden":
    case "refused":
    case "unsent":
    case "unanswered":
      return fault.description;
    default:
      return fault satisfies never;
  }
}

/** After a failure that passes by itself. */
export const LATER_MS = 5_000;
/** Only a new token helps, and with it the service is started anew. */
const TOKEN_LATER_MS = 60_000;

/** What a fault means for whatever was to be said, where that does not depend on what exactly it was. */
type Unsaid =
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string }
  /** It may have been said. */
  | { readonly kind: "unknown"; readonly reason: string };

/** @param isRepeatable The same call may be made again without showing anything twice. */
export function unsaid(fault: Exclude<Fault, { kind: "migrated" | "refused" }>, isRepeatable: boolean): Unsaid {
  const reason = faultWords(fault);
  switch (fault.kind) {
    case "flood":
      return { kind: "later", afterMs: fault.afterMs, reason };
    case "token":
      return { kind: "later", afterMs: TOKEN_LATER_MS, reason };
    case "unsent":
    case "conflict":
      return { kind: "later", afterMs: LATER_MS, reason };
    case "unanswered":
      return isRepeatable ? { kind: "later", afterMs: LATER_MS, reason } : { kind: "unknown", reason };
    case "forbidden":
      return { kind: "impossible", reason };
    default:
      return fault satisfies never;
  }
}

/** For callers to whom any failure is one: throws it anew, without what must not be shown. */
export async function called<T>(method: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind === "token") throw new TelegramTokenRefusedError();
    throw new TelegramCallError(method, faultWords(fault));
  }
}
