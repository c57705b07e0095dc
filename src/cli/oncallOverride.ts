import type { Rotation } from "../app/store/oncall.ts";
import type { Repositories } from "../app/store/store.ts";
import { readMoment, writeMoment } from "../core/localMoment.ts";
import { actorOf, type Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { findMembers } from "./group.ts";

export interface OverrideFlags {
  readonly json?: boolean;
  readonly person?: string;
  readonly from?: string;
  readonly until?: string;
  readonly remove?: string;
}

interface Asked {
  readonly context: Context;
  readonly flags: OverrideFlags;
}

/** Makes an override or takes one back; answers what is to be noted. @throws {CliError} 2 */
export async function overridden(
  tx: Repositories,
  rotation: Rotation,
  asked: Asked,
): Promise<{ readonly action: string; readonly subject: string }> {
  const { person, from, until, remove } = asked.flags;
  if (remove === undefined) return make(tx, rotation, asked);
  if (person !== undefined || from !== undefined || until !== undefined)
    throw wrongInput("--remove takes one back; give it alone, or --person and --until without it");
  const known = await tx.oncall.overrides(rotation.id, asked.context.clock());
  const found = known.find(({ id }) => String(id) === remove);
  if (!found) {
    const numbers = known.map(({ id }) => id).join(", ");
    throw wrongInput(`--remove ${remove}: ${rotation.name} has no such override; there is ${numbers || "none"}`);
  }
  await tx.oncall.removeOverride(found.id);
  return { action: "oncall.override-remove", subject: `@${rotation.name} ${found.id}` };
}

/** By the rotation's own clocks. @throws {CliError} 2 */
export function momentOf(
  { clock }: Pick<Context, "clock">,
  { timeZone }: Pick<Rotation, "timeZone">,
  { flag, text }: { flag: string; text: string },
): number {
  const moment = readMoment(text, { now: clock(), timeZone });
  if (moment !== undefined) return moment;
  throw wrongInput(
    `${flag} ${text}: must be now, +8h, a date, or a time such as 2026-08-01T12:00 (by the clocks of ${timeZone}, or with Z behind it)`,
  );
}

async function make(tx: Repositories, rotation: Rotation, { context, flags }: Asked) {
  if (flags.person === undefined)
    throw wrongInput("--person is missing: who is on call instead, such as --person id:7");
  if (flags.until === undefined) throw wrongInput("--until is missing: when it ends, such as --until +8h");
  const from = momentOf(context, rotation, { flag: "--from", text: flags.from ?? "now" });
  const until = momentOf(context, rotation, { flag: "--until", text: flags.until });
  if (until <= from) throw wrongInput(`--until ${flags.until}: must be after --from`);
  if (until <= context.clock()) throw wrongInput(`--until ${flags.until}: that is over already`);
  const [person, ...others] = await findMembers(tx, rotation.workspaceId, [flags.person]);
  if (!person || others.length > 0) throw wrongInput(`--person ${flags.person}: name exactly one`);
  const now = context.clock();
  const createdBy = actorOf(context.env);
  await tx.oncall.override({ rotationId: rotation.id, personId: person.id, from, until, createdBy, createdAt: now });
  const times = `${writeMoment(from, rotation.timeZone)} to ${writeMoment(until, rotation.timeZone)}`;
  return { action: "oncall.override", subject: `@${rotation.name}: id:${person.bitrixId} ${times}` };
}
