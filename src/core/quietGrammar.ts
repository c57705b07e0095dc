import { isTimeZone, readClock } from "./localMoment.ts";

export type ParsedQuiet =
  | { readonly kind: "show" }
  | { readonly kind: "off" }
  /** Minutes after midnight; when `until` is the smaller, it is on the next day. */
  | { readonly kind: "hours"; readonly from: number; readonly until: number; readonly timeZone?: string }
  | { readonly kind: "malformed"; readonly problem: "hours" | "zone"; readonly value: string };

const OFF = /^(?:off|выкл|нет)$/iu;
const HOURS = /^(?<from>\d{1,2}(?::\d\d)?)\s*[-–—]\s*(?<until>\d{1,2}(?::\d\d)?)(?:\s+(?<zone>\S.*))?$/u;

/** What follows `/quiet`: nothing, `off`, or `22:00-07:00 Europe/Moscow`. */
export function parseQuiet(text: string): ParsedQuiet {
  const said = text.trim();
  if (said === "") return { kind: "show" };
  if (OFF.test(said)) return { kind: "off" };
  const { from = "", until = "", zone } = HOURS.exec(said)?.groups ?? {};
  const hours = { from: minuteOf(from), until: minuteOf(until) };
  if (hours.from === undefined || hours.until === undefined || hours.from === hours.until)
    return { kind: "malformed", problem: "hours", value: said };
  const { from: begin, until: end } = hours;
  if (zone === undefined) return { kind: "hours", from: begin, until: end };
  const timeZone = zone.trim();
  if (!isTimeZone(timeZone)) return { kind: "malformed", problem: "zone", value: timeZone };
  return { kind: "hours", from: begin, until: end, timeZone };
}

const minuteOf = (text: string): number | undefined => readClock(text.includes(":") ? text : `${text}:00`);
