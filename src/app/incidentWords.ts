import type { Severity } from "../core/alert.ts";
import type { RichText } from "../core/richText.ts";
import type { Words } from "./ports.ts";
import type { Incident } from "./store/incidents.ts";

/** Seen before any word is read. */
const SIGNS: Readonly<Record<Severity, string>> = { critical: "🔴", error: "🟠", warning: "🟡", info: "🔵" };
const RESOLVED = "✅";
const ACKNOWLEDGED = "👤";

export interface Reading {
  readonly words: Words;
  readonly now: number;
  /** IANA name: of whoever reads it. */
  readonly timeZone: string;
}

/** One line that says how an incident stands, and the alert's own title under it; then the text may follow. */
export function headlineOf(incident: Incident, reading: Reading): RichText {
  const title = incident.alert?.title;
  const state: RichText = [{ text: stateLine(incident, reading), styles: ["bold"] }, { text: "\n" }];
  return title === undefined ? state : [...state, { text: title, styles: ["bold"] }, { text: "\n" }];
}

/** In place of a text that is no longer kept: which one it is, and since when. */
export const forgottenLine = ({ id, openedAt }: Incident, { words, timeZone }: Omit<Reading, "now">): string =>
  words.say("incident-forgotten", { number: `#${id}`, time: momentText(openedAt, timeZone, words) });

/** How it stands: sign, severity or end, how often, who has it. */
export function stateLine(incident: Incident, { words, now, timeZone }: Reading): string {
  const { status, severity, count, acknowledgedAt, acknowledgedBy } = incident;
  const times = count > 1 ? [words.say("incident-count", { count })] : [];
  if (status === "resolved") {
    const lasted = lastedMs(incident, now);
    const after = lasted < SECOND_MS ? [] : [words.say("incident-lasted", { time: spanText(lasted, words) })];
    return [RESOLVED, words.say("incident-resolved"), ...parted(after), ...parted(times)].join(" ");
  }
  const owner =
    status === "acknowledged"
      ? [
          words.say("incident-acknowledged", {
            name: acknowledgedBy ?? words.say("incident-somebody"),
            time: clockText(acknowledgedAt ?? now, timeZone, words),
          }),
        ]
      : [];
  const sign = status === "acknowledged" ? ACKNOWLEDGED : SIGNS[severity];
  return [sign, words.say(`severity-${severity}`), ...parted(times), ...parted(owner)].join(" ");
}

/** By the source's own clock where it says since when: it may have waited before it told us, and told us late of the end. */
function lastedMs({ alert, openedAt, resolvedAt }: Incident, now: number): number {
  const end = resolvedAt ?? now;
  const start = alert?.startedAt;
  if (!alert || start === undefined || start >= openedAt) return end - openedAt;
  return (alert.status === "resolved" ? Math.min(end, Math.max(alert.at, start)) : end) - start;
}

const parted = (pieces: readonly string[]): readonly string[] => pieces.flatMap((piece) => ["·", piece]);

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** In its largest unit and the one below: `2 h 5 min`; in seconds only where it is less than a minute. */
function spanText(span: number, words: Words): string {
  const [days, hours, minutes] = [span / DAY_MS, (span % DAY_MS) / HOUR_MS, (span % HOUR_MS) / MINUTE_MS].map(
    Math.floor,
  );
  const units = [
    ["span-days", days ?? 0],
    ["span-hours", hours ?? 0],
    ["span-minutes", minutes ?? 0],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return words.say("span-seconds", { count: Math.floor(span / SECOND_MS) });
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => words.say(unit, { count }))
    .join(" ");
}

/** Day and time there. */
export function momentText(moment: number, timeZone: string, { language }: Pick<Words, "language">): string {
  const form = { timeZone, dateStyle: "long", timeStyle: "short", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(language, form).format(moment);
}

/** The time of day there. */
export function clockText(moment: number, timeZone: string, { language }: Pick<Words, "language">): string {
  const format = new Intl.DateTimeFormat(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return format.format(moment);
}
