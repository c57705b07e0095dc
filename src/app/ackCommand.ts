import type { MessageRef } from "../core/chat.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { personTaker, type Taken, type Taker, takeIncident } from "./ack.ts";
import { commandLine } from "./answers.ts";
import { type Command, tell } from "./command.ts";
import { nameOf } from "./digest.ts";
import { clockText, stateLine } from "./incidentWords.ts";
import { NotYetError } from "./notYet.ts";
import type { Incident } from "./store/incidents.ts";
import type { Person } from "./store/people.ts";

/** Incidents that are named at once. */
const MOST_LISTED = 15;

/** An answer that takes longer was lost. */
const POSTING_MS = 3_000;

const UID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u;
const NUMBER = /^#?(?<id>[1-9]\d{0,14})$/u;

/**
 * "I have it": by a button under a post, as a reply to a post or to the message that it was made of, or by a number. Only what this
 * very chat shows can be taken here; alone, the command lists that.
 */
export async function ack(command: Command, asked: RichText): Promise<void> {
  const { tx, message, parts } = command;
  await tell(tx, message, { text: await answerTo(command, plainText(asked).trim()) }, parts);
}

async function answerTo(command: Command, said: string): Promise<string> {
  const { message, words } = command;
  const person = await personOf(command);
  if (said !== "") {
    const incident = await named(command, said, person);
    if (incident) return takenText(command, await take(command, incident, person), person);
    // A button names what it is for by an id that nobody has seen.
    if (UID.test(said)) return words.say("ack-gone", { example: commandLine(command, "ack") });
    return words.say("ack-unknown", { value: shownName(said), example: commandLine(command, "ack") });
  }
  const { messageId = "" } = message.repliedTo ?? {};
  if (messageId === "") return listText(command, person);
  const shown = await shownBy(command, { ...message.at, messageId });
  if (shown.length === 0 && (await isBeingSaid(command))) throw new NotYetError();
  if (shown.length === 0) return words.say("ack-no-alert", { example: commandLine(command, "ack") });
  const texts: string[] = [];
  for (const incident of shown) texts.push(takenText(command, await take(command, incident, person), person));
  return [...new Set(texts)].join("\n");
}

/** Accounts are known by their ids alone: a username that is mapped does not say who presses. */
async function personOf({ tx, message, workspace }: Command): Promise<Person | undefined> {
  const { sender, at } = message;
  return sender.kind === "person" ? tx.people.proven(workspace.id, at.platform, sender.userId) : undefined;
}

function take(command: Command, incident: Incident, person: Person | undefined): Promise<Taken> {
  const { tx, message, parts } = command;
  const { sender, at, place } = message;
  const actor = `${at.platform}:${sender.userId}`;
  // Whoever stays anonymous speaks for the chat.
  const name = shownName(sender.kind === "person" ? sender.name : place.title);
  const by: Taker = person ? { ...personTaker(person), actor } : { actor, name };
  return takeIncident(tx, { incident, by }, parts);
}

function takenText({ words, workspace }: Command, { kind, incident }: Taken, person: Person | undefined): string {
  const { acknowledgedBy: name = "?", acknowledgedAt = 0, acknowledgedPersonId } = incident;
  const title = nameOf(incident);
  const isTheirs = person !== undefined && acknowledgedPersonId === person.id;
  if (kind === "resolved") return words.say("ack-over", { title });
  if (kind === "taken" || isTheirs) return words.say("ack-done", { title });
  return words.say("ack-already", { title, name, time: clockText(acknowledgedAt, workspace.settings.timeZone, words) });
}

/** By the uid that a button carries, or by its number; of another workspace or chat there is none. */
async function named(command: Command, said: string, person: Person | undefined): Promise<Incident | undefined> {
  const { tx } = command;
  const { id } = NUMBER.exec(said)?.groups ?? {};
  const incident = UID.test(said)
    ? await tx.incidents.byUid(said)
    : id === undefined
      ? undefined
      : await tx.incidents.byId(Number(id));
  return incident && (await isShownHere(command, incident, person)) ? incident : undefined;
}

/** In a private dialogue, somebody whose account is known also has what they were told of in Bitrix24. */
async function isShownHere(command: Command, incident: Incident, person: Person | undefined): Promise<boolean> {
  const { tx, message, workspace } = command;
  if (incident.workspaceId !== workspace.id) return false;
  return tx.incidents.isIn(incident.id, { chat: message.at, ...privately(command, person) });
}

const privately = ({ message }: Command, person: Person | undefined): { personId?: number } =>
  message.place.kind === "private" && person ? { personId: person.id } : {};

/** What a message of this chat shows, or what was made of it. */
async function shownBy({ tx, workspace }: Command, at: MessageRef): Promise<readonly Incident[]> {
  const posted = await tx.incidents.byPost(at);
  const found = posted ? [posted] : await tx.incidents.bySource(at);
  return found.filter(({ workspaceId }) => workspaceId === workspace.id);
}

/** Whoever sees a post may answer it before the platform has told us which message it is. */
const isBeingSaid = ({ tx, message, parts }: Command): Promise<boolean> =>
  tx.posts.isBeingSaid(message.at, parts.clock() - POSTING_MS);

async function listText(command: Command, person: Person | undefined): Promise<string> {
  const { tx, message, workspace, words, parts } = command;
  const where = { chat: message.at, ...privately(command, person) };
  const open = await tx.incidents.openIn(workspace.id, where, MOST_LISTED + 1);
  const [first] = open;
  if (!first) return words.say("ack-none");
  const reading = { words, now: parts.clock(), timeZone: workspace.settings.timeZone };
  const lines = open
    .slice(0, MOST_LISTED)
    .map((incident) => `#${incident.id} ${stateLine(incident, reading)} · ${nameOf(incident)}`);
  const more = open.length > MOST_LISTED ? [words.say("ack-more")] : [];
  const example = `${commandLine(command, "ack")} ${first.id}`;
  return [...lines, ...more, words.say("ack-how", { example })].join("\n");
}
