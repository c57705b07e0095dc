/** Who takes over when: turns of a day or a week, in a time zone of their own. */
export interface Turns {
  /** IANA name. */
  readonly timeZone: string;
  readonly period: "daily" | "weekly";
  /** Minutes after midnight there at which the next one takes over. */
  readonly handoverMinute: number;
  /** First day of the first turn there, `2026-01-31`. */
  readonly startDate: string;
  /** In the order of their turns; a member may come more than once. */
  readonly members: readonly number[];
}

/** Somebody else, from `from` until before `until`, in epoch milliseconds. Of several the one made last, with the highest id, counts. */
export interface Substitute {
  readonly id: number;
  readonly personId: number;
  readonly from: number;
  readonly until: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAYS = { daily: 1, weekly: 7 } as const;

/**
 * Who is on call; `undefined` for a rotation without members. Turns are counted in days of the calendar, so that one is an hour
 * shorter or longer when the clocks change, and still ends at its time of day. Before the first turn the first member is on call.
 */
export function onCall(turns: Turns, substitutes: readonly Substitute[], now: number): number | undefined {
  const instead = substitutes
    .filter(({ from, until }) => from <= now && now < until)
    .toSorted((one, other) => other.id - one.id)[0];
  return instead?.personId ?? memberOf(turns, turnAt(turns, now));
}

/** The same turns where somebody is gone: each of theirs is that of the next in the order who is there. */
export function standIns(members: readonly number[], isThere: (member: number) => boolean): readonly number[] {
  const there = members.filter(isThere);
  if (there.length === members.length || there.length === 0) return there;
  return members.map((_, turn) => [...members.slice(turn), ...members].find(isThere) ?? 0);
}

/** The number of the turn that a moment belongs to; the first is 0. */
export function turnAt(turns: Turns, now: number): number {
  const { date, minute } = localTime(now, turns.timeZone);
  const days = Math.round((dayOf(date) - dayOf(turns.startDate)) / DAY_MS) - (minute < turns.handoverMinute ? 1 : 0);
  const turn = Math.max(0, Math.floor(days / DAYS[turns.period]));
  // Clocks that are set back show a time before the handover once more, after it.
  return now >= turnStart(turns, turn + 1) ? turn + 1 : turn;
}

/** When a turn begins, in epoch milliseconds. */
export function turnStart(turns: Turns, turn: number): number {
  const day = dayOf(turns.startDate) + turn * DAYS[turns.period] * DAY_MS;
  return momentOf({ date: new Date(day).toISOString().slice(0, 10), minute: turns.handoverMinute }, turns.timeZone);
}

const memberOf = ({ members }: Pick<Turns, "members">, turn: number): number | undefined =>
  members.length === 0 ? undefined : members[turn % members.length];

/** A day and a time of day, as clocks on the wall show them. */
export interface LocalTime {
  /** `2026-01-31` */
  readonly date: string;
  /** Minutes after midnight. */
  readonly minute: number;
}

export function localTime(moment: number, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** By name: making one takes far longer than reading it, and a storm asks it of everybody for each alert. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const form = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", ...form });
  clocks.set(timeZone, made);
  return made;
}

/**
 * The moment at which clocks there show this. A time that the change of the clocks leaves out is the moment of the change; of one
 * that it brings twice, the first counts.
 */
export function momentOf({ date, minute }: LocalTime, timeZone: string): number {
  const asUtc = dayOf(date) + minute * MINUTE_MS;
  const offsets = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => offsetAt(near, timeZone));
  const fitting = offsets
    .map((offset) => asUtc - offset)
    .filter((moment) => asUtc - offsetAt(moment, timeZone) === moment);
  if (fitting.length > 0) return Math.min(...fitting);
  return changeBetween(asUtc - Math.max(...offsets), asUtc - Math.min(...offsets), timeZone);
}

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

/** How far clocks there are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const { date, minute } = localTime(moment, timeZone);
  return dayOf(date) + minute * MINUTE_MS - Math.floor(moment / MINUTE_MS) * MINUTE_MS;
}

/** The first minute of the new offset between two moments. */
function changeBetween(before: number, after: number, timeZone: string): number {
  const former = offsetAt(before, timeZone);
  let [low, high] = [Math.floor(before / MINUTE_MS), Math.ceil(after / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE_MS, timeZone) === former) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** Whether a time of day lies within hours that may go past midnight; hours of no length hold nothing. */
function isWithin(minute: number, { from, until }: { from: number; until: number }): boolean {
  return from <= until ? from <= minute && minute < until : minute >= from || minute < until;
}

/** When the hours that `now` lies in end; `undefined` when it lies outside of them, as a time does that the clocks show once more after their end. */
export function endOfHours(now: number, hours: { timeZone: string; from: number; until: number }): number | undefined {
  const { date, minute } = localTime(now, hours.timeZone);
  if (!isWithin(minute, hours)) return undefined;
  const isTomorrow = hours.from > hours.until && minute >= hours.from;
  const day = isTomorrow ? new Date(dayOf(date) + DAY_MS).toISOString().slice(0, 10) : date;
  const end = momentOf({ date: day, minute: hours.until }, hours.timeZone);
  return end > now ? end : undefined;
}
