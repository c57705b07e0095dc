import { z } from "zod";
import type { Log } from "../../src/app/ports.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import type { Place } from "./drivePlace.ts";
import { type Ask, type FileFields, fileShape, rowsOf } from "./driveReplies.ts";

/** Where to look, and for how long. */
export interface Shelf {
  readonly workspace: Workspace;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** Most uploads left in doubt that are remembered of one workspace. */
const MOST_DOUBTS = 20;

export type Cupboard = ReturnType<typeof createCupboard>;

/** Files that lie on the Drive already. */
export function createCupboard({ ask, log }: { ask: Ask; log: Log }) {
  /** Names of uploads that went unanswered and were not found: the portal may have finished them later. */
  const doubts = new Map<number, readonly string[]>();

  async function named(
    { workspace, place, signal }: Shelf,
    unique: string,
  ): Promise<readonly FileFields[] | undefined> {
    const params = { id: place.folderId, filter: { "%NAME": unique } };
    const told = await ask({ workspace, method: "disk.folder.getChildren", params }, rowsOf(fileShape), signal);
    if (told.kind !== "told") return undefined;
    // The filter may have been passed over.
    return told.value.filter((row) => row.TYPE === "file" && row.NAME.includes(unique) && !row.DELETED_TYPE);
  }

  async function remove(workspace: Workspace, fileId: number, signal: AbortSignal): Promise<"removed" | "later"> {
    let code = "";
    for (const method of ["disk.file.delete", "disk.file.markDeleted"]) {
      const told = await ask({ workspace, method, params: { id: fileId } }, z.unknown(), signal);
      if (told.kind === "told" || told.code === "ERROR_NOT_FOUND") return "removed";
      code = told.code;
      // The bin asks for a lesser right than the final deletion; nothing else is mended by it.
      if (told.kind === "later") break;
    }
    log.warn({ workspace: workspace.id, code }, "a file of the Drive could not be removed");
    return "later";
  }

  async function removeAll(shelf: Shelf, files: readonly FileFields[]): Promise<void> {
    for (const { ID } of files) await remove(shelf.workspace, ID, shelf.signal);
  }

  async function get(workspace: Workspace, fileId: number, signal: AbortSignal): Promise<FileFields | undefined> {
    const told = await ask({ workspace, method: "disk.file.get", params: { id: fileId } }, fileShape, signal);
    return told.kind === "told" ? told.value : undefined;
  }

  return {
    get,
    remove,
    /** A whole file with this mark in its name; broken ones are removed. */
    async find(shelf: Shelf, { unique, size }: { unique: string; size: number }): Promise<FileFields | undefined> {
      const files = (await named(shelf, unique)) ?? [];
      const whole = files.find(({ SIZE }) => SIZE === size);
      await removeAll(
        shelf,
        files.filter(({ SIZE }) => SIZE !== size),
      );
      if (whole === undefined || whole.DETAIL_URL !== undefined) return whole;
      return get(shelf.workspace, whole.ID, shelf.signal);
    },
    async removeOthers(shelf: Shelf, { unique, keep }: { unique: string; keep: number }): Promise<void> {
      const files = (await named(shelf, unique)) ?? [];
      await removeAll(
        shelf,
        files.filter(({ ID }) => ID !== keep),
      );
    },
    doubt({ id }: Workspace, unique: string): void {
      doubts.set(id, [...new Set([...(doubts.get(id) ?? []), unique])].slice(-MOST_DOUBTS));
    },
    /** Removes what turned up after all. */
    async sweep(shelf: Shelf): Promise<void> {
      const marks = doubts.get(shelf.workspace.id) ?? [];
      doubts.delete(shelf.workspace.id);
      for (const unique of marks) await removeAll(shelf, (await named(shelf, unique)) ?? []);
    },
    async externalLink(workspace: Workspace, fileId: number, signal: AbortSignal): Promise<string | undefined> {
      const call = { workspace, method: "disk.file.getExternalLink", params: { id: fileId } };
      const told = await ask(call, z.string(), signal);
      return told.kind === "told" ? told.value : undefined;
    },
  };
}
