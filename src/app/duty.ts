import { onCall, standIns } from "../core/rotation.ts";
import { type Duty, nextDuty } from "../core/rotationAhead.ts";
import type { Override, Rotation } from "./store/oncall.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

/** Who is on call by a rotation; `undefined` while nobody is. Whoever has left the portal is passed over. */
export async function onCallNow(
  { oncall, people }: Repositories,
  rotation: Rotation,
  now: number,
): Promise<Person | undefined> {
  const everybody = await people.list(rotation.workspaceId);
  const { turns, substitutes } = present(rotation, await oncall.overrides(rotation.id, now), everybody);
  const personId = onCall(turns, substitutes, now);
  return everybody.find(({ id }) => id === personId);
}

function present(rotation: Rotation, overrides: readonly Override[], everybody: readonly Person[]) {
  const there = new Set(everybody.filter(({ leftAt }) => leftAt === undefined).map(({ id }) => id));
  return {
    turns: { ...rotation, members: standIns(rotation.members, (id) => there.has(id)) },
    substitutes: overrides.filter(({ personId }) => there.has(personId)),
  };
}

/** How a rotation stands at a moment. */
export interface Roster {
  readonly rotation: Rotation;
  readonly members: readonly Person[];
  readonly now: Person | undefined;
  readonly next: { readonly from: number; readonly person: Person | undefined } | undefined;
  /** Those that are not over. */
  readonly overrides: readonly (Override & { readonly person: Person | undefined })[];
}

export async function rosterOf({ oncall, people }: Repositories, rotation: Rotation, at: number): Promise<Roster> {
  const listed = await people.list(rotation.workspaceId);
  const everybody = new Map(listed.map((person) => [person.id, person]));
  const overrides = await oncall.overrides(rotation.id, at);
  const { turns, substitutes } = present(rotation, overrides, listed);
  const next: Duty | undefined = nextDuty(turns, substitutes, at);
  const personOf = (id: number | undefined) => (id === undefined ? undefined : everybody.get(id));
  return {
    rotation,
    members: rotation.members.flatMap((id) => everybody.get(id) ?? []),
    now: personOf(onCall(turns, substitutes, at)),
    next: next && { from: next.from, person: personOf(next.personId) },
    overrides: overrides.map((override) => ({ ...override, person: personOf(override.personId) })),
  };
}
