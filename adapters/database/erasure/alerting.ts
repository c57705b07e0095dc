import type { Alert } from "../../../src/core/alert.ts";
import type { RuleDefinition, RuleTarget } from "../../../src/core/rule.ts";
import type { Sealer } from "../seal.ts";
import type { Sqlite } from "../sqlite.ts";
import { type Identity, patternOf } from "./identity.ts";

export interface Erasing {
  readonly sealer: Sealer;
  readonly identity: Identity;
  readonly pseudonym: string;
}

/** Rules, silences and open incidents that name somebody stay without the name; turns, overrides and quiet hours of theirs go. Inside a transaction. */
export function eraseAlerting(client: Sqlite, erasing: Erasing) {
  const { personId = 0 } = erasing.identity;
  const drop = (table: string): number =>
    client.prepare(`delete from ${table} where person_id = ?`).run(personId).changes;
  return {
    rules: eraseInRules(client, erasing),
    silences: eraseInSilences(client, erasing),
    ...eraseInIncidents(client, erasing),
    turns: drop("rotation_members"),
    overrides: drop("overrides") + renameMakers(client, erasing, "overrides"),
    quietHours: drop("quiet_hours"),
  };
}

interface RuleRow {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly definition: Buffer;
}

function eraseInRules(client: Sqlite, { sealer, identity, pseudonym }: Erasing): number {
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], RuleRow>("select id, uid, name, definition from rules where workspace_id = ?")
    .all(identity.workspaceId);
  const write = client.prepare(
    "update rules set name = @name, definition = @sealed, enabled = enabled and @tells where id = @id",
  );
  let changed = 0;
  for (const { id, uid, name, definition: sealed } of rows) {
    const place = { table: "rules", column: "definition", row: uid };
    const former = opened(sealer, place, sealed);
    if (former === undefined) continue;
    const read: RuleDefinition = JSON.parse(former);
    const filter = renamed(read.filter, pattern, pseudonym);
    const definition = withoutPerson({ ...read, filter }, identity.bitrixId);
    const now = { name: name.replace(pattern, pseudonym), json: JSON.stringify(definition) };
    if (now.name === name && now.json === former) continue;
    // Whoever tells nobody any more listens for nothing either.
    const tells = definition.targets.length > 0 ? 1 : 0;
    write.run({ id, name: now.name, sealed: sealer.seal(place, now.json), tells });
    changed += 1;
  }
  return changed;
}

/** A filter that lost a name would let more pass than before: it keeps one that nobody bears. */
export const renamed = <T>(filter: T, pattern: RegExp, pseudonym: string): T =>
  JSON.parse(JSON.stringify(filter), (_, value) =>
    typeof value === "string" ? value.replace(pattern, pseudonym) : value,
  );

function withoutPerson(definition: RuleDefinition, bitrixId: number | undefined): RuleDefinition {
  const stays = (target: RuleTarget): boolean => target.kind !== "person" || target.bitrixId !== bitrixId;
  const { escalation, ...options } = definition.options;
  const steps = (escalation?.steps ?? [])
    .map((step) => ({ ...step, targets: step.targets.filter(stays) }))
    .filter(({ targets }) => targets.length > 0);
  return {
    ...definition,
    targets: definition.targets.filter(stays),
    options: escalation && steps.length > 0 ? { ...definition.options, escalation: { ...escalation, steps } } : options,
  };
}

interface SilenceRow {
  readonly id: number;
  readonly uid: string;
  readonly matcher: Buffer;
}

function eraseInSilences(client: Sqlite, erasing: Erasing): number {
  const { sealer, identity, pseudonym } = erasing;
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], SilenceRow>("select id, uid, matcher from silences where workspace_id = ?")
    .all(identity.workspaceId);
  const write = client.prepare("update silences set matcher = ? where id = ?");
  let changed = 0;
  for (const { id, uid, matcher } of rows) {
    const place = { table: "silences", column: "matcher", row: uid };
    const former = opened(sealer, place, matcher);
    if (former === undefined) continue;
    const now = JSON.stringify(renamed(JSON.parse(former), pattern, pseudonym));
    if (now === former) continue;
    write.run(sealer.seal(place, now), id);
    changed += 1;
  }
  return changed + renameMakers(client, erasing, "silences");
}

interface IncidentRow {
  readonly id: number;
  readonly uid: string;
  readonly alert: Buffer;
  readonly isOver: 0 | 1;
}

/**
 * What they wrote themselves goes, and nobody is called in for it any more; so does what names them and is over. Where others'
 * trouble that names them is not over, only the name goes: it may be grave.
 */
function eraseInIncidents(
  client: Sqlite,
  { sealer, identity, pseudonym }: Erasing,
): { readonly blanked: readonly number[]; readonly rewritten: readonly number[] } {
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], IncidentRow>(
      `select id, uid, alert, status = 'resolved' as isOver from incidents where workspace_id = ? and alert is not null`,
    )
    .all(identity.workspaceId);
  const blank = client.prepare("update incidents set alert = null, timer_at = null where id = ?");
  const write = client.prepare("update incidents set alert = ? where id = ?");
  const blanked: number[] = [];
  const rewritten: number[] = [];
  for (const { id, uid, alert, isOver } of rows) {
    const place = { table: "incidents", column: "alert", row: uid };
    const former = opened(sealer, place, alert);
    if (former === undefined || former.search(pattern) < 0) continue;
    const read: Alert = JSON.parse(former);
    const isBlank = isOver || isTheirs(read, identity);
    if (isBlank) blank.run(id);
    else write.run(sealer.seal(place, JSON.stringify(renamed(read, pattern, pseudonym))), id);
    (isBlank ? blanked : rewritten).push(id);
  }
  return { blanked, rewritten };
}

const isTheirs = ({ author, origin }: Alert, { accounts }: Identity): boolean =>
  origin.kind === "message" && accounts.has(`${origin.at.platform}:${author.id}`);

/** Who made them, as far as that was by an account of theirs. */
function renameMakers(client: Sqlite, { identity, pseudonym }: Erasing, table: "silences" | "overrides"): number {
  const write = client.prepare(`update ${table} set created_by = ? where created_by = ? and ${OF_WORKSPACE[table]}`);
  return [...identity.accounts].reduce(
    (count, account) => count + write.run(pseudonym, account, identity.workspaceId).changes,
    0,
  );
}

const OF_WORKSPACE = {
  silences: "workspace_id = ?",
  overrides: "rotation_id in (select id from rotations where workspace_id = ?)",
} as const;

/** What no key opens names nobody to anybody. */
export function opened(sealer: Sealer, place: Parameters<Sealer["open"]>[0], sealed: Buffer): string | undefined {
  try {
    return sealer.open(place, sealed);
  } catch {
    return undefined;
  }
}
