import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { portalAddress } from "../core/portalAddress.ts";
import { missingScopes } from "../core/scopes.ts";
import type { PortalReply } from "../core/verdict.ts";
import { isMeantBy, nameFromChat } from "../core/workspaceName.ts";
import { mayAnywhere, mayIn } from "./administers.ts";
import type { ChoreHandler, ChoreHandlers, ChoreOutcome } from "./chores.ts";
import { type Connection, checkConnection, NEEDED_SCOPE } from "./connection.ts";
import { type HideParts, hiddenText, hideChore, removeMessage } from "./hideChore.ts";
import { storeLearned } from "./learned.ts";
import { networkWords } from "./networkWords.ts";
import type { Log, Portal, Words } from "./ports.ts";
import { type Probed, probePortal, storeProbe } from "./probe.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { Asker, ChoreWork } from "./store/chores.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

interface ConnectParts extends HideParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly log: Log;
  readonly privateHosts: readonly string[];
  /** Where portals reach us, without a trailing slash. */
  readonly publicUrl?: string;
}

type WorkOf<Kind extends ChoreWork["kind"]> = Extract<ChoreWork, { kind: Kind }>;

/** The chores of connecting portals. */
export const connectChores = (parts: ConnectParts): Pick<ChoreHandlers, "connect" | "explore" | "hide"> => ({
  connect: connectChore(parts),
  explore: exploreChore(parts),
  hide: hideChore(parts),
});

/** Of a workspace that is being tried and not stored yet. */
const CANDIDATE_ID = 0;

function connectChore(parts: ConnectParts): ChoreHandler<WorkOf<"connect">> {
  return async (work, _, signal) => {
    const words = parts.wordsIn(work.asker.language);
    const advice = work.isMessage ? hiddenText(words, await removeMessage(work.asker, parts)) : "";
    const refuse = (why: string, text: string): ChoreOutcome => ({
      kind: "done",
      write: async (tx) => {
        await noteRefusal(tx, work, why, parts);
        await tell(tx, work.asker, [text, advice], parts);
      },
    });
    const address = portalAddress(work.address, { privateHosts: parts.privateHosts });
    if (address.kind !== "webhook") return refuse("malformed", words.say("connect-malformed"));
    const { host } = new URL(address.base);
    const reached = { host, credentials: { kind: "webhook", url: address.base } } as const;
    const rest = { name: "candidate", settings: DEFAULT_SETTINGS, tags: "unprobed", createdAt: 0 } as const;
    const checked = await checkConnection({ id: CANDIDATE_ID, ...rest, ...reached }, parts, signal);
    if (checked.kind === "failed") return refuse(faultOf(checked.reply, host), failureText(words, checked.reply, host));
    if (!checked.scopes.includes(NEEDED_SCOPE))
      return refuse(`no scope ${NEEDED_SCOPE}: ${host}`, scopeLines(words, [NEEDED_SCOPE]));
    return { kind: "done", write: (tx) => accept(tx, work, { reached, connection: checked, advice, parts }) };
  };
}

async function noteRefusal(
  tx: Repositories,
  { asker, userId }: WorkOf<"connect">,
  subject: string,
  { clock }: Pick<ConnectParts, "clock">,
): Promise<void> {
  const actor = `${asker.target.platform}:${userId}`;
  await tx.audit.append({ at: clock(), actor, action: "connect.refused", subject });
}

/** A portal may call itself and its errors as it likes; what is written down for good is short and plain. */
function faultOf(reply: Exclude<PortalReply, { kind: "result" }>, host: string): string {
  if (reply.kind !== "error") return `unreachable: ${host}`;
  const code = /^\w{1,60}$/u.test(reply.code) ? reply.code : `HTTP ${reply.status}`;
  return `${code}: ${host}`;
}

function failureText(words: Words, reply: Exclude<PortalReply, { kind: "result" }>, host: string): string {
  if (reply.kind === "error") return words.say("connect-refused", { code: reply.code || `HTTP ${reply.status}` });
  return words.say("connect-unreachable", networkWords(words, { host, reason: reply.reason }));
}

