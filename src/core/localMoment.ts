import { readDuration } from "./duration.ts";
import { localTime, momentOf } from "./rotation.ts";

const WRITTEN = /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::\d\d)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/u;
const CLOCK = /^(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/u;

/** Whether clocks and calendars of a zone of this name can be read. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/u.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** Minutes after midnight of `9:00`. */
export function readClock(text: string): number | undefined {
  const { hour, minute } = CLOCK.exec(text.trim())?.groups ?? {};
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

export const writeClock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/**
 * A moment in epoch milliseconds: `now`, `+8h`, `2026-01-31`, `2026-01-31T09:00` by the clocks of `timeZone`, or with `Z` or an
 * offset behind it; `undefined` when it is none of these.
 */
export function readMoment(text: string, { now, timeZone }: { now: number; timeZone: string }): number | undefined {
  const given = text.trim();
  if (given === "now") return now;
  if (given.startsWith("+")) {
    const seconds = readDuration(given.slice(1));
    return seconds === undefined ? undefined : now + seconds * 1_000;
  }
  const { date = "", hour = "00", minute = "00", zone } = WRITTEN.exec(given)?.groups ?? {};
  if (!isDate(date) || Number(hour) > 23 || Number(minute) > 59) return undefined;
  if (zone !== undefined) return Date.parse(`${date}T${hour}:${minute}:00${zone}`);
  return momentOf({ date, minute: Number(hour) * 60 + Number(minute) }, timeZone);
}

/** `2026-01-31 09:00` by the clocks of the zone. */
export function writeMoment(moment: number, timeZone: string): string {
  const { date, minute } = localTime(moment, timeZone);
  return `${date} ${writeClock(minute)}`;
}
