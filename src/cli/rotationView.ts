import type { Roster } from "../app/duty.ts";
import type { Person } from "../app/store/people.ts";
import { writeClock, writeMoment } from "../core/localMoment.ts";
import { described } from "./personView.ts";

const personView = (person: Person | undefined) =>
  person === undefined ? null : { bitrixId: person.bitrixId, name: person.name ?? null };

export const rosterView = ({ rotation, members, now, next, overrides }: Roster) => ({
  name: rotation.name,
  period: rotation.period,
  handover: writeClock(rotation.handoverMinute),
  timeZone: rotation.timeZone,
  startDate: rotation.startDate,
  members: members.map(personView),
  now: personView(now),
  next: next === undefined ? null : { from: next.from, person: personView(next.person) },
  overrides: overrides.map(({ id, from, until, person }) => ({ id, from, until, person: personView(person) })),
});

const LEFT = " (has left Bitrix24: passed over)";

export function rosterLines({ rotation, members, now, next, overrides }: Roster, workspace: string): readonly string[] {
  const { name, period, handoverMinute, timeZone, startDate } = rotation;
  const time = (moment: number): string => writeMoment(moment, timeZone);
  const on = now === undefined ? "nobody" : described(now);
  const named = (person: Person): string => `${described(person)}${person.leftAt === undefined ? "" : LEFT}`;
  const then =
    next === undefined ? "" : `; from ${time(next.from)}: ${next.person ? described(next.person) : "nobody"}`;
  return [
    `${workspace} @${name}: ${on}${then}`,
    `  ${period} at ${writeClock(handoverMinute)} ${timeZone} since ${startDate}: ${members.map(named).join(", ")}`,
    ...overrides.map(
      ({ id, from, until, person }) =>
        `  override ${id}: ${person ? named(person) : "nobody"} from ${time(from)} to ${time(until)}`,
    ),
  ];
}
