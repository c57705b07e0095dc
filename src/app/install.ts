import { createHash, timingSafeEqual } from "node:crypto";
import type { PortalReply } from "../core/verdict.ts";
import type { Alarm } from "./alarm.ts";
import { fieldsOf } from "./connection.ts";
import type { Clock, Log, WordsIn } from "./ports.ts";
import type { Store } from "./store/store.ts";
import type { Credentials, Workspace } from "./store/workspaces.ts";
import { suspendWorkspace } from "./suspend.ts";

/** Tokens as a portal hands them over, and what it says about itself. Nothing of it is believed before it was looked into. */
export interface Handover {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly lifeSeconds: number;
  /** The authorisation server's REST address. */
  readonly serverEndpoint: string;
  readonly memberId: string;
}

/** What arrives at the address that an application's page in Bitrix24 names. */
export type PortalEvent =
  /** Also when the application was changed: its tokens and its `applicationToken` may be others now. */
  | (Handover & {
      readonly kind: "installed";
      readonly domain: string;
      readonly applicationToken: string;
      /** The application's page was opened, which may happen again at any time. */
      readonly isPage: boolean;
    })
  | { readonly kind: "uninstalled"; readonly memberId: string; readonly applicationToken: string };

export interface CodeExchange {
  readonly code: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the portal. */
  readonly endpoint: string;
  /** The authorisation server that the browser brought along; may be anything. */
  readonly serverHost: string;
  /** The one that the operator has named, which counts before what the browser says. */
  readonly serverEndpoint?: string | undefined;
}

export interface Renewal {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The authorisation server's REST address. */
  readonly serverEndpoint: string;
}

export type TokenAnswer = ({ readonly kind: "tokens" } & Handover) | { readonly kind: "failed"; readonly code: string };

/** Questions about tokens that nobody has verified yet. */
export interface Newcomers {
  /** `app.info` of an authorisation server; `undefined` where the address is none that may be asked. */
  appInfo(serverEndpoint: string, accessToken: string, signal: AbortSignal): Promise<PortalReply | undefined>;
  /** `profile` of a portal; `host` is where it was found to answer. */
  profile(
    endpoint: string,
    accessToken: string,
    signal: AbortSignal,
  ): Promise<{ readonly reply: PortalReply; readonly host: string }>;
  /** Turns an authorisation code, good once and for 30 seconds, into tokens. */
  exchange(wanted: CodeExchange, signal: AbortSignal): Promise<TokenAnswer>;
  /** Turns a refresh token, which is used up by that, into new tokens; only an authorisation server is asked. */
  renew(wanted: Renewal, signal: AbortSignal): Promise<TokenAnswer>;
}

export type Believed =
  | { readonly kind: "connected"; readonly workspace: string }
  | { readonly kind: "removed" }
  /** The caller learns nothing else; why stands in the log. */
  | { readonly kind: "refused" };

export interface InstallParts {
  readonly store: Store;
  readonly newcomers: Newcomers;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
  /** Rung when a workspace has changed. */
  readonly changed: Pick<Alarm, "ring">;
}

type OAuth = Extract<Credentials, { kind: "oauth" }>;
type Application = Workspace & { readonly credentials: OAuth };

const isApplication = (workspace: Workspace): workspace is Application => workspace.credentials.kind === "oauth";

/** The portal's REST address, ending in `/`. */
export const endpointOf = ({ endpoint, domain }: OAuth): string => endpoint ?? `https://${domain}/rest/`;

/**
 * Believes an event of a portal or not. Anybody can send one, so an installation counts only for a portal that the operator
 * announced, and only after the authorisation server has said that the token belongs to our application and to that portal,
 * and the portal itself has taken it. An address that the event names is asked only where it is one of Bitrix24's
 * authorisation servers. That one is asked first in any case: how long an answer takes tells nobody which portals we know.
 */
export async function believe(event: PortalEvent, parts: InstallParts, signal: AbortSignal): Promise<Believed> {
  const applications = (await parts.store.read.workspaces.list()).filter(isApplication);
  switch (event.kind) {
    case "installed":
      return install(event, applications, { parts, signal });
    case "uninstalled":
      return uninstall(event, applications, parts);
    default:
      return event satisfies never;
  }
}

