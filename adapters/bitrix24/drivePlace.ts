import { z } from "zod";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { type Ask, id, refused, rowsOf, type Setback, type Told } from "./driveReplies.ts";
import { orAborted } from "./sessions.ts";

/** Where files of a workspace go, and how its portal calls the right to read. */
export interface Place {
  readonly folderId: number;
  readonly readTaskId: number;
}

export type FoundPlace = { readonly kind: "place"; readonly place: Place } | Setback;

export interface Places {
  /** Looked up, and the folder made, once for all callers; kept until forgotten. */
  of(workspace: Workspace, signal: AbortSignal): Promise<FoundPlace>;
  /** The portal does not know this place any more. */
  forget(workspace: Workspace, place: Place): void;
}

/** The second one is for a Drive where the first is a file, or lies in the bin and keeps its name there. */
const FOLDER_NAMES = ["herald24", "herald24 files"] as const;
const READ_TASK = "disk_access_read";

const storageShape = z.object({ ENTITY_TYPE: z.string(), ENTITY_ID: z.coerce.string(), ROOT_OBJECT_ID: id });
const childShape = z.object({ ID: id, NAME: z.string(), TYPE: z.string(), DELETED_TYPE: z.coerce.number().default(0) });
const taskShape = z.object({ ID: id, NAME: z.string() });

interface Entry {
  readonly actsAs: string;
  readonly found: Promise<FoundPlace>;
  place?: Place;
}

/** Whose Drive it is: another webhook or application of the same workspace may act as somebody else. */
function actingUser({ credentials, host }: Workspace): string {
  if (credentials.kind === "webhook") return `${host} ${/\/rest\/+(\d+)/u.exec(credentials.url)?.[1] ?? ""}`;
  return `${host} ${credentials.clientId}`;
}

/** @param life Ends what is under way; a caller that gives up ends only its own waiting. */
export function createPlaces(ask: Ask, life: AbortSignal): Places {
  const entries = new Map<number, Entry>();

  function look(workspace: Workspace): Entry {
    const entry: Entry = { actsAs: actingUser(workspace), found: seek(workspace, ask, life) };
    const drop = (): void => {
      if (entries.get(workspace.id) === entry) entries.delete(workspace.id);
    };
    entry.found.then((found) => {
      if (found.kind === "place") entry.place = found.place;
      else drop();
    }, drop);
    entries.set(workspace.id, entry);
    return entry;
  }

  return {
    of(workspace, signal) {
      const known = entries.get(workspace.id);
      const entry = known?.actsAs === actingUser(workspace) ? known : look(workspace);
      return orAborted(entry.found, signal);
    },
    forget(workspace, place) {
      if (entries.get(workspace.id)?.place === place) entries.delete(workspace.id);
    },
  };
}

async function seek(workspace: Workspace, ask: Ask, signal: AbortSignal): Promise<FoundPlace> {
  const about = <Value>(method: string, params: Readonly<Record<string, unknown>>, shape: z.ZodType<Value>) =>
    ask({ workspace, method, params }, shape, signal);
  const tasks = await about("disk.rights.getTasks", {}, rowsOf(taskShape));
  if (tasks.kind !== "told") return tasks;
  const readTaskId = tasks.value.find(({ NAME }) => NAME === READ_TASK)?.ID;
  if (readTaskId === undefined) return refused("NO_READ_RIGHT", `the portal knows no right "${READ_TASK}"`);
  const root = await ownRoot(about);
  if (root.kind !== "told") return root;
  for (const name of FOLDER_NAMES) {
    const folder = await folderIn(root.value, name, about);
    if (folder.kind !== "told") return folder;
    if (folder.value !== undefined) return { kind: "place", place: { folderId: folder.value, readTaskId } };
  }
  return refused("NO_FOLDER", `the Drive has no room for a folder "${FOLDER_NAMES[0]}"`);
}

type About = <Value>(
  method: string,
  params: Readonly<Record<string, unknown>>,
  shape: z.ZodType<Value>,
) => Promise<Told<Value>>;

async function ownRoot(about: About): Promise<Told<number>> {
  const profile = await about("profile", {}, z.object({ ID: id }));
  if (profile.kind !== "told") return profile;
  const userId = String(profile.value.ID);
  const filter = { ENTITY_TYPE: "user", ENTITY_ID: userId };
  const storages = await about("disk.storage.getList", { filter }, rowsOf(storageShape));
  if (storages.kind !== "told") return storages;
  // A filter that the portal did not understand must not lead to somebody else's Drive.
  const own = storages.value.find(({ ENTITY_TYPE, ENTITY_ID }) => ENTITY_TYPE === "user" && ENTITY_ID === userId);
  return own
    ? { kind: "told", value: own.ROOT_OBJECT_ID }
    : refused("NO_DRIVE", "the acting user has no Drive of their own");
}

/** Found, or made; no value when the name is taken by something else. */
async function folderIn(rootId: number, name: string, about: About): Promise<Told<number | undefined>> {
  const find = async (): Promise<Told<number | undefined>> => {
    const children = await about("disk.folder.getChildren", { id: rootId, filter: { NAME: name } }, rowsOf(childShape));
    if (children.kind !== "told") return children;
    const folder = children.value.find(
      (child) => child.NAME === name && child.TYPE === "folder" && !child.DELETED_TYPE,
    );
    return { kind: "told", value: folder?.ID };
  };
  const found = await find();
  if (found.kind !== "told" || found.value !== undefined) return found;
  const made = await about("disk.folder.addSubFolder", { id: rootId, data: { NAME: name } }, z.object({ ID: id }));
  if (made.kind === "told") return { kind: "told", value: made.value.ID };
  // Somebody may have been faster.
  return made.code === "DISK_OBJ_22000" ? find() : made;
}
