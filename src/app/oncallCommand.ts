import { closest } from "../core/closest.ts";
import { writeMoment } from "../core/localMoment.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import type { Command } from "./command.ts";
import { type Roster, rosterOf } from "./duty.ts";
import { personLabel } from "./peopleCommand.ts";
import type { Rotation } from "./store/oncall.ts";
import type { Person } from "./store/people.ts";

/** `/oncall`, `/oncall ops`: who is on call now by each rotation or by that one, and who is next. */
export async function oncallText(command: Command, rest: RichText): Promise<string> {
  const { tx, workspace, words, parts } = command;
  const rotations = await tx.oncall.list(workspace.id);
  const line = `npx herald24 oncall set ${workspace.name} ops --members id:7,id:8 --weekly`;
  if (rotations.length === 0) return words.say("oncall-none", { workspace: workspace.name, line });
  const asked = plainText(rest).trim().replace(/^@/u, "").normalize("NFC").toLowerCase();
  const shown = asked === "" ? rotations : rotations.filter(({ name }) => name === asked);
  if (shown.length === 0) return unknownText(command, asked, rotations);
  const lines: string[] = [];
  for (const rotation of shown) lines.push(lineOf(command, await rosterOf(tx, rotation, parts.clock())));
  return [words.say("oncall-title", { workspace: workspace.name }), ...lines].join("\n");
}

/** Of many rotations a few are an answer, and all of them are not. */
const MOST_NAMED = 10;

function unknownText({ words, workspace }: Command, asked: string, rotations: readonly Rotation[]): string {
  const names = rotations.map(({ name }) => name);
  const near = closest(asked, names);
  const named = (near === undefined ? names : [near]).slice(0, MOST_NAMED).map((name) => `@${name}`);
  const known = near === undefined && names.length > MOST_NAMED ? [...named, "…"] : named;
  const said = { name: shownName(asked), workspace: workspace.name, names: known.join(", ") };
  return words.say(near === undefined ? "oncall-unknown" : "oncall-unknown-near", said);
}

function lineOf({ words }: Command, { rotation, members, now, next }: Roster): string {
  const { name, timeZone } = rotation;
  const label = (person: Person | undefined): string => (person ? personLabel(person) : words.say("oncall-nobody"));
  const names = [...new Set(members.filter(({ leftAt }) => leftAt !== undefined).map(personLabel))].join(", ");
  const gone = names === "" ? "" : ` ${words.say("oncall-left", { names })}`;
  const named = { name, person: label(now) };
  if (!next) return `${words.say("oncall-line", named)}${gone}`;
  const then = { next: label(next.person), from: writeMoment(next.from, timeZone), zone: timeZone };
  return `${words.say("oncall-line-next", { ...named, ...then })}${gone}`;
}
