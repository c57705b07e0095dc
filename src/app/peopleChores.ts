import { permissionOf } from "../core/permissions.ts";
import type { ChoreHandler, ChoreHandlers, ChoreOutcome } from "./chores.ts";
import { askAgainAfter, type FoundPerson, findPerson } from "./findPerson.ts";
import { mapTo, severalText } from "./mapCommand.ts";
import { foundText } from "./peopleCommand.ts";
import type { Clock, Portal, Words, WordsIn } from "./ports.ts";
import { type DirectorySearch, searchDirectory } from "./searchDirectory.ts";
import { givenRole } from "./standing.ts";
import type { MapWork, SearchWork } from "./store/chores.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

interface PeopleChoreParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
}

/** Somebody waits for the answer: a portal that does not reply within this time is told of. */
const PATIENCE_MS = 30_000;

/** What administrators ask of the portal about its people. */
export const peopleChores = (parts: PeopleChoreParts): Pick<ChoreHandlers, "search" | "map"> => ({
  search: searchChore(parts),
  map: mapChore(parts),
});

function searchChore(parts: PeopleChoreParts): ChoreHandler<SearchWork> {
  const { store, clock, wordsIn } = parts;
  return async (work, { createdAt }, signal): Promise<ChoreOutcome> => {
    const workspace = await store.read.workspaces.byId(work.workspaceId);
    if (!workspace) return { kind: "done" };
    const words = wordsIn(work.asker.language);
    const searched = await askPortal(workspace, parts, (looking) => searchDirectory(work.search, looking, signal));
    const fault = searched?.fault;
    const afterMs = fault && askAgainAfter(fault);
    if (afterMs !== undefined && clock() + afterMs < createdAt + PATIENCE_MS) return { kind: "again", afterMs };
    const note = searched ? fault && faultText(words, searched) : words.say("people-suspended");
    return {
      kind: "done",
      write: (tx) =>
        answer(tx, work, parts, async () => {
          const known = await tx.people.list(workspace.id);
          const { search, page, command } = work;
          return foundText({ workspace, words, search, page, command }, { known, found: searched?.found ?? [], note });
        }),
    };
  };
}

function faultText(words: Words, { fault }: DirectorySearch): string {
  if (fault?.kind !== "error" || askAgainAfter(fault) !== undefined) return words.say("people-silent");
  return words.say("people-refused", { code: fault.code || `HTTP ${fault.status}` });
}

function mapChore(parts: PeopleChoreParts): ChoreHandler<MapWork> {
  const { store, clock, wordsIn } = parts;
  return async (work, { createdAt }, signal): Promise<ChoreOutcome> => {
    const workspace = await store.read.workspaces.byId(work.workspaceId);
    if (!workspace) return { kind: "done" };
    const words = wordsIn(work.asker.language);
    const claim = { kind: "email", email: work.email } as const;
    const found = await askPortal(workspace, parts, (looking) => findPerson(claim, looking, signal));
    if (found?.kind === "later" && clock() + found.afterMs < createdAt + PATIENCE_MS)
      return { kind: "again", afterMs: found.afterMs };
    return {
      kind: "done",
      write: (tx) => answer(tx, work, parts, () => mapFound(tx, { work, workspace, words, found, now: clock() })),
    };
  };
}

interface Found {
  readonly work: MapWork;
  readonly workspace: Workspace;
  readonly words: Words;
  /** Undefined where the connection is suspended. */
  readonly found: FoundPerson | undefined;
  readonly now: number;
}

async function mapFound(tx: Repositories, { work, workspace, words, found, now }: Found): Promise<string> {
  const { email, account, userId, unmapCommand, asker } = work;
  if (found === undefined) return words.say("map-suspended");
  switch (found.kind) {
    case "found": {
      const { platform } = asker.target;
      return mapTo(tx, { workspace, words, platform, userId, account, unmapCommand, now }, { ...found, email });
    }
    case "several":
      return severalText(words, email, found.people);
    case "nobody":
      return words.say("map-no-person", { email, workspace: workspace.name });
    case "impossible":
      return words.say("map-no-emails", { code: found.code });
    case "later":
      return words.say("map-silent");
    default:
      return found satisfies never;
  }
}

/** Undefined where the connection is suspended: then the portal is asked nothing. */
async function askPortal<T>(
  workspace: Workspace,
  { store, portal }: PeopleChoreParts,
  question: (looking: { read: Repositories; portal: Portal; workspace: Workspace }) => Promise<T>,
): Promise<T | undefined> {
  if (workspace.suspended) return undefined;
  return question({ read: store.read, portal, workspace });
}

/** Whether the asker may know is decided anew: a role may have been taken back while the portal was asked. */
async function answer(
  tx: Repositories,
  work: SearchWork | MapWork,
  { wordsIn, clock }: PeopleChoreParts,
  act: () => Promise<string>,
): Promise<void> {
  const { workspaceId, asker, userId, command } = work;
  // Only its caller sees the answer of an open interaction; what comes later may have to go where others read along.
  if (asker.target.interaction !== undefined && asker.target.interaction.expiresAt <= clock()) return;
  const role = await givenRole(tx, { workspaceId, platform: asker.target.platform }, userId);
  // These are answered in private only, and to those who are known there by a role.
  const asked = { command: work.kind === "map" ? "map" : "people", place: "private", senders: "list" } as const;
  const may = role !== undefined && permissionOf(role, asked) === "allowed";
  const text = may ? await act() : wordsIn(asker.language).say("denied-admins", { command });
  await tx.receipts.wish(asker.slot, asker.target, { text }, clock());
}
