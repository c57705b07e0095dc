import type { Platform } from "../core/chat.ts";
import { readClaim } from "../core/claim.ts";
import { parseNotify, type RecipientRef } from "../core/notifyGrammar.ts";
import { isBlank, type Mention, plainText, type RichText, slice } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import { cancelDeliveries } from "./cancel.ts";
import { askerOf, type Command, noteChange, tell } from "./command.ts";
import { mapExample, personLabel } from "./peopleCommand.ts";
import type { Words } from "./ports.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Telegram: letters, digits and `_`, beginning with a letter. Discord adds dots, and old names may hold anything but `@#:`. */
const USERNAMES: Readonly<Record<Platform, RegExp>> = {
  telegram: /^[a-z]\w{2,31}$/iu,
  discord: /^[^\s@#:,]{2,32}$/u,
};
const ACCOUNT_ID = /^(?<id>\d{5,20})(?:\s+|$)/u;
const BITRIX_ID = /^[1-9]\d{0,9}$/u;

/** Somebody of this platform, and what follows. */
export function readAccount(rest: RichText, platform: Platform): { account: Mention; rest: RichText } | undefined {
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

export const accountLabel = ({ userId, username }: Mention): string =>
  username === undefined ? (userId ?? "") : `@${shownName(username)}`;

/** `/map @user 42|e-mail`: makes an account of this platform that of a person. What contradicts it is shown and stays. */
export async function map(command: Command, rest: RichText): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const say = (text: string): Promise<void> => tell(tx, message, { text }, parts);
  const read = readAccount(rest, message.at.platform);
  const target = read && readTarget(plainText(read.rest).trim());
  if (!read || !target) return say(words.say("map-usage", { example: mapExample(command) }));
  const { platform } = message.at;
  const unmapCommand = commandLine(command, "unmap");
  const { userId } = message.sender;
  const wish = { workspace, words, platform, userId, account: read.account, unmapCommand, now: parts.clock() };
  if (target.kind === "id") return say(await mapTo(tx, wish, { bitrixId: target.id }));
  const { email } = target;
  const [known, ...others] = await tx.people.byEmail(workspace.id, email);
  if (others.length > 0 && known) return say(severalText(words, email, [known, ...others]));
  if (known && known.leftAt === undefined) return say(await mapTo(tx, wish, known));
  await say(words.say("map-asking", { email: shownName(email) }));
  const who = { workspaceId: workspace.id, asker: askerOf(command), userId, account: read.account };
  const work = { kind: "map", ...who, email, command: commandLine(command, "map"), unmapCommand } as const;
  await tx.chores.add(work, parts.clock());
}

type Target = { readonly kind: "id"; readonly id: number } | { readonly kind: "email"; readonly email: string };

function readTarget(text: string): Target | undefined {
  const id = text.replace(/^id:/iu, "");
  if (BITRIX_ID.test(id) && Number(id) < 2 ** 31) return { kind: "id", id: Number(id) };
  const claim = readClaim(text);
  return claim?.kind === "email" ? claim : undefined;
}

export const severalText = (words: Words, email: string, people: readonly Pick<Person, "bitrixId" | "name">[]) =>
  words.say("map-two-people", { email: shownName(email), people: people.map(personLabel).join(", ") });

/** What an administrator wants mapped. */
export interface MapWish {
  readonly workspace: Workspace;
  readonly words: Words;
  readonly platform: Platform;
  /** Of the administrator. */
  readonly userId: string;
  readonly account: Mention;
  readonly unmapCommand: string;
  readonly now: number;
}

/** Maps, unless somebody else or a group stands in the way; answers what came of it. */
export async function mapTo(
  tx: Repositories,
  { workspace, words, platform, userId, account, unmapCommand, now }: MapWish,
  target: Pick<Person, "bitrixId" | "name" | "email">,
): Promise<string> {
  const known = await tx.people.byAccount(workspace.id, platform, account);
  const { bitrixId, name, email } = target;
  const details = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
  const mapped = await tx.people.map({ workspaceId: workspace.id, platform, ...account, bitrixId, ...details });
  const label = accountLabel(account);
  if (mapped.kind === "group-name") return words.say("map-group-taken", { name: shownName(mapped.username) });
  const person = personLabel(mapped.person);
  if (mapped.kind === "conflict")
    return words.say("map-conflict", { account: label, person, line: `${unmapCommand} ${label}` });
  const subject = `${platform} ${account.userId ?? `@${account.username}`} = ${bitrixId}`;
  await tx.audit.append({
    at: now,
    workspaceId: workspace.id,
    actor: `${platform}:${userId}`,
    action: "people.map",
    subject,
  });
  return words.say(known ? "map-unchanged" : "map-done", { account: label, person });
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
