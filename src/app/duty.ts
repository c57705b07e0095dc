import { onCall } from "../core/rotation.ts";
import { type Duty, nextDuty } from "../core/rotationAhead.ts";
import type { Override, Rotation } from "./store/oncall.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

/** Who is on call by a rotation; `undefined` while nobody is. Whoever has left the portal is answered all the same. */
export async function onCallNow(
  { oncall, people }: Repositories,
  rotation: Rotation,
  now: number,
): Promise<Person | undefined> {
  const personId = onCall(rotation, await oncall.overrides(rotation.id, now), now);
  return (await people.list(rotation.workspaceId)).find(({ id }) => id === personId);
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
  const everybody = new Map((await people.list(rotation.workspaceId)).map((person) => [person.id, person]));
  const overrides = await oncall.overrides(rotation.id, at);
  const next: Duty | undefined = nextDuty(rotation, overrides, at);
  const personOf = (id: number | undefined) => (id === undefined ? undefined : everybody.get(id));
  return {
    rotation,
    members: rotation.members.flatMap((id) => everybody.get(id) ?? []),
    now: personOf(onCall(rotation, overrides, at)),
    next: next && { from: next.from, person: personOf(next.personId) },
    overrides: overrides.map((override) => ({ ...override, person: personOf(override.personId) })),
  };
}
