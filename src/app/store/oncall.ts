/** Who is on call when: the members take turns in their order. */
export interface Rotation {
  readonly id: number;
  readonly workspaceId: number;
  /** Unique among the rotations and groups of its workspace. */
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly period: "daily" | "weekly";
  /** Minutes after midnight there at which the next one takes over. */
  readonly handoverMinute: number;
  /** First day of the first turn there, `2026-01-31`; weekly turns begin on its weekday. */
  readonly startDate: string;
  /** Persons by id, in the order of their turns; a member may come more than once. */
  readonly members: readonly number[];
}

/** Somebody else than the rotation says, from `from` until before `until`, in epoch milliseconds; of several the latest made counts. */
export interface Override {
  readonly id: number;
  readonly rotationId: number;
  readonly personId: number;
  readonly from: number;
  readonly until: number;
  readonly createdBy: string;
  readonly createdAt: number;
}

export interface OncallRepository {
  /** Makes it, or puts it in place of the one of that name. */
  set(rotation: Omit<Rotation, "id">, now: number): Promise<Rotation>;
  remove(id: number): Promise<boolean>;
  byName(workspaceId: number, name: string): Promise<Rotation | undefined>;
  list(workspaceId: number): Promise<readonly Rotation[]>;
  override(override: Omit<Override, "id">): Promise<Override>;
  /** Those that end after `from`, in the order of their beginnings. */
  overrides(rotationId: number, from: number): Promise<readonly Override[]>;
  removeOverride(id: number): Promise<boolean>;
}
