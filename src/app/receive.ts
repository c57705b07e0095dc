import type { FilledForm, IncomingMessage } from "../core/chat.ts";
import { type CommandName, readCommand } from "../core/command.ts";
import { languageOf } from "../core/language.ts";
import { parseNotify, parseRecipients, parseTag, type RecipientRef } from "../core/notifyGrammar.ts";
import { bestPermission } from "../core/permissions.ts";
import { plain, type RichText } from "../core/richText.ts";
import { alertCommand } from "./alertCommands.ts";
import { bindLine, exampleFor, mapLine, refusalText } from "./answers.ts";
import { type Command, complain, isTooFast, type ReceiveParts, type Request, tell } from "./command.ts";
import { consent, openQuestion, readConsent } from "./confirm.ts";
import { handOver } from "./connect.ts";
import { disconnect } from "./disconnect.ts";
import { replaceEdited } from "./edit.ts";
import { groupText } from "./groupCommand.ts";
import { link, linkPrivately, type Spoken, unlink } from "./link.ts";
import { linkUnbound } from "./linkUnbound.ts";
import { listen } from "./listen.ts";
import { map, unmapText } from "./mapCommand.ts";
import { notify, sendLatecomers } from "./notify.ts";
import { people } from "./peopleCommand.ts";
import { SELDOM, takeStored } from "./rates.ts";
import { recall } from "./recall.ts";
import { sentBy, slotOf } from "./receipts.ts";
import { roleText } from "./roleCommand.ts";
import { sendersText } from "./sendersCommand.ts";
import { isTooMuch } from "./shed.ts";
import { rolesOf, strangerOf } from "./standing.ts";
import { statusText } from "./status.ts";
import type { Repositories } from "./store/store.ts";
import { traceOf } from "./trace.ts";
import { versionOf } from "./versions.ts";

type Asked =
  | { readonly kind: "command"; readonly name: CommandName; readonly rest: RichText }
  | { readonly kind: "unknown-command"; readonly word: string }
  | { readonly kind: "none" };

/** Does what a message asks for, as part of the transaction that takes it out of the inbox. */
export async function receive(tx: Repositories, message: IncomingMessage, parts: ReceiveParts): Promise<void> {
  const asked = readAsked(message, parts);
  if (message.sender.kind === "bot") return asked.kind === "command" ? undefined : listen(tx, message, parts);
  const spoken = spokenOf(asked, message);
  if (await handOver(tx, message, { ...spoken, parts })) return;
  if (await linkPrivately(tx, message, { spoken, parts })) return;
  if (asked.kind !== "command" && message.place.kind !== "private") return listen(tx, message, parts);
  if (asked.kind === "none") return;
  const binding = await tx.chats.find(message.at);
  const workspace = binding && (await tx.workspaces.byId(binding.workspaceId));
  if (!binding || !workspace) return answerUnbound(tx, message, { asked, parts });
  const words = parts.wordsIn(languageOf(message.sender.language, workspace.settings.language));
  const seated = { tx, message, binding, workspace, words, parts };
  if (asked.kind === "command") return admit(seated, asked);
  if (message.place.kind === "private") await complain(seated, words.say("command-unknown", { word: asked.word }));
}

const spokenOf = (asked: Asked, message: IncomingMessage): Spoken =>
  asked.kind === "command" ? { command: asked.name, rest: asked.rest } : { rest: message.text };

/** Decides by the table of permissions whether a command is answered at all. */
async function admit(
  seated: Omit<Command, "roles" | "permission">,
  asked: { name: CommandName; rest: RichText },
): Promise<void> {
  const { tx, message, workspace, binding, parts } = seated;
  const { at, sender, place } = message;
  const where = { workspaceId: workspace.id, platform: at.platform };
  const roles = await rolesOf(tx, where, sender);
  const { senders } = binding;
  const permission = bestPermission(roles, { command: asked.name, place: place.kind, senders });
  const command: Command = { ...seated, roles, permission };
  const told = { trace: traceOf(at), workspace: workspace.name, command: asked.name, permission };
  parts.log.debug(told, "command");
  // Before the sender's rate is looked at: what was accepted once must not be refused when it comes again.
  if (asked.name === "notify" && (await dealtWith(command, asked.rest))) return;
  if (await isTooFast(command)) return;
  if (permission === "denied") return complain(command, refusalText(command, asked.name));
  return answer(command, asked);
}