interface Looking {
  readonly parts: InstallParts;
  readonly signal: AbortSignal;
}

async function install(
  event: Extract<PortalEvent, { kind: "installed" }>,
  applications: readonly Application[],
  looking: Looking,
): Promise<Believed> {
  const { newcomers } = looking.parts;
  const info = await newcomers.appInfo(event.serverEndpoint, event.accessToken, looking.signal);
  if (info?.kind !== "result") return refused(looking.parts, "the authorisation server does not know the token");
  const known = readAppInfo(info.result);
  if (known.memberId !== undefined && known.memberId !== event.memberId)
    return refused(looking.parts, "the token belongs to another portal");
  const workspace = applications.find((each) => isMeant(each, event) && each.credentials.clientId === known.clientId);
  if (!workspace) return refused(looking.parts, "no such portal was announced with this application");
  const { credentials, suspended } = workspace;
  // Whoever opens the page of an application that works changes nothing about whom it acts as.
  if (event.isPage && credentials.tokens && !suspended) return { kind: "connected", workspace: workspace.name };
  const isProven = known.memberId !== undefined || credentials.memberId !== undefined;
  return takeOver(workspace, { ...event, isProven }, looking);
}

/** By its identity once that is known, for names change; else by the name that the operator announced. */
function isMeant({ credentials, host }: Application, event: { memberId: string; domain: string }): boolean {
  if (event.memberId === "") return false;
  const { memberId } = credentials;
  return memberId === undefined ? host === event.domain.toLowerCase() : memberId === event.memberId;
}

/** Portal and authorisation server name the same things differently. */
function readAppInfo(result: unknown): { clientId?: string; memberId?: string } {
  const fields = fieldsOf(result);
  const clientId = fields.client_id ?? fields.CODE;
  const memberId = fields.member_id ?? fieldsOf(fields.install).member_id;
  return {
    ...(typeof clientId === "string" ? { clientId } : {}),
    ...(typeof memberId === "string" ? { memberId } : {}),
  };
}

/** What is to be stored once it has been looked into. */
type Given = Handover & {
  readonly applicationToken?: string;
  readonly isPage?: boolean;
  /** Somebody other than the event itself has said which portal the tokens belong to. */
  readonly isProven: boolean;
};

/** Stores tokens whose application is known, once the portal that was announced has taken them. */
async function takeOver(workspace: Application, given: Given, looking: Looking): Promise<Believed> {
  const { parts, signal } = looking;
  const endpoint = endpointOf(workspace.credentials);
  const { reply, host } = await parts.newcomers.profile(endpoint, given.accessToken, signal);
  if (reply.kind !== "result") return refused(parts, "the portal does not take the token");
  const isAdmin = fieldsOf(reply.result).ADMIN === true;
  // Whoever opens the application's page brings its token along, which proves the portal and not the person.
  const isEvent = given.applicationToken !== undefined && given.isPage !== true;
  const proven = isEvent && provesItself(workspace, given.applicationToken ?? "");
  // An employee has a token of the application too, and must not become the one in whose name everything is sent.
  if (given.applicationToken !== undefined && workspace.credentials.tokens && !isAdmin && !proven)
    return refused(parts, "only an administrator of the portal may install it anew");
  const tokens = given.isProven ? given : await prove(workspace, given, looking);
  if (!tokens) return refused(parts, "nobody but the event itself says which portal the token belongs to");
  await keep(workspace, { given: tokens, host }, parts);
  return { kind: "connected", workspace: workspace.name };
}

/** Tokens that the authorisation server has just made name their portal truly. Only the first installation takes this. */
async function prove(workspace: Application, given: Given, { parts, signal }: Looking): Promise<Given | undefined> {
  const { clientId, clientSecret } = workspace.credentials;
  const { refreshToken, serverEndpoint, memberId } = given;
  const renewed = await parts.newcomers.renew({ refreshToken, clientId, clientSecret, serverEndpoint }, signal);
  if (renewed.kind === "failed" || renewed.memberId !== memberId) return undefined;
  const { kind: _, ...tokens } = renewed;
  return { ...given, ...tokens, isProven: true };
}