const scopeLines = (words: Words, scopes: readonly string[]): string =>
  scopes.map((scope) => words.say("scope-missing", { scope, use: words.say(`scope-use-${scope}`) })).join("\n");

interface Tried {
  readonly reached: Pick<Workspace, "host" | "credentials">;
  readonly connection: Connection;
  readonly advice: string;
  readonly parts: ConnectParts;
}

/** Whether the asker may is decided anew: the code may have been used, or a role been taken back, while the portal was asked. */
async function accept(tx: Repositories, work: WorkOf<"connect">, tried: Tried): Promise<void> {
  const { asker, userId } = work;
  const { parts, connection } = tried;
  const words = parts.wordsIn(asker.language);
  const renewed = await renewable(tx, work, tried);
  // Used up even where a role would have done without: what was handed over once is good for nothing else.
  const isInvited =
    work.invitation !== undefined && (await tx.permits.use(work.invitation, "invitation", parts.clock())) !== undefined;
  const asked = { platform: asker.target.platform, userId, deed: "add-portal" } as const;
  if (renewed === undefined && !isInvited && !(await mayAnywhere(tx, asked))) {
    await noteRefusal(tx, work, `not-allowed: ${tried.reached.host}`, parts);
    return tell(tx, asker, [words.say("connect-not-allowed"), tried.advice], parts);
  }
  const workspace = renewed ? await renew(tx, renewed, tried) : await add(tx, work, tried);
  await storeLearned(tx, workspace.id, connection);
  const actor = `${asker.target.platform}:${userId}`;
  const action = renewed ? "workspace.renew" : "workspace.add";
  await tx.audit.append({ at: parts.clock(), workspaceId: workspace.id, actor, action, subject: workspace.name });
  const known = { workspace: workspace.name, host: workspace.host };
  const who = connection.userName || `id:${connection.userId}`;
  const first = [
    words.say(renewed ? "connect-renewed" : "connect-done", known),
    words.say("connect-acts-as", { name: who }),
    scopeLines(words, missingScopes(connection.scopes)),
    renewed ? "" : words.say("connect-next", { workspace: workspace.name }),
    tried.advice,
  ];
  await tx.chores.add({ kind: "explore", workspaceId: workspace.id, asker, first: joined(first) }, parts.clock());
}

/** The workspace whose webhook this one replaces: same portal, and the asker may do that there. */
async function renewable(
  tx: Repositories,
  { asker, userId, name }: WorkOf<"connect">,
  { reached }: Tried,
): Promise<Workspace | undefined> {
  for (const workspace of await tx.workspaces.list()) {
    if (workspace.credentials.kind !== "webhook" || workspace.host !== reached.host) continue;
    if (name !== undefined && !isMeantBy(workspace.name, name)) continue;
    const asked = { platform: asker.target.platform, userId, deed: "renew-credentials" } as const;
    if (await mayIn(tx, workspace.id, asked)) return workspace;
  }
  return undefined;
}

async function renew(tx: Repositories, workspace: Workspace, { reached }: Tried): Promise<Workspace> {
  await tx.workspaces.set(workspace.id, { ...reached, tags: "unprobed" });
  await tx.workspaces.resume(workspace.id);
  return workspace;
}

async function add(tx: Repositories, work: WorkOf<"connect">, { reached, parts }: Tried): Promise<Workspace> {
  const { asker, userId, isPrivate } = work;
  const { platform, chatId, threadId } = asker.target;
  const isTaken = async (name: string) => (await tx.workspaces.byName(name)) !== undefined;
  const name = await nameFromChat({ wanted: work.name, host: reached.host }, { isTaken, ending: randomEnding });
  const settings = { ...DEFAULT_SETTINGS, language: asker.language };
  const workspace = await tx.workspaces.add({ name, ...reached, settings }, parts.clock());
  await tx.chats.addAdmin(workspace.id, platform, userId, "owner");
  const chat = { platform, chatId, threadId };
  if (!isPrivate) return workspace;
  await tx.chats.setAdminChat(workspace.id, chat);
  if (!(await tx.chats.find(chat)))
    await tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "linked" }, parts.clock());
  return workspace;
}

