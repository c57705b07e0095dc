import type { IncomingMessage } from "../core/chat.ts";
import { languageOf } from "../core/language.ts";
import { plainText } from "../core/richText.ts";
import { type ReceiveParts, tell } from "./command.ts";
import { personArgs, type Spoken, unlink } from "./link.ts";
import { accountOf } from "./linkTalk.ts";
import { quietTextOf } from "./quietCommand.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** The workspaces in which an account is linked, with the persons it is there. */
async function linksOf(
  tx: Repositories,
  message: IncomingMessage,
): Promise<readonly { workspace: Workspace; person: Person }[]> {
  const { platform, userId } = accountOf(message);
  if (message.sender.kind !== "person") return [];
  const found: { workspace: Workspace; person: Person }[] = [];
  for (const workspace of await tx.workspaces.list()) {
    const person = await tx.people.proven(workspace.id, platform, userId);
    if (person) found.push({ workspace, person });
  }
  return found;
}

/** `/whoami`, `/link`, `/unlink` and `/quiet` in a private chat that belongs to no workspace; false when there is nothing to say. */
export async function linkUnbound(
  tx: Repositories,
  message: IncomingMessage,
  { spoken, parts }: { spoken: Spoken; parts: ReceiveParts },
): Promise<boolean> {
  if (message.place.kind !== "private") return false;
  const words = parts.wordsIn(languageOf(message.sender.language, "en"));
  const say = async (lines: readonly string[]): Promise<true> => {
    await tell(tx, message, { text: lines.join("\n") }, parts);
    return true;
  };
  if (spoken.command === "link") return say([words.say("link-where")]);
  if (spoken.command !== "whoami" && spoken.command !== "unlink" && spoken.command !== "quiet") return false;
  const links = await linksOf(tx, message);
  if (spoken.command === "quiet") {
    if (links.length === 0) return say([words.say("quiet-unlinked", { line: "/link" })]);
    const lines: string[] = [];
    for (const { workspace, person } of links) {
      const said = await quietTextOf({ tx, message, workspace, words, parts }, person, spoken.rest);
      lines.push(links.length === 1 ? said : `${workspace.name}: ${said}`);
    }
    return say(lines);
  }
  if (spoken.command === "whoami") {
    const lines = links.map(({ workspace, person }) =>
      words.say("whoami-linked", { workspace: workspace.name, ...personArgs(person) }),
    );
    return lines.length > 0 && say(lines);
  }
  const named = plainText(spoken.rest).trim();
  const meant = links.filter(({ workspace }) => links.length === 1 || workspace.name === named);
  const [only] = meant;
  if (!only) {
    const names = links.map(({ workspace }) => workspace.name).join(", ");
    return say([links.length === 0 ? words.say("unlink-nowhere") : words.say("unlink-which", { names })]);
  }
  await unlink({ tx, message, workspace: only.workspace, words, parts });
  return true;
}
