import type { IncomingMessage } from "../core/chat.ts";
import { writeClock } from "../core/localMoment.ts";
import { parseQuiet } from "../core/quietGrammar.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import type { LinkTalk } from "./linkTalk.ts";
import { noteOf } from "./linkTalk.ts";
import type { QuietHours } from "./store/incidents.ts";
import type { Person } from "./store/people.ts";

/** `/quiet 22:00-07:00 Europe/Moscow`, `/quiet`, `/quiet off`: when somebody wants to hear of nothing that is not urgent. */
export async function quietText(talk: LinkTalk, rest: RichText): Promise<string> {
  const { tx, message, workspace, words } = talk;
  const { at, sender } = message;
  const person =
    sender.kind === "person" ? await tx.people.proven(workspace.id, at.platform, sender.userId) : undefined;
  if (!person) return words.say("quiet-unlinked", { line: commandLine({ message, words }, "link") });
  return quietTextOf(talk, person, rest);
}

export async function quietTextOf(talk: LinkTalk, person: Person, rest: RichText): Promise<string> {
  const { tx, message, workspace, words } = talk;
  const parsed = parseQuiet(plainText(rest));
  const line = exampleOf(message, talk);
  const former = await tx.quiet.of(person.id);
  switch (parsed.kind) {
    case "show":
      return former ? words.say("quiet-now", { ...shown(former), line }) : words.say("quiet-none", { line });
    case "malformed":
      return words.say(`quiet-bad-${parsed.problem}`, { value: shownName(parsed.value), line });
    case "off":
      if (former) {
        await tx.quiet.set(person.id, undefined);
        await tx.incidents.holdUntil(person.id, talk.parts.clock());
        await noteOf(talk, "quiet.off", `id:${person.bitrixId}`);
      }
      return words.say("quiet-off");
    case "hours": {
      const timeZone = parsed.timeZone ?? former?.timeZone ?? workspace.settings.timeZone;
      const hours = { from: parsed.from, until: parsed.until, timeZone };
      await tx.quiet.set(person.id, hours);
      await noteOf(talk, "quiet.set", `id:${person.bitrixId}`);
      return words.say("quiet-set", {
        ...shown(hours),
        line: `${commandLine({ message, words }, "quiet")} ${words.say("word-off")}`,
      });
    }
    default:
      return parsed satisfies never;
  }
}

const exampleOf = (message: IncomingMessage, { words, workspace }: Pick<LinkTalk, "words" | "workspace">): string =>
  `${commandLine({ message, words }, "quiet")} 22:00-07:00 ${workspace.settings.timeZone}`;

const shown = ({ from, until, timeZone }: QuietHours) => ({
  from: writeClock(from),
  until: writeClock(until),
  zone: timeZone,
});
