import { onCall, type Substitute, type Turns, turnAt, turnStart } from "./rotation.ts";

/** Somebody who is on call from a moment on, in epoch milliseconds. */
export interface Duty {
  readonly from: number;
  /** Absent when nobody is. */
  readonly personId?: number;
}

/** Turns that are looked through for somebody else: of a rotation of one, there is nobody else. */
const MOST_TURNS = 60;

/** Who takes over next, and when; `undefined` when that is nobody else for as far as one looks ahead. */
export function nextDuty(turns: Turns, substitutes: readonly Substitute[], now: number): Duty | undefined {
  const current = onCall(turns, substitutes, now);
  const turn = turnAt(turns, now);
  const ahead = Math.min(MOST_TURNS, Math.max(1, turns.members.length));
  const starts = Array.from({ length: ahead }, (_, index) => turnStart(turns, turn + index + 1));
  const changes = [...starts, ...substitutes.flatMap(({ from, until }) => [from, until])];
  for (const at of changes.filter((each) => each > now).toSorted((one, other) => one - other)) {
    const personId = onCall(turns, substitutes, at);
    if (personId !== current) return { from: at, ...(personId === undefined ? {} : { personId }) };
  }
  return undefined;
}
