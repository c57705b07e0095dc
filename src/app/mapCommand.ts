import type { Platform } from "../core/chat.ts";
import { parseNotify, type RecipientRef } from "../core/notifyGrammar.ts";
import { isBlank, type Mention, plainText, type RichText, slice } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import { cancelDeliveries } from "./cancel.ts";
import { type Command, noteChange } from "./command.ts";
import { mapExample, personLabel } from "./peopleCommand.ts";
import type { Person } from "./store/people.ts";

/** Telegram: letters, digits and `_`, beginning with a letter. Discord adds dots, and old names may hold anything but `@#:`. */
const USERNAMES: Readonly<Record<Platform, RegExp>> = {
  telegram: /^[a-z]\w{2,31}$/iu,
  discord: /^[^\s@#:,]{2,32}$/u,
};
const ACCOUNT_ID = /^(?<id>\d{5,20})(?:\s+|$)/u;
const BITRIX_ID = /^[1-9]\d{0,9}$/u;

/** Somebody of this platform, and what follows. */
function readAccount(rest: RichText, platform: Platform): { account: Mention; rest: RichText } | undefined {
  const flat = plainText(rest);
  const userId = ACCOUNT_ID.exec(flat);
  if (userId?.groups?.id !== undefined)
    return { account: { userId: userId.groups.id }, rest: slice(rest, userId[0].length) };
  const parsed = parseNotify(rest);
  const [first, ...others] = parsed.kind === "notify" ? parsed.recipients : [];
  if (parsed.kind !== "notify" || !first) return undefined;
  const account = accountOf(first, platform);
  const following = others.map(({ label }) => label).join(" ");
  return account && { account, rest: others.length === 0 ? parsed.text : [{ text: following }, ...parsed.text] };
}

function accountOf(ref: RecipientRef, platform: Platform): Mention | undefined {
  if (ref.kind === "account") return ref.mention;
  return ref.kind === "name" && USERNAMES[platform].test(ref.name) ? { username: ref.name.toLowerCase() } : undefined;
}

const accountLabel = ({ userId, username }: Mention): string =>
  username === undefined ? (userId ?? "") : `@${shownName(username)}`;

/** `/map @user 42|e-mail`: makes an account of this platform that of a person. What contradicts it is shown and stays. */
export async function mapText(command: Command, rest: RichText): Promise<string> {
  const { tx, message, workspace, words } = command;
  const { platform } = message.at;
  const read = readAccount(rest, platform);
  if (!read || isBlank(read.rest)) return words.say("map-usage", { example: mapExample(command) });
  const { account } = read;
  const taken = account.username === undefined ? undefined : await tx.people.byGroup(workspace.id, account.username);
  if (taken) return words.say("map-group-taken", { name: shownName(account.username ?? "") });
  const target = await targetOf(command, plainText(read.rest).trim());
  if (typeof target === "string") return target;
  const known = await tx.people.byAccount(workspace.id, platform, account);
  const named = { account: accountLabel(account), person: personLabel(known ?? target) };
  const mapped = await tx.people.map({ workspaceId: workspace.id, platform, ...account, bitrixId: target.bitrixId });
  if (mapped.kind === "conflict") {
    const line = `${commandLine(command, "unmap")} ${accountLabel(account)}`;
    return words.say("map-conflict", { ...named, person: personLabel(mapped.person), line });
  }
  const subject = `${platform} ${account.userId ?? `@${account.username}`} = ${target.bitrixId}`;
  await noteChange(command, { action: "people.map", subject });
  const person = personLabel(mapped.person);
  return words.say(known ? "map-unchanged" : "map-done", { ...named, person });
}

/** Whom a Bitrix24 id or an exact e-mail means; a text says why nobody. */
async function targetOf(command: Command, text: string): Promise<Pick<Person, "bitrixId" | "name"> | string> {
  const { tx, workspace, words } = command;
  const id = text.replace(/^id:/iu, "");
  if (BITRIX_ID.test(id) && Number(id) < 2 ** 31) return { bitrixId: Number(id) };
  const email = shownName(text);
  if (!/^[^@\s]+@[^@\s]+$/u.test(text)) return words.say("map-usage", { example: mapExample(command) });
  const [person, ...others] = await tx.people.byEmail(workspace.id, text);
  if (!person) return words.say("map-no-person", { email, workspace: workspace.name });
  if (others.length === 0) return person;
  return words.say("map-two-people", { email, people: [person, ...others].map(personLabel).join(", ") });
}

/** `/unmap @user`: the person is no longer addressed by this account, and what still waits for the person is cancelled. */
export async function unmapText(command: Command, rest: RichText): Promise<string> {
  const { tx, message, workspace, words, parts } = command;
  const { platform } = message.at;
  const read = readAccount(rest, platform);
  if (!read || !isBlank(read.rest))
    return words.say("unmap-usage", { example: `${commandLine(command, "unmap")} @anna` });
  const { account } = read;
  const person = await tx.people.byAccount(workspace.id, platform, account);
  if (!person) return words.say("unmap-unknown", { account: accountLabel(account), workspace: workspace.name });
  await tx.people.unmap(workspace.id, platform, account);
  const settled = { code: "UNMAPPED", wordsIn: parts.wordsIn, now: parts.clock() };
  const cancelled = await cancelDeliveries(tx, { workspaceId: workspace.id, personId: person.id }, settled);
  const subject = `${platform} ${account.userId ?? `@${account.username}`} = ${person.bitrixId}: ${cancelled} cancelled`;
  await noteChange(command, { action: "people.unmap", subject });
  return words.say("unmap-done", { account: accountLabel(account), person: personLabel(person), cancelled });
}
