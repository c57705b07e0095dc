import { createHash } from "node:crypto";
import { RestError } from "./errors.ts";
import type { PhpMap } from "./php.ts";
import { openSeal, type Seal } from "./seal.ts";
import type { PortalUser, Users } from "./users.ts";

/** Levels of access from the lowest; each holds the ones before it. */
const LEVELS = ["disk_access_read", "disk_access_add", "disk_access_edit", "disk_access_full"] as const;
export type Level = (typeof LEVELS)[number];

export interface DriveOptions {
  /** Ids of the levels; they differ from portal to portal. */
  readonly taskIds?: Readonly<Record<Level, number>>;
  /** False: the plan has no public links, and their method does not exist. */
  readonly externalLinks?: boolean;
  readonly quotaBytes?: number;
  /** Files up to this size are kept whole, of larger ones only size and hash; 1 MiB when absent. */
  readonly keepBytes?: number;
}

export interface Content {
  readonly size: number;
  readonly sha256: string;
  readonly bytes: Buffer | undefined;
}

export interface Right {
  readonly taskId: number;
  /** `U42`, `D5`, `DR5` or `*`. */
  readonly accessCode: string;
}

export interface Storage {
  readonly id: number;
  readonly entity: "user" | "common";
  readonly entityId: string;
  readonly rootId: number;
}

/** A file when it has content, else a folder. */
export interface DriveObject {
  readonly id: number;
  readonly storage: Storage;
  /** Absent for the root of a storage. */
  readonly parentId: number | undefined;
  readonly createdBy: number;
  readonly createdAt: number;
  readonly content: Content | undefined;
  readonly rights: readonly Right[];
  name: string;
  deleted: "no" | "bin" | "final";
  isLocked: boolean;
  /** The short code of its public link. */
  linkCode: string | undefined;
}

export interface DriveStore {
  readonly keepBytes: number;
  readonly taskIds: Readonly<Record<Level, number>>;
  readonly seal: Seal;
  /** Everything that ever was, in order of creation. */
  readonly objects: readonly DriveObject[];
  readonly storages: () => readonly Storage[];
  /** @throws {RestError} `ERROR_NOT_FOUND` for what was never there or is finally deleted. */
  find(id: number, kind: "file" | "folder"): DriveObject;
  children(folder: DriveObject): readonly DriveObject[];
  /** @throws {RestError} `DISK_OBJ_22000` when the name is taken, `ERROR_COULD_NOT_SAVE_FILE` when space is. */
  create(made: Creation): DriveObject;
  allows(userId: number, object: DriveObject, level: Level): boolean;
  /** Now numbers, now strings, as the portal does. */
  shown(fields: Readonly<Record<string, number>>): PhpMap;
}

export interface Creation {
  readonly parent: DriveObject;
  readonly name: string;
  readonly createdBy: number;
  readonly content?: Content;
  readonly rights?: readonly Right[];
  /** Avoids a clash of names by a number. */
  readonly unique?: boolean;
}

const DEFAULT_TASKS = { disk_access_read: 39, disk_access_add: 41, disk_access_edit: 43, disk_access_full: 45 };
const KEEP_BYTES = 1024 * 1024;
const FIRST_ID = 1_000;

export function contentOf(bytes: Buffer, keepBytes: number): Content {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { size: bytes.length, sha256, bytes: bytes.length <= keepBytes ? bytes : undefined };
}

interface DriveParts {
  readonly users: Users;
  readonly clock: () => number;
}

