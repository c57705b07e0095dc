import type { Sender } from "../core/chat.ts";
import { readClaim } from "../core/claim.ts";
import { readCode } from "../core/linkCode.ts";
import { neutraliseName } from "../core/neutralise.ts";
import { randomToken } from "./hash.ts";
import {
  isLive,
  LIMIT_MS,
  MOST_CLAIMS,
  MOST_CLAIMS_IN_WORKSPACE,
  MOST_INVITATIONS,
  MOST_TRIES,
  STAGE_MS,
} from "./linkLimits.ts";
import { accountOf, answerLink, type LinkTalk, noteOf } from "./linkTalk.ts";
import { slotOf } from "./receipts.ts";
import type { LinkAttempt } from "./store/linking.ts";

/** Too often within the hour; asking again and again does not prolong it. */
async function isFlooding({ tx, message, parts }: LinkTalk): Promise<boolean> {
  const since = parts.clock() - LIMIT_MS;
  return (await tx.links.countInvitations(accountOf(message), since)) >= MOST_INVITATIONS;
}

async function refuseFlood(talk: LinkTalk): Promise<void> {
  await noteOf(talk, "link.limited", "account");
  await answerLink(talk, "link-too-often");
}

/** In a group all can read: there the asker gets a way into the private chat, which is good for nobody else. */
export async function invite(talk: LinkTalk): Promise<void> {
  const { tx, message, workspace, parts } = talk;
  const bot = parts.botName("telegram");
  if (message.at.platform !== "telegram" || bot === undefined) return answerLink(talk, "link-use-form");
  if (await isFlooding(talk)) return refuseFlood(talk);
  const token = randomToken();
  const now = parts.clock();
  const account = accountOf(message);
  await tx.links.begin(
    { ...account, workspaceId: workspace.id, stage: "invited", token, expiresAt: now + STAGE_MS },
    now,
  );
  await noteOf(talk, "link.begin", "in a group");
  // Bot API, "Deep linking": at most 64 characters of A-Z, a-z, 0-9, _ and -.
  await answerLink(talk, "link-invitation", { address: `https://t.me/${bot}?start=link_${token}` });
}

/** Asks who they are; `begun` is what they came with. */
export async function ask(talk: LinkTalk, begun?: LinkAttempt): Promise<void> {
  const { tx, message, workspace, parts } = talk;
  const now = parts.clock();
  if (begun) await tx.links.set(begun.id, { stage: "asked", expiresAt: now + STAGE_MS });
  else {
    if (await isFlooding(talk)) return refuseFlood(talk);
    const account = accountOf(message);
    await tx.links.begin({ ...account, workspaceId: workspace.id, stage: "asked", expiresAt: now + STAGE_MS }, now);
    await noteOf(talk, "link.begin", "in private");
  }
  await answerLink(talk, "link-who");
}

/**
 * Somebody says who they are. The answer is the same, and comes as soon, whoever that is: only afterwards is it looked up.
 *
 * @param begun The attempt that waits for this, if any.
 */
export async function claim(talk: LinkTalk, typed: string, begun?: LinkAttempt): Promise<void> {
  const { tx, message, workspace, words, parts } = talk;
  const now = parts.clock();
  const account = accountOf(message);
  const read = readClaim(typed);
  if (!read) return answerLink(talk, "link-who-unreadable");
  const since = now - LIMIT_MS;
  const mine = await tx.links.countClaims(account, since);
  const everybodys = await tx.links.countClaims({ workspaceId: workspace.id }, since);
  if (mine >= MOST_CLAIMS || everybodys >= MOST_CLAIMS_IN_WORKSPACE) return refuseFlood(talk);
  const claimed = { stage: "claimed", expiresAt: now + STAGE_MS } as const;
  const waiting = begun?.stage === "asked" && begun.claimedAt === undefined ? begun : undefined;
  const attempt = waiting ?? (await tx.links.begin({ ...account, workspaceId: workspace.id, ...claimed }, now));
  await tx.links.set(attempt.id, { ...claimed, claimedAt: now });
  const work = { attemptId: attempt.id, who: typed, slot: slotOf(message.at), language: words.language };
  await tx.chores.add({ kind: "link", ...work, accountName: accountName(message.sender) }, now);
  await noteOf(talk, "link.claim", read.kind === "id" ? `id:${read.id}` : read.kind);
  await answerLink(talk, message.interaction ? "link-sent-form" : "link-sent");
}

/** As the person asked about will read it. */
function accountName({ name, username }: Sender): string {
  const shown = neutraliseName(name, 60);
  return username === undefined ? shown : `${shown} (@${username})`;
}

/** One answer for every code that does not do, whatever is wrong with it. */
export async function refuseCode(talk: LinkTalk, why: string): Promise<void> {
  await noteOf(talk, "link.refused", why);
  await answerLink(talk, "link-failed");
}

/** A code links the account that asked for it, to the person it was sent to, in that workspace, once. */
export async function tryCode(talk: LinkTalk, typed: string, attempt: LinkAttempt): Promise<void> {
  const { tx, message, workspace, parts } = talk;
  if (!isLive(attempt, parts.clock())) return refuseCode(talk, attempt.ended ?? "expired");
  const fits = await tx.links.fits(attempt.id, readCode(typed) ?? "");
  const { bitrixId, personName } = attempt;
  if (!fits || bitrixId === undefined) {
    const tries = attempt.tries + 1;
    await tx.links.set(attempt.id, { tries, ...(tries >= MOST_TRIES ? { ended: "spent" } : {}) });
    return refuseCode(talk, `wrong code, try ${tries}`);
  }
  const known = await tx.people.byBitrixId(workspace.id, bitrixId);
  if (known?.leftAt !== undefined) {
    await tx.links.set(attempt.id, { ended: "spent" });
    return refuseCode(talk, "left the portal meanwhile");
  }
  const { username } = message.sender;
  const linked = await tx.people.link({
    ...accountOf(message),
    workspaceId: workspace.id,
    bitrixId,
    ...(personName === undefined ? {} : { name: personName }),
    ...(username === undefined ? {} : { username }),
  });
  if (linked.kind === "conflict") {
    await tx.links.set(attempt.id, { ended: "spent" });
    return refuseCode(talk, "linked to somebody else meanwhile");
  }
  await tx.links.set(attempt.id, { ended: "proven" });
  await noteOf(talk, "link.proven", `id:${bitrixId}`);
  await answerLink(talk, "link-done", { name: linked.person.name ?? `id:${bitrixId}`, id: String(bitrixId) });
}

/** What somebody says in a private chat while an attempt is open. */
export function answerSaid(talk: LinkTalk, typed: string, attempt: LinkAttempt): Promise<void> {
  if (attempt.stage !== "claimed") return claim(talk, typed, attempt);
  // An address or an id can be no code: they mean to begin again.
  const again = typed.includes("@") || /^id\s*:/iu.test(typed.trim());
  return again ? claim(talk, typed) : tryCode(talk, typed, attempt);
}