async function keep(
  workspace: Application,
  { given, host }: { given: Given; host: string },
  { store, clock, log, changed }: InstallParts,
): Promise<void> {
  const now = clock();
  await store.tx(async (tx) => {
    const stored = await tx.workspaces.byId(workspace.id);
    if (!stored || !isApplication(stored) || stored.credentials.clientId !== workspace.credentials.clientId) return;
    await tx.workspaces.set(stored.id, { host, credentials: installed(stored.credentials, given, { host, now }) });
    await tx.workspaces.resume(stored.id);
    await tx.audit.append({
      at: now,
      workspaceId: stored.id,
      actor: "bitrix24",
      action: "workspace.install",
      subject: host,
    });
    await tx.chores.add({ kind: "explore", workspaceId: stored.id }, now);
  });
  log.info({ workspace: workspace.name }, "application installed");
  changed.ring();
}

function installed(former: OAuth, given: Given, { host, now }: { host: string; now: number }): OAuth {
  const address = new URL(endpointOf(former));
  address.host = host;
  const { accessToken, refreshToken, serverEndpoint, memberId, lifeSeconds, applicationToken } = given;
  const expiresAt = now + lifeSeconds * 1_000;
  return {
    ...former,
    domain: host,
    endpoint: address.href,
    memberId,
    ...(applicationToken === undefined || applicationToken === "" ? {} : { applicationToken }),
    tokens: { accessToken, refreshToken, expiresAt, clientEndpoint: address.href, serverEndpoint, memberId },
  };
}

/** The application is gone with its tokens, so its own token is the only proof. What waits is kept for a new installation. */
async function uninstall(
  event: Extract<PortalEvent, { kind: "uninstalled" }>,
  applications: readonly Application[],
  parts: InstallParts,
): Promise<Believed> {
  // Compared with all of them, so that the time it takes does not tell which portals we know.
  const proven = applications.filter((each) => provesItself(each, event.applicationToken));
  const gone = proven.find(({ credentials }) => credentials.memberId === event.memberId);
  if (!gone) return refused(parts, "the event does not prove itself");
  const reason = "the application was removed from the portal";
  await parts.store.tx(async (tx) => {
    const { tokens: _, applicationToken: __, ...credentials } = gone.credentials;
    await tx.workspaces.set(gone.id, { credentials });
    await suspendWorkspace(tx, { workspace: gone, code: "UNINSTALLED", reason }, parts);
  });
  parts.changed.ring();
  return { kind: "removed" };
}

/** In constant time, whether or not anything is known to compare with. */
function provesItself({ credentials }: Application, given: string): boolean {
  const expected = credentials.applicationToken ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected)) && expected !== "";
}

function refused({ log }: InstallParts, reason: string): Believed {
  log.warn({ reason }, "an installation or event of a portal was not believed");
  return { kind: "refused" };
}

/** What a browser brings back from a portal's consent page. */
export interface Consent {
  readonly code: string;
  readonly state: string;
  readonly memberId: string;
  readonly serverHost: string;
}

/**
 * Ends the other way to tokens: the link that `workspace add` printed leads over the portal's consent page back to us. The
 * state in it is ours, is used up here, and says which workspace is meant.
 */
export async function consented(consent: Consent, parts: InstallParts, signal: AbortSignal): Promise<Believed> {
  const { store, newcomers, clock } = parts;
  const permit = await store.tx((tx) => tx.permits.use(consent.state, "oauth-state", clock()));
  if (!permit) return refused(parts, "the state is unknown, used or expired");
  const workspace = await store.read.workspaces.byId(permit.workspaceId);
  if (!workspace || !isApplication(workspace)) return refused(parts, "the state names no application");
  const { clientId, clientSecret, memberId, serverEndpoint } = workspace.credentials;
  const endpoint = endpointOf(workspace.credentials);
  const { code, serverHost } = consent;
  const wanted = { code, clientId, clientSecret, endpoint, serverHost, serverEndpoint };
  const given = await newcomers.exchange(wanted, signal);
  if (given.kind === "failed") return refused(parts, `the code was not exchanged: ${given.code}`);
  if (given.memberId === "" || (memberId !== undefined && memberId !== given.memberId))
    return refused(parts, "the tokens belong to another portal");
  return takeOver(workspace, { ...given, isProven: true }, { parts, signal });
}
