import { writeMoment } from "../core/localMoment.ts";
import type { Command } from "./command.ts";
import { type Roster, rosterOf } from "./duty.ts";
import { personLabel } from "./peopleCommand.ts";
import type { Person } from "./store/people.ts";

/** `/oncall`: who is on call now by each rotation, and who is next. */
export async function oncallText(command: Command): Promise<string> {
  const { tx, workspace, words, parts } = command;
  const rotations = await tx.oncall.list(workspace.id);
  const line = `npx herald24 oncall set ${workspace.name} ops --members id:7,id:8 --weekly`;
  if (rotations.length === 0) return words.say("oncall-none", { workspace: workspace.name, line });
  const lines: string[] = [];
  for (const rotation of rotations) lines.push(lineOf(command, await rosterOf(tx, rotation, parts.clock())));
  return [words.say("oncall-title", { workspace: workspace.name }), ...lines].join("\n");
}

function lineOf({ words }: Command, { rotation, now, next }: Roster): string {
  const { name, timeZone } = rotation;
  const label = (person: Person | undefined): string => (person ? personLabel(person) : words.say("oncall-nobody"));
  const gone = now?.leftAt === undefined ? "" : ` ${words.say("oncall-left")}`;
  const named = { name, person: `${label(now)}${gone}` };
  if (!next) return words.say("oncall-line", named);
  const then = { next: label(next.person), from: writeMoment(next.from, timeZone), zone: timeZone };
  return words.say("oncall-line-next", { ...named, ...then });
}
