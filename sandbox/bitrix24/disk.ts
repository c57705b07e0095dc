import { presentObject } from "./disk-present.ts";
import type { DriveObject, Level } from "./drive.ts";
import { RestError } from "./errors.ts";
import { passes } from "./filter.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castInt, castText, isMap, type PhpMap, type PhpValue, trim, upperCaseNames } from "./php.ts";

const SCOPES = ["disk"];
const PAGE = 50;

/** Storages, folders and levels of access. */
export const diskMethods: readonly Method[] = [
  { name: "disk.storage.getlist", scopes: SCOPES, run: storages },
  { name: "disk.storage.getchildren", scopes: SCOPES, run: (call) => children(call, storageRoot(call)) },
  { name: "disk.folder.getchildren", scopes: SCOPES, run: (call) => children(call, folderOf(call)) },
  { name: "disk.folder.addsubfolder", scopes: SCOPES, run: addSubFolder },
  { name: "disk.rights.gettasks", scopes: SCOPES, run: tasks },
];

/** @throws {RestError} `ACCESS_DENIED`. */
export function mustAllow({ caller, world }: Call, object: DriveObject, level: Level): void {
  if (object.deleted === "no" && world.drive.allows(caller.userId, object, level)) return;
  throw new RestError("ACCESS_DENIED", "Access denied (invalid rights).", 403);
}

export function folderOf(call: Call): DriveObject {
  return call.world.drive.find(idOf(call), "folder");
}

export function storageRoot(call: Call): DriveObject {
  const id = idOf(call);
  const storage = call.world.drive.storages().find((candidate) => candidate.id === id);
  if (storage === undefined) throw new RestError("ERROR_NOT_FOUND", `Could not find entity with id '${id}'`);
  return call.world.drive.find(storage.rootId, "folder");
}

export function idOf({ parameters }: Call): number {
  const id = castInt(upperCaseNames(parameters).ID);
  if (id <= 0) throw new RestError("ERROR_ARGUMENT", "Argument 'id' is null or empty");
  return id;
}

/** `data.NAME`. */
export function nameOf(data: PhpValue | undefined): string {
  const name = isMap(data) ? trim(castText(data.NAME)) : "";
  if (name === "") throw new RestError("DISK_BASE_SERVICE_22001", "Required parameter: NAME");
  return name;
}

function storages({ parameters, caller, world, start }: Call): Result {
  const { drive } = world;
  const readable = drive
    .storages()
    .filter(({ rootId }) => drive.allows(caller.userId, drive.find(rootId, "folder"), "disk_access_read"))
    .map((storage) => ({
      NAME: storage.entity,
      CODE: null,
      MODULE_ID: "disk",
      ENTITY_TYPE: storage.entity,
      ENTITY_ID: storage.entityId,
      ...drive.shown({ ID: storage.id, ROOT_OBJECT_ID: storage.rootId }),
    }));
  return page(filtered(readable, parameters), start);
}

function children(call: Call, folder: DriveObject): Result {
  const { world, caller } = call;
  mustAllow(call, folder, "disk_access_read");
  const records = world.drive
    .children(folder)
    .filter((object) => world.drive.allows(caller.userId, object, "disk_access_read"))
    .map((object) => presentObject(object, call));
  return page(filtered(records, call.parameters), call.start);
}

function filtered(records: readonly PhpMap[], parameters: PhpMap): readonly PhpMap[] {
  const { FILTER } = upperCaseNames(parameters);
  return isMap(FILTER) ? records.filter((record) => passes(record, FILTER)) : records;
}

function page(records: readonly PhpMap[], start: number): Result {
  const from = Math.max(0, start);
  const next = from + PAGE < records.length ? { next: from + PAGE } : {};
  return { result: records.slice(from, from + PAGE), total: records.length, ...next };
}

function addSubFolder(call: Call): Result {
  const parent = folderOf(call);
  const name = nameOf(upperCaseNames(call.parameters).DATA);
  mustAllow(call, parent, "disk_access_add");
  const folder = call.world.drive.create({ parent, name, createdBy: call.caller.userId });
  return { result: presentObject(folder, call) };
}

function tasks({ world }: Call): Result {
  const { drive } = world;
  const rows = Object.entries(drive.taskIds).map(([name, id]) => ({
    ...drive.shown({ ID: id }),
    NAME: name,
    TITLE: name,
  }));
  return { result: rows };
}
