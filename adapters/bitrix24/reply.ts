import type { Operating, PortalReply } from "../../src/core/verdict.ts";
import type { Exchange } from "./transport.ts";

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const finite = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** The JSON of a body; absent when it is none. A byte order mark is forgiven. */
export function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

interface Times {
  readonly startedAt?: number;
  readonly seconds?: number;
  readonly operating?: Operating;
}

/** When it began, how long it worked, and the method's used-up time, as the envelope and each entry of a batch's `result_time` show them. */
export function readTime(time: unknown): Times {
  if (!isFields(time)) return {};
  const startedAt = finite(time.start);
  const seconds = finite(time.processing) ?? finite(time.duration);
  const used = finite(time.operating);
  const resetAt = finite(time.operating_reset_at);
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(seconds === undefined || seconds < 0 ? {} : { seconds }),
    ...(used === undefined ? {} : { operating: { seconds: used, ...(resetAt === undefined ? {} : { resetAt }) } }),
  };
}

const LONGEST_WORDS = 500;

/** For logs, chats and terminals: one line without control characters. */
const oneLine = (text: string): string =>
  Array.from(text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim())
    .slice(0, LONGEST_WORDS)
    .join("");

/** `error` and `error_description` of an envelope or of one command of a batch. */
export function readError(fields: Fields, status: number, time: unknown): PortalReply {
  const code =
    typeof fields.error === "string" || typeof fields.error === "number" ? oneLine(String(fields.error)) : "";
  const description = typeof fields.error_description === "string" ? oneLine(fields.error_description) : "";
  const { operating } = readTime(time);
  return { kind: "error", status, code: code.toUpperCase(), description, ...(operating ? { operating } : {}) };
}

const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/** RFC 9110: seconds or a date. */
function retryAfter(header: string | string[] | undefined, now: number): { retryAfterMs?: number } {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? "";
  if (text === "") return {};
  const ms = /^\d+$/u.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) };
}

/** 503 and 429 without the portal's JSON come from what stands in front of it: the call did not reach the portal. */
const refusedByEdge = (status: number): boolean => status === 503 || status === 429;

/** What an exchange says, in the words of the core. */
export function readReply(exchange: Exchange, now: number): PortalReply {
  if (exchange.kind === "unsent") return exchange;
  if (exchange.kind === "broken") {
    const { status, reason } = exchange;
    if (status !== undefined && refusedByEdge(status)) return { kind: "unsent", reason, status };
    return { kind: "unanswered", reason, ...(status === undefined ? {} : { status }) };
  }
  const { status, headers } = exchange;
  const wait = retryAfter(headers["retry-after"], now);
  const json = parseBody(exchange.body);
  if (!isFields(json)) {
    const reason = `HTTP ${status} without the portal's JSON`;
    return refusedByEdge(status) ? { kind: "unsent", reason, status, ...wait } : { kind: "unanswered", reason, status };
  }
  const named = typeof json.error === "string" ? json.error !== "" : json.error !== undefined && json.error !== null;
  if ("result" in json && !named) return { kind: "result", result: json.result, ...readTime(json.time) };
  if (named || "error" in json || "error_description" in json || status >= 400) {
    const reply = readError(json, status, json.time);
    return { ...reply, ...wait };
  }
  return { kind: "unanswered", reason: `HTTP ${status} with JSON that is no answer of a portal`, status };
}
