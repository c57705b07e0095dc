import { judge } from "../core/outcome.ts";
import type { Outcome, PortalReply } from "../core/verdict.ts";
import type { Capabilities } from "./capabilities.ts";
import { fieldsOf } from "./connection.ts";
import { randomToken } from "./hash.ts";
import { type ProbeParts, probeCall } from "./probeCall.ts";
import type { Workspace } from "./store/workspaces.ts";

/** `kind` is `unknown` when it could not be told, with the reason. */
export interface ProbedTags {
  readonly kind: Capabilities["tags"];
  readonly deleteByTag: Capabilities["deleteByTag"];
  readonly lastNotificationId?: number;
  readonly reason?: string;
  readonly reply?: PortalReply;
  /** Ids of our own notifications that could not be deleted again. */
  readonly leftBehind: readonly number[];
}

type Answer = Omit<ProbedTags, "leftBehind">;

/** On webhooks tags may need an application's name beside them (REST documentation, `im.notify.personal.add`). */
const CLIENT_ID = "herald24";
const TEXT =
  "herald24 checks whether a newer notification replaces an older one with the same tag. This one goes away by itself.";
const PAGE = 50;
/** How far down a busy feed is looked: other notifications may come in between. */
const MOST_PAGES = 6;
/** The rest of a probe that was cut short must still be cleaned away. */
const CLEANING_MS = 60_000;

/**
 * Finds out whether a portal honours tags: two notifications with one tag to the acting user's own feed, then a look at
 * whether one or both are there. All are deleted again, whatever happened.
 *
 * @param userId Whom the credentials act as: only in that feed one can look, and delete by id.
 */
