import { isCloudHost } from "../core/portalAddress.ts";
import type { PortalReply } from "../core/verdict.ts";
import { type Capabilities, WITHOUT_REST } from "./capabilities.ts";
import { type Connection, checkConnection, fieldsOf } from "./connection.ts";
import { randomToken } from "./hash.ts";
import { type ProbeParts, probeCall } from "./probeCall.ts";
import { type ProbedTags, probeTags } from "./probeTags.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

export type Probed =
  | {
      readonly kind: "probed";
      readonly capabilities: Capabilities;
      readonly tags: ProbedTags;
    }
  /** The tariff has no REST: what the portal says about it. */
  | { readonly kind: "no-rest"; readonly capabilities: Capabilities; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly reply: Exclude<PortalReply, { kind: "result" }> };

/** REST documentation, system errors: what every call answers where the tariff has no REST, or is not paid any more. */
export const NO_REST: ReadonlySet<string> = new Set(["WRONG_LICENSE", "ACCESS_DENIED", "PAYMENT_REQUIRED"]);

const NEEDED_METHODS = [
  "im.notify.personal.add",
  "im.notify.system.add",
  "im.notify.delete",
  "im.user.get",
  "im.search.user.list",
];

/**
 * Finds out what a portal does and what the credentials may do. Writes to the acting user's own feed only, and removes that.
 * About a dozen calls, one after the other.
 */
export async function probePortal(workspace: Workspace, parts: ProbeParts, signal: AbortSignal): Promise<Probed> {
  const connection = await checkConnection(workspace, parts, signal);
  if (connection.kind === "failed") return withoutConnection(connection.reply);
  const probe: Probe = { workspace, parts, signal, connection };
  const tags = await probeTags(workspace, connection.userId, parts, signal);
  const missing = await missingMethods(probe);
  const tariff = await tariffOf(probe);
  const edition = editionOf(probe, { missing, tariff });
  const capabilities: Capabilities = {
    userId: connection.userId,
    edition,
    rest: "available",
    scopes: connection.scopes,
    missing,
    tags: tags.kind,
    deleteByTag: tags.deleteByTag,
    drive: await driveOf(probe),
    lookUp: await lookUpOf(probe),
    plan: edition === "on-premise" ? "own" : /(?:^|_)ent/iu.test(tariff ?? "") ? "enterprise" : "ordinary",
    methodTime: connection.countsTime ? "counted" : "not-counted",
    ...(connection.aheadSeconds === undefined ? {} : { aheadSeconds: connection.aheadSeconds }),
  };
  return { kind: "probed", capabilities, tags };
}

interface Probe {
  readonly workspace: Workspace;
  readonly parts: ProbeParts;
  readonly signal: AbortSignal;
  readonly connection: Connection;
}

function withoutConnection(reply: Exclude<PortalReply, { kind: "result" }>): Probed {
  if (reply.kind !== "error") return { kind: "failed", reason: reply.reason, reply };
  const reason = `${reply.code || `HTTP ${reply.status}`}${reply.description === "" ? "" : ` (${reply.description})`}`;
  if (NO_REST.has(reply.code)) return { kind: "no-rest", capabilities: WITHOUT_REST, reason };
  return { kind: "failed", reason, reply };
}

const ask = (probe: Probe, method: string, params: Readonly<Record<string, unknown>> = {}): Promise<PortalReply> =>
  probeCall({ method, params }, probe);

/** The cloud has them all; a server of one's own may be years behind. */
async function missingMethods(probe: Probe): Promise<readonly string[]> {
  if (!probe.connection.scopes.includes("im")) return [];
  const reply = await ask(probe, "methods");
  if (reply.kind !== "result") return [];
  const offered = new Set(Object.values(fieldsOf(reply.result)).map((name) => String(name).toLowerCase()));
  return offered.size === 0 ? [] : NEEDED_METHODS.filter((method) => !offered.has(method));
}

/** Only applications are told the tariff's name. */
async function tariffOf(probe: Probe): Promise<string | undefined> {
  if (probe.workspace.credentials.kind !== "oauth") return undefined;
  const reply = await ask(probe, "app.info");
  const license = reply.kind === "result" ? fieldsOf(reply.result).LICENSE : undefined;
  return typeof license === "string" ? license : undefined;
}

/** The address settles it where it is one of Bitrix24's own; elsewhere the signs of a server of one's own. */
function editionOf(
  { workspace, connection }: Probe,
  { missing, tariff }: { missing: readonly string[]; tariff: string | undefined },
): Capabilities["edition"] {
  if (isCloudHost(workspace.host)) return "cloud";
  const isOwn = missing.length > 0 || /selfhosted/iu.test(tariff ?? "") || !connection.countsTime;
  return isOwn ? "on-premise" : "cloud";
}

async function driveOf(probe: Probe): Promise<Capabilities["drive"]> {
  if (!probe.connection.scopes.includes("disk")) return "no-scope";
  const reply = await ask(probe, "disk.storage.getlist");
  if (reply.kind === "result") return "usable";
  if (reply.kind !== "error") return "unknown";
  if (reply.code === "INSUFFICIENT_SCOPE") return "no-scope";
  return reply.code === "ERROR_METHOD_NOT_FOUND" ? "absent" : "refused";
}

/**
 * Asks for an address that nobody has. A portal whose scope shows no addresses drops the filter without a word and answers
 * with everybody.
 */
async function lookUpOf(probe: Probe): Promise<Capabilities["lookUp"]> {
  const nobody = `nobody-${randomToken()}@herald24.invalid`;
  const params = { FILTER: { "=EMAIL": nobody }, select: ["ID"] };
  const reply = await ask(probe, "user.get", params);
  if (reply.kind === "result") return Object.values(fieldsOf(reply.result)).length === 0 ? "exact-email" : "names";
  if (reply.kind !== "error") return "unknown";
  return ["INSUFFICIENT_SCOPE", "ERROR_METHOD_NOT_FOUND"].includes(reply.code) ? "none" : "unknown";
}

/** Writes down what was found. What could not be looked at says nothing, so what was known of it before stays. */
export async function storeProbe(tx: Repositories, workspace: Workspace, probed: Probed, now: number): Promise<void> {
  if (probed.kind === "failed") return;
  const { capabilities: found } = probed;
  const before = workspace.capabilities;
  const known = found.tags === "unknown" && before?.userId === found.userId ? before : found;
  const capabilities = { ...found, tags: known.tags, deleteByTag: known.deleteByTag };
  const tags = TAGS[found.tags];
  const last = probed.kind === "probed" ? probed.tags.lastNotificationId : undefined;
  await tx.workspaces.set(workspace.id, {
    capabilities,
    probedAt: now,
    ...(tags === undefined ? {} : { tags }),
    ...(last === undefined ? {} : { lastNotificationId: Math.max(last, workspace.lastNotificationId ?? 0) }),
  });
}

/** Deliveries by webhook always carry a CLIENT_ID. */
const TAGS: Readonly<Record<Capabilities["tags"], "honoured" | "ignored" | undefined>> = {
  honoured: "honoured",
  "needs-client-id": "honoured",
  ignored: "ignored",
  unknown: undefined,
};
