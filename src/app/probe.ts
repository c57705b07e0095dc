import { judge, retryDelayMs } from "../core/outcome.ts";
import type { Outcome, PortalReply } from "../core/verdict.ts";
import { fieldsOf } from "./connection.ts";
import { randomToken } from "./hash.ts";
import type { Clock, Portal, PortalCall } from "./ports.ts";
import type { Workspace } from "./store/workspaces.ts";

export interface ProbeParts {
  readonly portal: Portal;
  readonly clock: Clock;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

export type Probed = {
  /** Ids of our own notifications that could not be deleted again. */
  readonly leftBehind: readonly number[];
} & (
  | { readonly kind: "honoured" | "ignored"; readonly lastNotificationId: number }
  | { readonly kind: "failed"; readonly reason: string; readonly reply?: PortalReply }
);

type Answer = Probed extends infer Each ? (Each extends Probed ? Omit<Each, "leftBehind"> : never) : never;

/** On webhooks tags need an application's name beside them (REST documentation, `im.notify.personal.add`). */
const CLIENT_ID = "herald24";
const TEXT =
  "herald24 checks whether a newer notification replaces an older one with the same tag. This one goes away by itself.";
const PAGE = 50;
/** How far down a busy feed is looked: other notifications may come in between. */
const MOST_PAGES = 6;
const MOST_ATTEMPTS = 5;
/** The rest of a probe that was cut short must still be cleaned away. */
const CLEANING_MS = 60_000;

/**
 * Finds out whether a portal honours tags: two notifications with one tag to the acting user's own feed, then a look at
 * whether one or both are there. Both are deleted again, whatever happened.
 *
 * @param userId Whom the credentials act as: only in that feed one can look, and delete by id.
 */
export async function probeTags(
  workspace: Workspace,
  userId: number,
  parts: ProbeParts,
  signal: AbortSignal,
): Promise<Probed> {
  const marker = randomToken();
  const probe: Probe = { workspace, userId, marker, parts };
  const sent: number[] = [];
  let answer: Answer;
  try {
    answer = await sendAndLook(probe, sent, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    answer = { kind: "failed", reason: "interrupted" };
  }
  return { ...answer, leftBehind: await clean(probe, sent) };
}

interface Probe {
  readonly workspace: Workspace;
  readonly userId: number;
  /** In the text and the tag, so that ours can be told from everything else in the feed. */
  readonly marker: string;
  readonly parts: ProbeParts;
}

async function sendAndLook(probe: Probe, sent: number[], signal: AbortSignal): Promise<Answer> {
  for (const round of [1, 2]) {
    const outcome = await send(probe, round, signal);
    if (outcome.kind !== "delivered") return { kind: "failed", ...whyNot(outcome) };
    sent.push(outcome.notificationId);
  }
  const seen = await look(probe, signal);
  if (seen.kind === "failed") return { kind: "failed", reason: "its own feed cannot be read", reply: seen.reply };
  const newest = sent.at(-1) ?? 0;
  if (!seen.ids.includes(newest)) return { kind: "failed", reason: "its own notifications do not show in its feed" };
  return { kind: seen.ids.length > 1 ? "ignored" : "honoured", lastNotificationId: newest };
}

async function send({ workspace, userId, marker, parts }: Probe, round: number, signal: AbortSignal): Promise<Outcome> {
  const clientId = workspace.credentials.kind === "webhook" ? { CLIENT_ID } : {};
  const params = { USER_ID: userId, MESSAGE: `${TEXT} (${round}, ${marker})`, TAG: `h24.probe.${marker}`, ...clientId };
  const reply = await call({ method: "im.notify.personal.add", params }, { workspace, parts, signal });
  return judge(reply, { ...workspace, tagsHonoured: false, now: parts.clock(), attempts: 1 });
}

function whyNot(outcome: Exclude<Outcome, { kind: "delivered" }>): { reason: string } {
  if (outcome.kind === "suppressed") {
    return { reason: "the acting user has switched such notifications off, so there is nothing to look at" };
  }
  return { reason: "reason" in outcome ? `${outcome.code} (${outcome.reason})` : outcome.code };
}

type Seen =
  | { readonly kind: "seen"; readonly ids: readonly number[] }
  | { readonly kind: "failed"; readonly reply: PortalReply };

/** Ids of ours in the acting user's feed, which is listed newest first. */
async function look({ workspace, marker, parts }: Probe, signal: AbortSignal): Promise<Seen> {
  const ids: number[] = [];
  let from = {};
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = { LIMIT: PAGE, ...from };
    const reply = await call({ method: "im.notify.get", params }, { workspace, parts, signal });
    if (reply.kind !== "result") return { kind: "failed", reply };
    const items = Object.values(fieldsOf(fieldsOf(reply.result).notifications)).map(fieldsOf);
    ids.push(...items.filter((item) => isOurs(item, marker)).map((item) => Number(item.id)));
    const last = Number(items.at(-1)?.id);
    if (ids.length >= 2 || items.length < PAGE || !Number.isSafeInteger(last)) break;
    // REST documentation, `im.notify.get`: 3 stands for ordinary notifications.
    from = { LAST_ID: last, LAST_TYPE: 3 };
  }
  return { kind: "seen", ids };
}

const isOurs = (item: Readonly<Record<string, unknown>>, marker: string): boolean =>
  `${item.text} ${item.notify_tag}`.includes(marker);

/** Deletes what was sent and what is found in the feed: an answer that was lost may have been a notification too. */
async function clean(probe: Probe, sent: readonly number[]): Promise<readonly number[]> {
  const { workspace, parts } = probe;
  const signal = AbortSignal.timeout(CLEANING_MS);
  try {
    const seen = await look(probe, signal);
    for (const ID of seen.kind === "seen" ? seen.ids : sent) {
      await call({ method: "im.notify.delete", params: { ID } }, { workspace, parts, signal });
    }
    const left = await look(probe, signal);
    return left.kind === "seen" ? left.ids : sent;
  } catch (error) {
    if (!signal.aborted) throw error;
    return sent;
  }
}

/** A call that is repeated while the portal says that it was not executed. */
async function call(
  wanted: PortalCall,
  { workspace, parts, signal }: { workspace: Workspace; parts: ProbeParts; signal: AbortSignal },
): Promise<PortalReply> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await parts.portal.call(workspace, wanted, signal);
    const tooFast =
      (reply.kind === "error" && reply.code === "QUERY_LIMIT_EXCEEDED") ||
      (reply.kind === "unsent" && reply.status !== undefined);
    if (!tooFast || attempt >= MOST_ATTEMPTS) return reply;
    await parts.wait(reply.retryAfterMs ?? retryDelayMs(attempt, Math.random()));
  }
}
