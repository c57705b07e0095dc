import type { IncidentEffect } from "../core/incident.ts";
import type { RuleTarget } from "../core/rule.ts";
import { incidentTag, sourceSubTag } from "../core/tags.ts";
import type { Priority } from "../core/turns.ts";
import { writeDown } from "./accept.ts";
import { randomToken, sha256 } from "./hash.ts";
import { quietUntil } from "./hush.ts";
import type { ForwardParts } from "./incidents.ts";
import { attachmentsFor } from "./plan.ts";
import { siblingsOf } from "./siblings.ts";
import type { ConcernedPerson, Incident } from "./store/incidents.ts";
import type { Person } from "./store/people.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { takeBack } from "./takeBack.ts";
import { resolveTargets, type TargetChat } from "./targets.ts";
import { toldFacts, toldSource, toldText } from "./tellText.ts";
import { traceOf } from "./trace.ts";

export interface Telling {
  readonly rule: Rule;
  readonly incident: Incident;
  /** The rule has opened too many within a minute: chats are spared, persons get a digest. */
  readonly isCapped: boolean;
  /** Nobody has been told of it before, nor would have been without its rule's cap. */
  readonly isFirst: boolean;
}

type Why = Extract<IncidentEffect, { kind: "tell" }>["why"] | "escalated";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The first digest of a storm comes after so long, a further one not before so long after it. */
const FIRST_DIGEST_MS = MINUTE_MS;
const NEXT_DIGEST_MS = 10 * MINUTE_MS;

/** Shows an incident as it is now to everybody whom it concerns: in Bitrix24 and in the chats. */
export async function tellAll(tx: Repositories, telling: Telling, why: Why, parts: ForwardParts): Promise<void> {
  const { rule, incident } = telling;
  const isFirst = why === "opened" || telling.isFirst;
  if (isFirst || (await tx.incidents.persons(incident.id)).length === 0) {
    const { persons, chats } = await targetsOf(tx, { rule, targets: rule.targets }, parts);
    for (const { id } of persons) await concern(tx, incident, id);
    // What the cap has kept from a chat is not made up for by how it goes on, unless that is worse.
    if (isFirst || why === "worsened") await show(tx, telling, chats, parts);
  }
  await tx.posts.follow(incident.id, incident.version, parts.clock());
  await tellPersons(tx, telling, { why }, parts);
}

/**
 * Nobody has said "I have it": the next ones are told, and whoever was told before sees that. Answers whether this step stands for
 * anybody now.
 */
export async function callIn(tx: Repositories, telling: Telling, step: number, parts: ForwardParts): Promise<boolean> {
  const { rule, incident } = telling;
  const targets = rule.options.escalation?.steps[step]?.targets ?? [];
  const { persons, chats, missing } = await targetsOf(tx, { rule, targets }, parts);
  parts.log.info(
    { incident: incident.id, step, persons: persons.length, missing: missing.length },
    "incident escalated",
  );
  for (const { id } of persons) await concern(tx, incident, id);
  await show(tx, { ...telling, isCapped: false }, chats, parts);
  const called = new Set(persons.map(({ id }) => id));
  await tellPersons(tx, telling, { why: "escalated", only: called }, parts);
  return persons.length + chats.length > 0;
}

/** What was made of a message that is gone is taken back from persons; its posts see the incident's end. */
export async function takeBackTold(tx: Repositories, incident: Incident, parts: ForwardParts): Promise<void> {
  const now = parts.clock();
  const workspace = await tx.workspaces.byId(incident.workspaceId);
  if (!workspace) return;
  for (const notification of await tx.notifications.ofIncident(incident.id)) {
    await takeBack(tx, await tx.deliveries.ofNotification(notification.id), { workspace, now });
    await tx.media.revoke({ notificationId: notification.id }, now);
  }
  for (const { personId, toldVersion } of await tx.incidents.persons(incident.id))
    await tx.incidents.concern(incident.id, { personId, toldVersion });
  await tx.posts.follow(incident.id, incident.version, now);
}

