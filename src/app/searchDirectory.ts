import type { PortalReply } from "../core/verdict.ts";
import { fieldsOf } from "./connection.ts";
import { findPerson } from "./findPerson.ts";
import type { Portal, PortalCall } from "./ports.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** An active person of the portal, as its search shows them. */
export interface DirectoryEntry {
  readonly bitrixId: number;
  /** Empty where the portal tells none. */
  readonly name: string;
  readonly position: string;
}

export interface DirectorySearch {
  readonly found: readonly DirectoryEntry[];
  /** Why the portal could not be searched, or not for every spelling. */
  readonly fault?: Exclude<PortalReply, { kind: "result" }>;
}

interface Looking {
  readonly read: Repositories;
  readonly portal: Portal;
  readonly workspace: Workspace;
}

/** Of a page of `user.search`, and the most that `im.search.user.list` gives (REST documentation). */
const MOST_FOUND = 50;
/** Letters that may be ё; with each one more there are twice as many spellings, and a batch holds 50. */
const MOST_DOTTED = 4;

/** The portal finds nothing by less than this. */
export const SHORTEST_SEARCH = 2;

/** By name, position or department, case and ё forgiven; an address only as a whole. */
export async function searchDirectory(text: string, looking: Looking, signal: AbortSignal): Promise<DirectorySearch> {
  const wanted = text.normalize("NFC").trim();
  if (/^[^\s@]+@[^\s@]+$/u.test(wanted)) return searchEmail(wanted.toLowerCase(), looking, signal);
  const find = spellings(wanted);
  // The staff directory knows more than the messenger does, but needs a scope of its own.
  const calls = find.map((FIND) => ({ method: "user.search", params: { FILTER: { FIND, ACTIVE: true } } }));
  const directory = await searchBy(calls, looking, signal);
  if (directory.fault?.kind !== "error") return directory;
  const inMessenger = find.map((FIND) => ({ method: "im.search.user.list", params: { FIND, LIMIT: MOST_FOUND } }));
  return searchBy(inMessenger, looking, signal);
}

/** A portal tells ё from е, people do not: each е may have been meant as ё. */
function spellings(text: string): readonly string[] {
  const plain = text.replaceAll("ё", "е").replaceAll("Ё", "Е");
  const places = [...plain.matchAll(/е/giu)].slice(0, MOST_DOTTED).map(({ index }) => index);
  const dot = (each: string, at: number): string =>
    `${each.slice(0, at)}${each[at] === "Е" ? "Ё" : "ё"}${each.slice(at + 1)}`;
  let dotted: readonly string[] = [plain];
  for (const at of places) dotted = [...dotted, ...dotted.map((each) => dot(each, at))];
  return [...new Set([text, ...dotted])];
}

/** All spellings in one request. */
async function searchBy(
  calls: readonly PortalCall[],
  { portal, workspace }: Looking,
  signal: AbortSignal,
): Promise<DirectorySearch> {
  const [only, ...others] = calls;
  const isOne = only !== undefined && others.length === 0;
  const replies = isOne ? [await portal.call(workspace, only, signal)] : await portal.batch(workspace, calls, signal);
  const found = new Map<number, DirectoryEntry>();
  for (const reply of replies) {
    if (reply.kind !== "result") return { found: [...found.values()], fault: reply };
    for (const entry of entriesOf(reply.result)) found.set(entry.bitrixId, entry);
  }
  return { found: [...found.values()] };
}

function entriesOf(result: unknown): readonly DirectoryEntry[] {
  return Object.values(fieldsOf(result))
    .map(fieldsOf)
    .filter((user) => user.bot !== true && (user.ACTIVE ?? user.active) !== false)
    .map((user) => ({
      bitrixId: Number(user.id ?? user.ID),
      name: String(user.name ?? [user.NAME, user.LAST_NAME].filter((part) => part).join(" ")).trim(),
      position: String(user.work_position ?? user.WORK_POSITION ?? "").trim(),
    }))
    .filter(({ bitrixId }) => Number.isSafeInteger(bitrixId) && bitrixId > 0);
}

/** REST documentation, `user.search`: it does not look into addresses. */
async function searchEmail(email: string, looking: Looking, signal: AbortSignal): Promise<DirectorySearch> {
  const person = await findPerson({ kind: "email", email }, looking, signal);
  switch (person.kind) {
    case "found":
      return { found: [entryOf(person)] };
    case "several":
      return { found: person.people.map(entryOf) };
    case "nobody":
      return { found: [] };
    case "impossible": {
      const description = "no look-up by e-mail without the scope user_basic";
      return { found: [], fault: { kind: "error", status: 403, code: person.code, description } };
    }
    case "later":
      return { found: [], fault: { kind: "unsent", reason: "no answer just now", retryAfterMs: person.afterMs } };
    default:
      return person satisfies never;
  }
}

const entryOf = ({ bitrixId, name = "" }: { bitrixId: number; name?: string }): DirectoryEntry => ({
  bitrixId,
  name,
  position: "",
});
