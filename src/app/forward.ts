import { type Alert, isAtLeast, severityOf } from "../core/alert.ts";
import { REOPEN_MS } from "../core/incident.ts";
import { incidentKey } from "../core/incidentKey.ts";
import type { RuleSource } from "../core/rule.ts";
import { matchRules } from "../core/ruleMatch.ts";
import { isSameAlert } from "../core/sameAlert.ts";
import { isEcho } from "./echoes.ts";
import { sha256 } from "./hash.ts";
import { isInhibited, isMuted } from "./hush.ts";
import { advance, type ForwardParts, open } from "./incidents.ts";
import type { Incident, Silence } from "./store/incidents.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";

const MINUTE_MS = 60_000;

/**
 * Hands an alert to whoever the rules of its source say, as part of the transaction that takes it in: what was accepted is told, or
 * is an incident that waits for its time.
 */
export async function forwardAlert(tx: Repositories, alert: Alert, parts: ForwardParts): Promise<void> {
  const rules = await rulesFor(tx, alert);
  const [first] = rules;
  if (!first) return;
  // All rules of a source belong to one workspace.
  const { workspaceId } = first;
  if (await isEcho(tx, alert, { workspaceId, now: parts.clock() })) {
    parts.log.debug({ workspace: workspaceId }, "an echo of our own post goes no further");
    return;
  }
  const silences = new Map<number, readonly Silence[]>();
  for (const result of matchRules(rules, alert, parts.compile)) {
    const { rule } = result;
    const keyHash = sha256(incidentKey(alert, rule.options.key, parts.compile)).slice(0, 32);
    const known = await knownIncident(tx, { rule, alert, keyHash, now: parts.clock() });
    // What is told as over, or said anew, belongs to what was told before, whatever it would match by itself.
    const isFollowUp = known && (alert.edited || alert.status === "resolved");
    if (result.kind !== "match" && !isFollowUp) continue;
    if (alert.edited && known && (!rule.options.edits || isSameAlert(known.alert, alert))) continue;
    if (known && isOutdated(alert, known)) continue;
    const here = silences.get(rule.workspaceId) ?? (await tx.silences.live(rule.workspaceId, parts.clock()));
    silences.set(rule.workspaceId, here);
    await take(tx, { rule, alert, keyHash, known, silences: here }, parts);
  }
}

/** Rules of the workspace that the source belongs to now: a chat that was bound to another one since tells that one's rules alone. */
async function rulesFor(tx: Repositories, { origin }: Alert): Promise<readonly Rule[]> {
  if (origin.kind === "hook") {
    const { hookId } = origin;
    const hook = await tx.hooks.byId(hookId);
    const rules = await tx.rules.listeningTo({ kind: "hook", hookId });
    return rules.filter(({ workspaceId }) => workspaceId === hook?.workspaceId);
  }
  const binding = await tx.chats.find(origin.at);
  if (!binding) return [];
  // The group may have got another id after this was said.
  const chat = { ...origin.at, chatId: binding.chatId };
  const rules = await tx.rules.listeningTo({ kind: "chat", chat });
  return rules.filter((rule) => rule.workspaceId === binding.workspaceId && covers(rule.source, origin));
}

const covers = (source: RuleSource, { at, within }: Extract<Alert["origin"], { kind: "message" }>): boolean =>
  source.kind === "chat" && ["", at.threadId, within].includes(source.chat.threadId);

/** The incident that an alert belongs to: the one made of the same message, else the one with its key. */
async function knownIncident(
  tx: Repositories,
  { rule, alert, keyHash, now }: { rule: Rule; alert: Alert; keyHash: string; now: number },
): Promise<Incident | undefined> {
  const made = alert.origin.kind === "message" ? await tx.incidents.bySource(alert.origin.at) : [];
  const same = made.find(({ ruleId }) => ruleId === rule.id);
  if (same) return same;
  const keyed = await tx.incidents.byKey(rule.id, keyHash, now - REOPEN_MS);
  // Its posts are deleted: what comes after it would be seen by nobody there.
  if (!keyed || keyed.state.retracted) return undefined;
  // Over at a time that has yet to come, by a clock that was set back since: what comes now is not older than that.
  const isAhead = keyed.status === "resolved" && (keyed.resolvedAt ?? 0) > now + MINUTE_MS;
  return isAhead ? undefined : keyed;
}

/** An edit of a message that a later one has followed: what that says still holds, unless the edit ends it or is graver. */
function isOutdated(alert: Alert, { alert: latest, severity, count }: Incident): boolean {
  // The members of an album have an id each, and are one message.
  if (count === 1) return false;
  if (!alert.edited || alert.status === "resolved" || !isAtLeast(severity, severityOf(alert))) return false;
  if (alert.origin.kind !== "message" || latest?.origin.kind !== "message") return false;
  return alert.origin.at.messageId !== latest.origin.at.messageId && alert.at <= latest.at;
}

interface Taken {
  readonly rule: Rule;
  readonly alert: Alert;
  readonly keyHash: string;
  readonly known: Incident | undefined;
  readonly silences: readonly Silence[];
}

async function take(tx: Repositories, taken: Taken, parts: ForwardParts): Promise<void> {
  const { rule, alert, keyHash, known } = taken;
  const { log, clock } = parts;
  const isSilent = isMuted(alert, rule, { silences: taken.silences, compile: parts.compile });
  // What is muted is not made up for afterwards; but who was told of it before hears how it ends.
  if (isSilent && (!known || alert.status === "firing")) {
    log.debug({ rule: rule.id, workspace: rule.workspaceId }, "an alert is muted");
    return;
  }
  // One that was held up on its way says nothing about what has ended since.
  if (known?.status === "resolved" && alert.status === "firing" && alert.at < (known.alert?.at ?? 0)) return;
  const event = { kind: "alert", status: alert.status, severity: severityOf(alert), edited: alert.edited } as const;
  const inhibited = await isInhibited(tx, { rule, alert, known });
  const incident = known
    ? await advance(tx, { rule, incident: known, event, alert, inhibited }, parts)
    : await open(tx, { rule, alert, keyHash, event, inhibited, isCapped: await isCapped(tx, rule, parts) }, parts);
  if (alert.origin.kind === "message") await tx.incidents.addSource(incident.id, alert.origin.at, clock());
}

async function isCapped(tx: Repositories, rule: Rule, { clock, log }: ForwardParts): Promise<boolean> {
  const now = clock();
  const opened = await tx.incidents.openedSince(rule.id, now - MINUTE_MS, now);
  if (opened === rule.options.capPerMinute)
    log.warn({ rule: rule.id, opened }, "a rule has reached its cap for this minute");
  return opened >= rule.options.capPerMinute;
}
