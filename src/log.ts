import pino from "pino";
import type { Log } from "./app/ports.ts";

/**
 * The last barrier, not the first: whatever slips into a line and has the shape of a credential is masked. Telegram tokens,
 * Bitrix24 webhook paths, Discord bot and interaction tokens, bearer and `auth` values.
 */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{6,}:[\w-]{30,}/gu, "***"],
  [/\/rest\/\d+\/[^/"\\\s]+/gu, "/rest/***"],
  [/\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}/gu, "***"],
  [/(?<head>\/(?:webhooks|interactions)\/\d+\/)[\w.-]{20,}/gu, "$<head>***"],
  [/(?<head>(?:access_token|refresh_token|client_secret|auth|secret_token)["=:\s\\]+)[\w.-]{8,}/gu, "$<head>***"],
  [/(?<head>\/media\/)[\w-]{16,}/gu, "$<head>***"],
  [/(?<head>\/hooks\/)[\w-]{16,}/gu, "$<head>***"],
];

export const mask = (line: string): string =>
  CREDENTIALS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), line);

/** Structured lines on `write`, or short ones for a person at a terminal. */
export function createLog(
  { level, format }: { level: string; format: "json" | "pretty" },
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const show = format === "pretty" ? pretty : (line: string) => line;
  return pino(
    { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(show(mask(line))) },
  );
}

const NAMES: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

function pretty(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 19)} ${(NAMES[Number(level)] ?? "").padEnd(5)} ${[String(msg), ...rest].join(" ")}\n`;
}