async function targetsOf(
  tx: Repositories,
  { rule, targets }: { rule: Rule; targets: readonly RuleTarget[] },
  { clock, log }: ForwardParts,
) {
  const resolved = await resolveTargets(tx, targets, { workspaceId: rule.workspaceId, now: clock() });
  for (const { target, why } of resolved.missing)
    log.warn({ rule: rule.id, target: target.kind, why }, "a target of a rule stands for nobody now");
  return resolved;
}

async function concern(tx: Repositories, incident: Incident, personId: number): Promise<void> {
  const known = await tx.incidents.persons(incident.id);
  if (!known.some((each) => each.personId === personId))
    await tx.incidents.concern(incident.id, { personId, toldVersion: 0 });
}

async function show(
  tx: Repositories,
  { incident, isCapped }: Telling,
  chats: readonly TargetChat[],
  { clock }: ForwardParts,
): Promise<void> {
  if (isCapped) return;
  const { id: incidentId, workspaceId, version, alert } = incident;
  const elsewhere = await shownElsewhere(tx, incident, clock());
  for (const chat of chats) {
    // A chat never gets back what it has said itself.
    if (alert?.origin.kind === "message" && isSameChat(alert.origin.at, chat)) continue;
    if (elsewhere.some((post) => isSameChat(post, chat))) continue;
    await tx.posts.want({ workspaceId, incidentId, version, ...chat }, clock());
  }
}

/** Two rules may forward the same alert to the same chat, which shows it once. */
async function shownElsewhere(tx: Repositories, incident: Incident, now: number): Promise<readonly TargetChat[]> {
  const posts = [];
  for (const { id } of await siblingsOf(tx, incident, now)) posts.push(...(await tx.posts.ofIncident(id)));
  return posts.filter(({ post }) => post !== "gone");
}

const isSameChat = (one: TargetChat, other: TargetChat): boolean =>
  one.platform === other.platform && one.chatId === other.chatId && one.threadId === other.threadId;

async function tellPersons(
  tx: Repositories,
  telling: Telling,
  { why, only }: { why: Why; only?: ReadonlySet<number> },
  parts: ForwardParts,
): Promise<void> {
  const { incident } = telling;
  const workspace = await tx.workspaces.byId(incident.workspaceId);
  if (!workspace) return;
  const people = new Map((await tx.people.list(workspace.id)).map((person) => [person.id, person]));
  const told: Person[] = [];
  for (const concerned of await tx.incidents.persons(incident.id)) {
    const person = people.get(concerned.personId);
    if (!person || person.leftAt !== undefined || (only && !only.has(person.id))) continue;
    // Who heard of it in a digest only wants to know how it goes on, not that it goes on.
    if (concerned.held === "storm" && concerned.toldVersion > 0 && why === "updated" && !isUrgent(telling, why))
      continue;
    // Whoever is called in is called, whatever they have heard before.
    if (why !== "escalated" && (await isToldElsewhere(tx, incident, { concerned, now: parts.clock() }))) continue;
    const hold = await holdOf(tx, telling, { concerned, why, parts });
    if (hold) await tx.incidents.concern(incident.id, { ...concerned, ...hold });
    else told.push(person);
  }
  if (told.length > 0) await tellTogether(tx, { telling, workspace, persons: told, why }, parts);
}

/** Two rules may forward the same alert to the same person, who then hears of it once. */
async function isToldElsewhere(
  tx: Repositories,
  incident: Incident,
  { concerned, now }: { concerned: ConcernedPerson; now: number },
): Promise<boolean> {
  if (concerned.toldVersion > 0) return false;
  for (const other of await othersOf(tx, incident, now)) {
    const told = await tx.incidents.persons(other.id);
    if (told.some(({ personId, toldVersion }) => personId === concerned.personId && toldVersion > 0)) return true;
  }
  return false;
}

/** Of one message a person hears once, also where rules see different troubles in it. */
async function othersOf(tx: Repositories, incident: Incident, now: number): Promise<readonly Incident[]> {
  const { origin } = incident.alert ?? {};
  if (origin?.kind !== "message") return siblingsOf(tx, incident, now);
  return (await tx.incidents.bySource(origin.at)).filter(({ id }) => id !== incident.id);
}

const isUrgent = ({ rule, incident }: Telling, why: Why): boolean =>
  why === "escalated" || incident.severity === "critical" || rule.options.priority === "urgent";

