import type { DriveObject, DriveStore, Level, Right } from "./drive.ts";

/** A file as the portal's database holds it. */
export interface FileView {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly rights: readonly Right[];
  readonly folderId: number;
  readonly folder: string;
  /** Whose Drive it lies on; 0 for the company's. */
  readonly ownerId: number;
  readonly deleted: DriveObject["deleted"];
}

/** The portal's Drive seen from behind. */
export interface DriveView {
  /** Every file that ever was, deleted ones included. */
  readonly files: readonly FileView[];
  readonly folders: readonly { readonly id: number; readonly name: string; readonly deleted: DriveObject["deleted"] }[];
  /**
   * The bytes as this user gets them; undefined where the portal would deny it, or has no such file.
   *
   * @throws {RangeError} When the file was too large to be kept whole.
   */
  read(fileId: number, asUserId: number): Buffer | undefined;
  /** @throws {RangeError} When there is no such file or folder. */
  remove(id: number, where: "bin" | "final"): void;
  /** Somebody edits the file: it cannot be deleted. */
  lock(fileId: number): void;
  readonly taskIds: Readonly<Record<Level, number>>;
}

export function viewDrive(store: DriveStore): DriveView {
  const known = (id: number): DriveObject => {
    const object = store.objects.find((candidate) => candidate.id === id);
    if (object === undefined) throw new RangeError(`no file or folder ${id} on this portal`);
    return object;
  };
  return {
    taskIds: store.taskIds,
    get files() {
      return store.objects.flatMap((object) => fileView(object, known));
    },
    get folders() {
      const folders = store.objects.filter(({ content, parentId }) => content === undefined && parentId !== undefined);
      return folders.map(({ id, name, deleted }) => ({ id, name, deleted }));
    },
    read(fileId, asUserId) {
      const file = store.objects.find(({ id, content }) => id === fileId && content !== undefined);
      if (file?.deleted !== "no" || !store.allows(asUserId, file, "disk_access_read")) return undefined;
      if (file.content?.bytes === undefined) throw new RangeError(`file ${fileId} was too large to be kept`);
      return file.content.bytes;
    },
    remove(id, where) {
      known(id).deleted = where;
    },
    lock(fileId) {
      known(fileId).isLocked = true;
    },
  };
}

function fileView(object: DriveObject, known: (id: number) => DriveObject): readonly FileView[] {
  const { id, name, content, rights, parentId, storage, deleted } = object;
  if (content === undefined || parentId === undefined) return [];
  const { size, sha256 } = content;
  const ownerId = storage.entity === "user" ? Number(storage.entityId) : 0;
  return [{ id, name, size, sha256, rights, folderId: parentId, folder: known(parentId).name, ownerId, deleted }];
}