/** Whether this message has been sent as a notification before, and only its changes count. */
async function dealtWith(command: Command, asked: RichText): Promise<boolean> {
  const { tx, message, workspace } = command;
  const [first, ...rest] = await sentBy(tx, message.at);
  if (!first) return false;
  // What was sent before the chat was bound to another workspace is nobody's business here.
  if (first.workspaceId !== workspace.id) return true;
  if (message.edited) await replaceEdited(command, readRequest(message, asked), [first, ...rest]);
  else await sendLatecomers(command, [first, ...rest.filter((each) => versionOf(each) === 0)]);
  return true;
}

function readAsked(message: IncomingMessage, parts: ReceiveParts): Asked {
  const { platform } = message.at;
  if (message.command !== undefined) {
    const read = readCommand(plain(`/${message.command}`), { prefix: "/" });
    return read.kind === "command" ? { ...read, rest: message.options?.line ?? [] } : read;
  }
  const botName = parts.botName(platform);
  return readCommand(message.text, {
    prefix: platform === "telegram" ? "/" : "!",
    ...(botName === undefined ? {} : { botName }),
  });
}

async function answer(command: Command, asked: { name: CommandName; rest: RichText }): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  switch (asked.name) {
    case "notify": {
      const consented = readConsent(message, asked.rest);
      // What a message said before it was changed is not to be confirmed any more.
      const outdated = !consented && message.edited ? await openQuestion(command, slotOf(message.at)) : undefined;
      if (outdated) await tx.confirmations.remove(outdated.id);
      if (consented?.says !== "no" && (await isTooMuch(command))) return;
      return consented ? consent(command, consented) : notify(command, readRequest(message, asked.rest));
    }
    case "status":
      return tell(tx, message, { text: await statusText(command) }, parts);
    case "recall":
      return recall(command, asked.rest);
    case "link":
      return link(command, asked.rest);
    case "unlink":
      return unlink(command);
    case "whoami":
      return tell(tx, message, { text: await whoamiText(command) }, parts);
    case "help":
      return tell(tx, message, { text: await helpText(command) }, parts);
    case "people":
      return people(command, asked.rest);
    case "map":
      return map(command, asked.rest);
    case "unmap":
      return tell(tx, message, { text: await unmapText(command, asked.rest) }, parts);
    case "group":
      return tell(tx, message, { text: await groupText(command, asked.rest) }, parts);
    case "senders":
      return tell(tx, message, { text: await sendersText(command, asked.rest) }, parts);
    case "role":
      return tell(tx, message, { text: await roleText(command, asked.rest) }, parts);
    case "disconnect":
      return disconnect(command, asked.rest);
    case "ack":
    case "forward":
    case "mute":
    case "oncall":
    case "quiet":
    case "rules":
      return alertCommand(command, { name: asked.name, rest: asked.rest });
    case "connect":
      return tell(tx, message, { text: words.say("chat-bound", { workspace: workspace.name }) }, parts);
    default:
      return asked.name satisfies never;
  }
}

function readRequest(message: IncomingMessage, rest: RichText): Request {
  const { options } = message;
  if (!options) return parseNotify(rest);
  const picked: RecipientRef[] = options.user
    ? [{ kind: "account", mention: options.user, label: options.user.label }]
    : [];
  const listed = options.to === undefined ? undefined : parseRecipients(options.to);
  if (listed?.kind === "malformed" && (listed.problem === "bad-recipient" || picked.length === 0)) return listed;
  const named = listed?.kind === "notify" ? listed.recipients.map((each) => known(each, options)) : [];
  const recipients = [...picked, ...named];
  if (recipients.length === 0) return { kind: "malformed", problem: "no-recipient" };
  if (options.tag === undefined || options.tag.trim() === "") return { kind: "notify", recipients, text: message.text };
  const tag = parseTag(options.tag);
  if (tag === undefined) return { kind: "malformed", problem: "bad-tag", value: options.tag };
  return { kind: "notify", recipients, text: message.text, tag };
}