/** Why somebody is told in a digest instead, and when; `undefined` when they are told now. What is urgent never waits. */
async function holdOf(
  tx: Repositories,
  telling: Telling,
  { concerned, why, parts }: { concerned: ConcernedPerson; why: Why; parts: ForwardParts },
): Promise<Pick<ConcernedPerson, "held" | "heldUntil"> | undefined> {
  if (isUrgent(telling, why)) return undefined;
  const now = parts.clock();
  const until = await quietUntil(tx, concerned.personId, now);
  if (until !== undefined) return { held: "quiet", heldUntil: until };
  if (concerned.held === "storm" || (concerned.toldVersion === 0 && (await isStorm(tx, telling, now))))
    return { held: "storm", heldUntil: await nextDigest(tx, concerned, now) };
  return undefined;
}

async function isStorm(tx: Repositories, { rule, isCapped }: Telling, now: number): Promise<boolean> {
  if (isCapped || rule.options.priority === "digest") return true;
  return (await tx.incidents.openedSince(rule.id, now - MINUTE_MS, now)) > rule.options.stormAfter;
}

/** The same moment for all that waits, so that one digest tells it. */
async function nextDigest(tx: Repositories, { personId }: ConcernedPerson, now: number): Promise<number> {
  const { dueAt, lastAt } = await tx.incidents.digestOf(personId);
  if (dueAt !== undefined && dueAt > now) return dueAt;
  return Math.max(now + FIRST_DIGEST_MS, Math.min(lastAt ?? Number.NEGATIVE_INFINITY, now) + NEXT_DIGEST_MS);
}

interface Told {
  readonly telling: Telling;
  readonly workspace: Workspace;
  readonly persons: readonly Person[];
  readonly why: Why;
}

async function tellTogether(tx: Repositories, told: Told, parts: ForwardParts): Promise<void> {
  const { telling, workspace, persons } = told;
  const { incident } = telling;
  const notification = notificationOf(told, parts);
  const { wordsIn, clock, log } = parts;
  const written = await writeDown(tx, notification, { wordsIn, now: clock() });
  for (const { id: personId } of persons)
    await tx.incidents.concern(incident.id, { personId, toldVersion: incident.version });
  if (!written) return;
  const fields = { trace: traceOf(notification.source), incident: incident.id, notification: written.stored.id };
  log.info({ ...fields, workspace: workspace.name, why: told.why }, "incident told");
}

function notificationOf({ telling, workspace, persons, why }: Told, { wordsIn, clock }: ForwardParts) {
  const { rule, incident } = telling;
  const { alert } = incident;
  const words = wordsIn(workspace.settings.language);
  const now = clock();
  const source = toldSource(incident, `${incident.id}.${incident.version}${why === "escalated" ? `.${now}` : ""}`);
  const carriesMedia = rule.options.media && (why === "opened" || why === "escalated" || alert?.edited);
  const text = toldText(incident, { words, now, timeZone: workspace.settings.timeZone });
  return {
    uid: randomToken(),
    workspaceId: workspace.id,
    source,
    senderUserId: "",
    senderName: alert?.author.name ?? words.say("digest-sender"),
    origin: alert?.place ?? "",
    ...(alert?.link === undefined ? {} : { link: alert.link }),
    text,
    ...(alert?.places === undefined ? {} : { places: alert.places }),
    incidentId: incident.id,
    facts: toldFacts(incident),
    senderLanguage: words.language,
    priority: priorityOf(telling, why),
    createdAt: now,
    expiresAt: now + workspace.settings.deadlineHours * HOUR_MS,
    attachments: attachmentsFor({ media: carriesMedia && alert ? alert.media : [], text }, words),
    recipients: persons.map(({ id: personId, bitrixId: recipient }) => ({
      personId,
      bitrixId: recipient,
      tag: incidentTag({ hash: sha256, incident: incident.uid, recipient }),
      subTag: sourceSubTag({ hash: sha256, source }),
    })),
  };
}

/** That somebody has it must not wait behind a flood: until others see it, they come running too. */
const priorityOf = (telling: Telling, why: Why): Priority =>
  isUrgent(telling, why) || why === "acknowledged" ? "urgent" : telling.rule.options.priority;