/** Without vowels, so that it is no word, and without what is easily misread. */
const ENDING_LETTERS = "bcdfghjkmnpqrstvwxz23456789";
const ENDING_LENGTH = 4;

const randomEnding = (): string =>
  Array.from({ length: ENDING_LENGTH }, () => ENDING_LETTERS[randomInt(ENDING_LETTERS.length)]).join("");

const joined = (lines: readonly string[]): string => lines.filter((line) => line !== "").join("\n");

async function tell(
  tx: Repositories,
  { slot, target }: Asker,
  lines: readonly string[],
  { clock }: Pick<ConnectParts, "clock">,
): Promise<void> {
  await tx.receipts.wish(slot, target, { text: joined(lines) }, clock());
}

/** Events of which an application wants to hear; the bindings vanish with it. */
const EVENTS = ["ONAPPUNINSTALL", "ONAPPUPDATE"];
/** A portal that was just installed may still be busy with it. */
const MOST_TRIES = 5;
const PAUSE_MS = 20_000;

function exploreChore(parts: ConnectParts): ChoreHandler<WorkOf<"explore">> {
  const { store, portal, clock } = parts;
  return async (work, { attempts }, signal) => {
    const workspace = await store.read.workspaces.byId(work.workspaceId);
    if (!workspace) return { kind: "done" };
    await bindEvents(workspace, parts, signal);
    const wait = (ms: number): Promise<void> => delay(ms);
    const probed = await probePortal(workspace, { portal, clock, wait }, signal);
    const mayPass = probed.kind === "failed" && probed.reply.kind !== "error" && work.asker === undefined;
    if (mayPass && attempts + 1 < MOST_TRIES) return { kind: "again", afterMs: PAUSE_MS * 2 ** attempts };
    return { kind: "done", write: (tx) => explored(tx, work, { probed, parts }) };
  };
}

async function bindEvents(workspace: Workspace, parts: ConnectParts, signal: AbortSignal): Promise<void> {
  const { portal, publicUrl, log } = parts;
  if (workspace.credentials.kind !== "oauth" || publicUrl === undefined) return;
  for (const event of EVENTS) {
    const params = { event, handler: `${publicUrl}/bitrix24/events` };
    const reply = await portal.call(workspace, { method: "event.bind", params }, signal);
    // One that is bound already is refused as well.
    if (reply.kind !== "result")
      log.info({ workspace: workspace.name, event, reply: reply.kind }, "event of the application was not bound");
  }
}

async function explored(
  tx: Repositories,
  work: WorkOf<"explore">,
  { probed, parts }: { probed: Probed; parts: ConnectParts },
): Promise<void> {
  const workspace = await tx.workspaces.byId(work.workspaceId);
  if (!workspace) return;
  await storeProbe(tx, workspace, probed, parts.clock());
  const { id, name, host, settings } = workspace;
  if (work.asker) {
    const words = parts.wordsIn(work.asker.language);
    return tell(tx, work.asker, [work.first ?? "", findingText(words, probed)], parts);
  }
  const words = parts.wordsIn(settings.language);
  const missing = probed.kind === "probed" ? missingScopes(probed.capabilities.scopes) : [];
  const findings = joined([scopeLines(words, missing), findingText(words, probed)]);
  parts.log.info({ workspace: name, missing, probe: probed.kind }, "a new connection was looked into");
  const chat = await tx.chats.adminChat(id);
  const text = words.say("notice-installed", { workspace: name, host, findings });
  if (chat) await tx.receipts.wish(`notice:${id}:installed:${parts.clock()}`, chat, { text }, parts.clock());
}

function findingText(words: Words, probed: Probed): string {
  switch (probed.kind) {
    case "probed":
      return words.say("connect-tags", { tags: probed.capabilities.tags });
    case "no-rest":
      return words.say("connect-no-rest", { reason: probed.reason });
    case "failed":
      return words.say("connect-not-probed", { reason: probed.reason });
    default:
      return probed satisfies never;
  }
}