export async function probeTags(
  workspace: Workspace,
  userId: number,
  parts: ProbeParts,
  signal: AbortSignal,
): Promise<ProbedTags> {
  const probe: Probe = { workspace, userId, marker: randomToken(), parts, sent: [], gone: new Set() };
  let answer: Answer;
  try {
    answer = await tryTags(probe, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    answer = unknown("interrupted");
  }
  return { ...answer, leftBehind: await clean(probe) };
}

interface Probe {
  readonly workspace: Workspace;
  readonly userId: number;
  /** In the text and the tag, so that ours can be told from everything else in the feed. */
  readonly marker: string;
  readonly parts: ProbeParts;
  readonly sent: number[];
  readonly gone: Set<number>;
}

const unknown = (reason: string, reply?: PortalReply): Answer => ({
  kind: "unknown",
  deleteByTag: "unknown",
  reason,
  ...(reply ? { reply } : {}),
});

async function tryTags(probe: Probe, signal: AbortSignal): Promise<Answer> {
  const isWebhook = probe.workspace.credentials.kind === "webhook";
  const named = await tryPair(probe, { round: 1, clientId: isWebhook }, signal);
  if (named.kind === "failed") return unknown(named.reason, named.reply);
  const lastNotificationId = named.newest;
  if (named.kind === "both") return { kind: "ignored", deleteByTag: "unknown", lastNotificationId };
  const deleteByTag = await tryDeleting(probe, named.newest, signal);
  if (!isWebhook) return { kind: "honoured", deleteByTag, lastNotificationId };
  const bare = await tryPair(probe, { round: 2, clientId: false }, signal);
  if (bare.kind === "failed") return { kind: "needs-client-id", deleteByTag, lastNotificationId };
  const kind = bare.kind === "replaced" ? "honoured" : "needs-client-id";
  return { kind, deleteByTag, lastNotificationId: bare.newest };
}

interface Round {
  readonly round: number;
  readonly clientId: boolean;
}

type Pair =
  | { readonly kind: "replaced" | "both"; readonly newest: number }
  | { readonly kind: "failed"; readonly reason: string; readonly reply?: PortalReply };

const tagOf = ({ marker }: Probe, round: number): string => `h24.probe.${marker}.${round}`;

/** Two notifications with one tag: does the second take the place of the first? */
async function tryPair(probe: Probe, round: Round, signal: AbortSignal): Promise<Pair> {
  const ids: number[] = [];
  for (const number of [1, 2]) {
    const outcome = await send(probe, { ...round, number }, signal);
    if (outcome.kind !== "delivered") return { kind: "failed", ...whyNot(outcome) };
    ids.push(outcome.notificationId);
    probe.sent.push(outcome.notificationId);
  }
  const [first = 0, newest = 0] = ids;
  const seen = await look(probe, signal);
  if (seen.kind === "seen") {
    if (!seen.ids.includes(newest)) return { kind: "failed", reason: "its own notifications do not show in its feed" };
    return { kind: seen.ids.includes(first) ? "both" : "replaced", newest };
  }
  // Some servers do not let the feed be read; but deleting by id says whether there was something to delete.
  const was = await remove(probe, first, signal);
  if (was === "unknown") return { kind: "failed", reason: "its own feed cannot be read", reply: seen.reply };
  return { kind: was === "there" ? "both" : "replaced", newest };
}

async function send(
  { workspace, userId, marker, parts }: Probe,
  { round, clientId, number }: Round & { number: number },
  signal: AbortSignal,
): Promise<Outcome> {
  const tag = `h24.probe.${marker}.${round}`;
  const named = clientId ? { CLIENT_ID } : {};
  const params = { USER_ID: userId, MESSAGE: `${TEXT} (${round}.${number}, ${marker})`, TAG: tag, ...named };
  const reply = await probeCall({ method: "im.notify.personal.add", params }, { workspace, parts, signal });
  return judge(reply, { ...workspace, tagsHonoured: false, now: parts.clock(), attempts: 1 });
}

function whyNot(outcome: Exclude<Outcome, { kind: "delivered" }>): { reason: string } {
  if (outcome.kind === "suppressed") {
    return { reason: "the acting user has switched such notifications off, so there is nothing to look at" };
  }
  return { reason: "reason" in outcome ? `${outcome.code} (${outcome.reason})` : outcome.code };
}

/** By tag a portal answers `true` whether or not there was anything; so it is looked at what is left. */
async function tryDeleting(probe: Probe, newest: number, signal: AbortSignal): Promise<ProbedTags["deleteByTag"]> {
  const { workspace, parts } = probe;
  const named = workspace.credentials.kind === "webhook" ? { CLIENT_ID } : {};
  const params = { TAG: tagOf(probe, 1), ...named };
  const reply = await probeCall({ method: "im.notify.delete", params }, { workspace, parts, signal });
  if (reply.kind !== "result") return "unknown";
  const seen = await look(probe, signal);
  if (seen.kind === "seen") return seen.ids.includes(newest) ? "ignored" : "works";
  const was = await remove(probe, newest, signal);
  return was === "unknown" ? "unknown" : was === "there" ? "ignored" : "works";
}

type Seen =
  | { readonly kind: "seen"; readonly ids: readonly number[] }
  | { readonly kind: "failed"; readonly reply: PortalReply };

/** Ids of ours in the acting user's feed, which is listed newest first. */
async function look({ workspace, marker, parts, sent }: Probe, signal: AbortSignal): Promise<Seen> {
  const ids: number[] = [];
  const oldest = Math.min(...sent);
  let from = {};
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = { LIMIT: PAGE, ...from };
    const reply = await probeCall({ method: "im.notify.get", params }, { workspace, parts, signal });
    if (reply.kind !== "result") return { kind: "failed", reply };
    const items = Object.values(fieldsOf(fieldsOf(reply.result).notifications)).map(fieldsOf);
    ids.push(...items.filter((item) => isOurs(item, marker)).map((item) => Number(item.id)));
    const last = Number(items.at(-1)?.id);
    if (items.length < PAGE || !Number.isSafeInteger(last) || last < oldest) break;
    // REST documentation, `im.notify.get`: 3 stands for ordinary notifications.
    from = { LAST_ID: last, LAST_TYPE: 3 };
  }
  return { kind: "seen", ids };
}

const isOurs = (item: Readonly<Record<string, unknown>>, marker: string): boolean =>
  `${item.text} ${item.notify_tag}`.includes(marker);

/** Deletes one by its id: the portal answers `false` when it was not in the acting user's feed. */
async function remove(probe: Probe, ID: number, signal: AbortSignal): Promise<"there" | "absent" | "unknown"> {
  const { workspace, parts } = probe;
  const reply = await probeCall({ method: "im.notify.delete", params: { ID } }, { workspace, parts, signal });
  if (reply.kind !== "result") return "unknown";
  probe.gone.add(ID);
  return reply.result === false ? "absent" : "there";
}

/** Deletes what was sent and what is found in the feed: an answer that was lost may have been a notification too. */
async function clean(probe: Probe): Promise<readonly number[]> {
  const left = (): readonly number[] => probe.sent.filter((id) => !probe.gone.has(id));
  const signal = AbortSignal.timeout(CLEANING_MS);
  try {
    const seen = await look(probe, signal);
    for (const id of seen.kind === "seen" ? seen.ids : left()) await remove(probe, id, signal);
    if (seen.kind === "failed") return left();
    const after = await look(probe, signal);
    return after.kind === "seen" ? after.ids : left();
  } catch (error) {
    if (!signal.aborted) throw error;
    return left();
  }
}
