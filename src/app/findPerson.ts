import type { Claim } from "../core/claim.ts";
import type { PortalReply } from "../core/verdict.ts";
import { fieldsOf } from "./connection.ts";
import type { Portal } from "./ports.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

export type FoundPerson =
  | { readonly kind: "found"; readonly bitrixId: number; readonly name?: string }
  /** Nobody, or more than one of a name. */
  | { readonly kind: "nobody" }
  /** More than one active person with exactly this address. */
  | { readonly kind: "several"; readonly people: readonly { readonly bitrixId: number; readonly name?: string }[] }
  /** This portal, or the rights we have there, cannot answer such a question about anybody. */
  | { readonly kind: "impossible"; readonly code: string }
  | { readonly kind: "later"; readonly afterMs: number };

const NOBODY: FoundPerson = { kind: "nobody" };
const LATER_MS = 3_000;

/** Faults that pass (REST documentation, system errors). */
const PASSING = [
  "QUERY_LIMIT_EXCEEDED",
  "OPERATION_TIME_LIMIT",
  "OVERLOAD_LIMIT",
  "INTERNAL_SERVER_ERROR",
  "EXPIRED_TOKEN",
  "METHOD_CONFIRM_WAITING",
];
/**
 * Faults of our rights there, whoever is asked about (REST documentation, system errors). Any other refusal may be about this one
 * person, such as the `ACCESS_DENIED` that an extranet user gets for those who exist: to the asker it is nobody.
 */
const ABOUT_EVERYBODY = [
  "INSUFFICIENT_SCOPE",
  "INVALID_SCOPE",
  "ERROR_METHOD_NOT_FOUND",
  "ERROR_MANIFEST_IS_NOT_AVAILABLE",
  "WRONG_LICENSE",
  "WRONG_AUTH_TYPE",
  "PAYMENT_REQUIRED",
  "NO_AUTH_FOUND",
  "INVALID_CREDENTIALS",
  "APPLICATION_NOT_FOUND",
  "NOT_INSTALLED",
  "INVALID_GRANT",
  "INVALID_CLIENT",
  "PORTAL_DELETED",
  "METHOD_CONFIRM_DENIED",
];

/** How many `im.search.user.list` names at most; with as many, others may have been left out. */
const MOST_FOUND = 50;

interface Looking {
  readonly read: Repositories;
  readonly portal: Portal;
  readonly workspace: Workspace;
}

/** Exactly the one person that is meant, and active; nothing is guessed, and what the portal answers is checked. */
export async function findPerson(claim: Claim, looking: Looking, signal: AbortSignal): Promise<FoundPerson> {
  const { read, workspace } = looking;
  switch (claim.kind) {
    case "id":
      return byId(claim.id, looking, signal);
    case "email": {
      // What an administrator has told us of somebody will do: whoever it is has to prove it all the same.
      const [known, ...others] = await read.people.byEmail(workspace.id, claim.email);
      return known && others.length === 0
        ? byId(known.bitrixId, looking, signal)
        : byEmail(claim.email, looking, signal);
    }
    case "name":
      return byName(claim.name, looking, signal);
    default:
      return claim satisfies never;
  }
}

async function byId(ID: number, { portal, workspace }: Looking, signal: AbortSignal): Promise<FoundPerson> {
  const reply = await portal.call(workspace, { method: "im.user.get", params: { ID } }, signal);
  if (reply.kind !== "result") return failed(reply);
  const user = fieldsOf(reply.result);
  return Number(user.id) === ID ? asFound(user) : NOBODY;
}

/** REST documentation, `user.get`: a filter by a field that may not be read is dropped, and then everybody comes back. */
async function byEmail(email: string, { portal, workspace }: Looking, signal: AbortSignal): Promise<FoundPerson> {
  const params = { FILTER: { "=EMAIL": email, ACTIVE: true } };
  const reply = await portal.call(workspace, { method: "user.get", params }, signal);
  if (reply.kind !== "result") return failed(reply);
  const users = Object.values(fieldsOf(reply.result)).map(fieldsOf);
  const isKept = users.every(({ EMAIL }) => typeof EMAIL === "string" && EMAIL.trim().toLowerCase() === email);
  if (!isKept) return { kind: "impossible", code: "EMAIL_NOT_READABLE" };
  const people = users.map(asFoundByEmail).filter((each) => each.kind === "found");
  const [only, ...others] = people;
  if (!only) return NOBODY;
  return others.length === 0 ? only : { kind: "several", people };
}

function asFoundByEmail({ ID, ACTIVE, NAME, LAST_NAME }: Readonly<Record<string, unknown>>): FoundPerson {
  const name = [NAME, LAST_NAME].filter((part) => typeof part === "string" && part !== "").join(" ");
  return asFound({ id: ID, active: ACTIVE, name });
}

async function byName(name: string, { portal, workspace }: Looking, signal: AbortSignal): Promise<FoundPerson> {
  const params = { FIND: name, LIMIT: MOST_FOUND };
  const reply = await portal.call(workspace, { method: "im.search.user.list", params }, signal);
  if (reply.kind !== "result") return failed(reply);
  const users = Object.values(fieldsOf(reply.result)).map(fieldsOf);
  const [user, ...others] = users.filter((each) => sameName(each.name, name));
  return !user || others.length > 0 || users.length >= MOST_FOUND ? NOBODY : asFound(user);
}

const sameName = (theirs: unknown, name: string): boolean =>
  typeof theirs === "string" && theirs.normalize("NFC").trim().replace(/\s+/gu, " ") === name;

function asFound({ id, active, bot, name }: Readonly<Record<string, unknown>>): FoundPerson {
  const bitrixId = Number(id);
  const isPerson =
    Number.isSafeInteger(bitrixId) && bitrixId > 0 && (active === true || active === "Y") && bot !== true;
  if (!isPerson) return NOBODY;
  return { kind: "found", bitrixId, ...(typeof name === "string" && name.trim() !== "" ? { name: name.trim() } : {}) };
}

/** After how many milliseconds a question that failed so may be answered; undefined where asking again is of no use. */
export function askAgainAfter(reply: Exclude<PortalReply, { kind: "result" }>): number | undefined {
  const passes = reply.kind !== "error" || PASSING.includes(reply.code) || reply.status >= 500 || reply.status === 429;
  if (!passes) return undefined;
  return ("retryAfterMs" in reply ? reply.retryAfterMs : undefined) ?? LATER_MS;
}

function failed(reply: Exclude<PortalReply, { kind: "result" }>): FoundPerson {
  const afterMs = askAgainAfter(reply);
  if (afterMs !== undefined) return { kind: "later", afterMs };
  return reply.kind === "error" && ABOUT_EVERYBODY.includes(reply.code)
    ? { kind: "impossible", code: reply.code }
    : NOBODY;
}