export function openDrive(options: DriveOptions, { users, clock }: DriveParts): DriveStore {
  const objects: DriveObject[] = [];
  const storages: Storage[] = [];
  const taskIds = options.taskIds ?? DEFAULT_TASKS;
  let shownCount = 0;

  const add = (made: Omit<Creation, "parent" | "unique"> & Pick<DriveObject, "storage" | "parentId">): DriveObject => {
    const { storage, parentId, name, createdBy, content, rights = [] } = made;
    const state = { deleted: "no", isLocked: false, linkCode: undefined } as const;
    const id = FIRST_ID + objects.length;
    const object = { id, storage, parentId, name, createdBy, createdAt: clock(), content, rights, ...state };
    objects.push(object);
    return object;
  };
  const addStorage = (entity: Storage["entity"], entityId: string, owner: number): void => {
    const storage = { id: 10 + storages.length, entity, entityId, rootId: FIRST_ID + objects.length };
    storages.push(storage);
    add({ storage, parentId: undefined, name: "", createdBy: owner });
  };
  const children = (folder: DriveObject) =>
    objects.filter((object) => object.parentId === folder.id && object.deleted === "no");

  addStorage("common", "shared_files_s1", 1);
  return {
    keepBytes: options.keepBytes ?? KEEP_BYTES,
    taskIds,
    seal: openSeal(),
    objects,
    storages() {
      const known = new Set(storages.map(({ entityId }) => entityId));
      for (const { id } of users.list()) if (!known.has(String(id))) addStorage("user", String(id), id);
      return storages;
    },
    find: (id, kind) => findIn(objects, id, kind),
    children,
    create({ parent, unique, content, ...made }) {
      if (
        content !== undefined &&
        usedBytes(objects) + content.size > (options.quotaBytes ?? Number.POSITIVE_INFINITY)
      ) {
        throw new RestError("ERROR_COULD_NOT_SAVE_FILE", "Could not save file");
      }
      const taken = new Set(children(parent).map(({ name }) => name));
      if (taken.has(made.name) && !unique) throw new RestError("DISK_OBJ_22000", "The name is already used");
      const name = uniqueName(made.name, taken);
      return add({ ...made, ...(content ? { content } : {}), name, storage: parent.storage, parentId: parent.id });
    },
    allows: (userId, object, level) =>
      lineOf(object, objects).some((place) =>
        LEVELS.slice(LEVELS.indexOf(level)).some((held) => grants(place, users.get(userId), taskIds[held])),
      ) || ownLevels(userId, object, users).includes(level),
    shown(fields) {
      shownCount += 1;
      const asText = shownCount % 2 === 0;
      return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, asText ? String(value) : value]));
    },
  };
}

function findIn(objects: readonly DriveObject[], id: number, kind: "file" | "folder"): DriveObject {
  const found = objects.find((object) => object.id === id && object.deleted !== "final");
  const isFile = found?.content !== undefined;
  if (found === undefined || isFile !== (kind === "file")) {
    throw new RestError("ERROR_NOT_FOUND", `Could not find entity with id '${id}'`);
  }
  return found;
}

/** The bin counts. */
function usedBytes(objects: readonly DriveObject[]): number {
  return objects.reduce((sum, { content, deleted }) => sum + (deleted === "final" ? 0 : (content?.size ?? 0)), 0);
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let candidate = name;
  for (let count = 1; taken.has(candidate); count += 1) candidate = `${stem} (${count})${extension}`;
  return candidate;
}

/** The object and every folder above it: rights are inherited. */
function lineOf(object: DriveObject, objects: readonly DriveObject[]): readonly DriveObject[] {
  const parent = objects.find(({ id }) => id === object.parentId);
  return parent === undefined ? [object] : [object, ...lineOf(parent, objects)];
}

function grants({ rights }: DriveObject, user: PortalUser | undefined, taskId: number): boolean {
  if (user?.active !== true) return false;
  const departments = (user.departments ?? []).flatMap((id) => [`D${id}`, `DR${id}`]);
  const codes = ["*", `U${user.id}`, ...departments];
  return rights.some((right) => right.taskId === taskId && codes.includes(right.accessCode));
}

/** What the storage itself allows: all to its owner; on the company's Drive all to administrators, editing to everybody. */
function ownLevels(userId: number, { storage, createdBy }: DriveObject, users: Users): readonly Level[] {
  const user = users.get(userId);
  if (user?.active !== true) return [];
  if (storage.entity === "user") return storage.entityId === String(userId) ? LEVELS : [];
  return user.admin === true || createdBy === userId ? LEVELS : LEVELS.slice(0, 3);
}
