import type { Severity } from "../alert.ts";

/** Words of monitoring systems, priorities of on-call tools (P1, SEV-1), and Zabbix' own names. */
const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: [
    "critical",
    "crit",
    "fatal",
    "disaster",
    "emergency",
    "emerg",
    "alert",
    "panic",
    "page",
    "blocker",
    "p1",
    "sev1",
    "p0",
    "sev0",
  ],
  error: ["error", "err", "high", "major", "severe", "failure", "failed", "p2", "sev2"],
  warning: ["warning", "warn", "average", "medium", "moderate", "minor", "p3", "sev3"],
  info: [
    "info",
    "information",
    "informational",
    "notice",
    "low",
    "debug",
    "trivial",
    "none",
    "ok",
    "p4",
    "p5",
    "sev4",
    "sev5",
  ],
};

const BY_WORD: ReadonlyMap<string, Severity> = new Map(
  (["critical", "error", "warning", "info"] as const).flatMap((severity) =>
    WORDS[severity].map((word) => [word, severity] as const),
  ),
);

/** `undefined` where the word says nothing about it. */
export const readSeverity = (word: string | undefined): Severity | undefined =>
  word === undefined
    ? undefined
    : BY_WORD.get(
        word
          .trim()
          .toLowerCase()
          .replaceAll(/[\s_-]/gu, ""),
      );