/** In a field an id stands alone; whom it belongs to came along with the form. */
function known(recipient: RecipientRef, { mentions = [] }: FilledForm): RecipientRef {
  if (recipient.kind !== "account") return recipient;
  const mention = mentions.find(({ userId }) => userId === recipient.mention.userId);
  return mention ? { kind: "account", mention, label: mention.label } : recipient;
}

async function whoamiText({ tx, message, binding, workspace, words }: Command): Promise<string> {
  const { userId, username, kind } = message.sender;
  const unlinked = { workspace: workspace.name, id: userId, line: mapLine(message, workspace.name) };
  if (kind !== "person") return words.say("whoami-nameless", { workspace: workspace.name });
  const proven = await tx.people.proven(workspace.id, binding.platform, userId);
  const named = username === undefined ? {} : { username };
  const person = proven ?? (await tx.people.byAccount(workspace.id, binding.platform, { userId, ...named }));
  if (!person) return words.say("whoami-unlinked", unlinked);
  const known = {
    name: person.name ?? `id:${person.bitrixId}`,
    id: String(person.bitrixId),
    workspace: workspace.name,
  };
  return words.say(proven ? "whoami-linked" : "whoami-by-name", known);
}

async function helpText(command: Command): Promise<string> {
  const { tx, message, workspace, words, roles, binding } = command;
  const prefix = message.at.platform === "telegram" || message.interaction ? "/" : "!";
  const example = await exampleFor(tx, words, { workspaceId: workspace.id, message });
  const may = (asked: CommandName) =>
    bestPermission(roles, { command: asked, place: message.place.kind, senders: binding.senders }) !== "denied";
  // In Discord's menus a command has the name of its reader's language.
  const named = (name: "status" | "whoami" | "link" | "forward" | "rules") =>
    `${prefix}${message.interaction ? words.say(`name-${name}`) : name}`;
  const lines = [words.say("help", { example, status: named("status"), whoami: named("whoami") })];
  if (may("link")) lines.push(words.say("help-link", { link: named("link") }));
  if (may("forward")) lines.push(words.say("help-alerts", { forward: named("forward"), rules: named("rules") }));
  lines.push(words.say(message.at.platform === "telegram" ? "help-deletions" : "help-edits"));
  return lines.join("\n");
}

/** Strangers may ask for help, who they are and how to connect; what they learn is this chat's own id. */
async function answerUnbound(
  tx: Repositories,
  message: IncomingMessage,
  { asked, parts }: { asked: Asked; parts: ReceiveParts },
): Promise<void> {
  const where = { place: unboundPlace(message), senders: "list" } as const;
  const answered =
    asked.kind === "command" &&
    bestPermission(strangerOf(message.sender), { command: asked.name, ...where }) !== "denied";
  const { platform, chatId } = message.at;
  // Discord's private dialogues all have one chat id.
  const place = message.place.kind === "private" ? message.sender.userId : chatId;
  const slow = async () => (await takeStored(tx, `chat:${platform}:${place}`, SELDOM, parts.clock())) > 0;
  // An interaction shows "thinking" until it is answered, and only its own sender sees the answer.
  if (!message.interaction && (!answered || (await slow()))) return;
  if (asked.kind === "command" && (await linkUnbound(tx, message, { spoken: spokenOf(asked, message), parts }))) return;
  const words = parts.wordsIn(languageOf(message.sender.language, "en"));
  const text = words.say("chat-unbound", { id: message.at.chatId, line: bindLine(message.at) });
  await tell(tx, message, { text }, parts);
}

const unboundPlace = ({ place }: IncomingMessage) => (place.kind === "private" ? "unbound-private" : "unbound");
