import { randomBytes } from "node:crypto";
import { readClaim } from "../core/claim.ts";
import { codeFrom, writeCode } from "../core/linkCode.ts";
import { plain } from "../core/richText.ts";
import type { ChoreHandler, ChoreOutcome } from "./chores.ts";
import { findPerson } from "./findPerson.ts";
import { randomToken, sha256 } from "./hash.ts";
import { isLive, LIMIT_MS, MOST_CODES, STAGE_MS } from "./linkLimits.ts";
import { note } from "./linkTalk.ts";
import type { Clock, Log, Portal, WordsIn } from "./ports.ts";
import type { ChoreWork } from "./store/chores.ts";
import type { LinkAttempt } from "./store/linking.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { traceOfSlot } from "./trace.ts";

export interface LinkChoreParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
}

type LinkWork = Extract<ChoreWork, { kind: "link" }>;

/**
 * Looks up who somebody says they are, and sends that person a code as a notification. The asker has had an answer already, and
 * hears no more unless the portal can answer nobody: whether the person exists must not show.
 */
export function linkChore(parts: LinkChoreParts): ChoreHandler<LinkWork> {
  const { store, portal, clock, log } = parts;
  return async (work, _, signal): Promise<ChoreOutcome> => {
    const attempt = await store.read.links.byId(work.attemptId);
    const workspace = attempt && (await store.read.workspaces.byId(attempt.workspaceId));
    const claim = readClaim(work.who);
    if (!workspace || !claim || !isWaiting(attempt, clock())) return { kind: "done" };
    const found = workspace.suspended
      ? SUSPENDED
      : await findPerson(claim, { read: store.read, portal, workspace }, signal);
    switch (found.kind) {
      case "found":
        return { kind: "done", write: (tx) => sendCode(tx, { work, workspace, found }, parts) };
      case "nobody":
      case "several":
        return {
          kind: "done",
          write: (tx) => note(tx, attempt, { action: "link.nobody", subject: claim.kind, at: clock() }),
        };
      case "impossible":
        log.warn(
          { trace: traceOfSlot(work.slot), workspace: workspace.name, code: found.code, by: claim.kind },
          "people cannot be looked up to be linked",
        );
        // Those whose address the mapping knows are not told it either, so that nobody sees who is in there.
        if (claim.kind === "email" && (await knowsEmails(store.read, workspace.id)))
          return {
            kind: "done",
            write: (tx) => note(tx, attempt, { action: "link.nobody", subject: found.code, at: clock() }),
          };
        return { kind: "done", write: (tx) => tellFault(tx, { work, attempt, why: `link-no-${claim.kind}` }, parts) };
      case "later":
        if (clock() + found.afterMs < attempt.expiresAt) return { kind: "again", afterMs: found.afterMs };
        return { kind: "done", write: (tx) => tellFault(tx, { work, attempt, why: "link-portal-silent" }, parts) };
      default:
        return found satisfies never;
    }
  };
}

const knowsEmails = async ({ people }: Repositories, workspaceId: number): Promise<boolean> =>
  (await people.list(workspaceId)).some(({ email }) => email !== undefined);

/** Somebody may resume the workspace in time. */
const SUSPENDED = { kind: "later", afterMs: 30_000 } as const;

const isWaiting = (attempt: LinkAttempt | undefined, now: number): attempt is LinkAttempt =>
  attempt?.stage === "claimed" && attempt.sentAt === undefined && isLive(attempt, now);

async function sendCode(
  tx: Repositories,
  { work, workspace, found }: { work: LinkWork; workspace: Workspace; found: { bitrixId: number; name?: string } },
  { wordsIn, clock }: LinkChoreParts,
): Promise<void> {
  const now = clock();
  const attempt = await tx.links.byId(work.attemptId);
  // Much may have happened while the portal thought.
  if (!isWaiting(attempt, now)) return;
  const { bitrixId, name } = found;
  const subject = `id:${bitrixId}`;
  const codes = await tx.links.countCodes({ workspaceId: workspace.id, bitrixId }, now - LIMIT_MS);
  if (codes >= MOST_CODES) return note(tx, attempt, { action: "link.limited", subject, at: now });
  const code = codeFrom(randomBytes(8));
  const expiresAt = now + STAGE_MS;
  const known = name === undefined ? {} : { personName: name };
  await tx.links.issue(attempt.id, { code, bitrixId, ...known, sentAt: now, expiresAt });
  const words = wordsIn(workspace.settings.language);
  const asker = { platform: words.say(`origin-${attempt.platform}`), account: work.accountName, id: attempt.userId };
  const person =
    (await tx.people.byBitrixId(workspace.id, bitrixId)) ??
    (await tx.people.addPerson({ workspaceId: workspace.id, bitrixId }));
  // The portal has just said that they are active.
  if (await tx.people.cameBack(person.id)) await note(tx, attempt, { action: "people.back", subject, at: now });
  const uid = randomToken();
  await tx.notifications.add({
    uid,
    workspaceId: workspace.id,
    // No chat has this message: nobody is shown what becomes of it, least of all the asker.
    source: { platform: attempt.platform, chatId: "link", threadId: "", messageId: uid },
    senderUserId: "herald24",
    senderName: "herald24",
    origin: words.say("origin-link"),
    text: plain(words.say("link-code-notice", asker)),
    secret: writeCode(code),
    senderLanguage: workspace.settings.language,
    createdAt: now,
    expiresAt,
    attachments: [],
    recipients: [
      { personId: person.id, bitrixId, tag: `h24.l.${sha256(uid).slice(0, 32)}.${bitrixId}`, subTag: "h24.l" },
    ],
  });
  await note(tx, attempt, { action: "link.code", subject, at: now });
}

/** A fault of the portal that concerns whoever might be asked about. */
async function tellFault(
  tx: Repositories,
  { work, attempt, why }: { work: LinkWork; attempt: LinkAttempt; why: string },
  { wordsIn, clock }: LinkChoreParts,
): Promise<void> {
  const at = clock();
  await tx.links.set(attempt.id, { stage: "asked", expiresAt: at + STAGE_MS });
  await note(tx, attempt, { action: "link.failed", subject: why, at });
  const receipt = await tx.receipts.bySlot(work.slot);
  if (receipt) await tx.receipts.wish(work.slot, receipt.target, { text: wordsIn(work.language).say(why) }, at);
}
