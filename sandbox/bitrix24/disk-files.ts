import { randomBytes } from "node:crypto";
import { folderOf, idOf, mustAllow, nameOf, storageRoot } from "./disk.ts";
import { presentObject, sealedAddress } from "./disk-present.ts";
import { contentOf, type DriveObject, type Right } from "./drive.ts";
import { RestError } from "./errors.ts";
import type { Call, Method, Result } from "./methods.ts";
import { castInt, castText, elements, isMap, isTruthy, type PhpValue, upperCaseNames } from "./php.ts";

const SCOPES = ["disk"];

/** Files: uploading in one call or in two, links, the bin. */
export const fileMethods: readonly Method[] = [
  { name: "disk.folder.uploadfile", scopes: SCOPES, run: (call) => uploadFile(call, folderOf(call)) },
  { name: "disk.storage.uploadfile", scopes: SCOPES, run: (call) => uploadFile(call, storageRoot(call)) },
  { name: "disk.file.get", scopes: SCOPES, run: get },
  { name: "disk.file.getexternallink", scopes: SCOPES, run: getExternalLink },
  { name: "disk.file.markdeleted", scopes: SCOPES, run: markDeleted },
  { name: "disk.file.delete", scopes: SCOPES, run: remove },
];

function uploadFile(call: Call, parent: DriveObject): Result {
  const { caller, world } = call;
  const parameters = upperCaseNames(call.parameters);
  const rights = rightsOf(parameters.RIGHTS, Object.values(world.drive.taskIds));
  const unique = isTruthy(parameters.GENERATEUNIQUENAME);
  // Whoever gives rights away must be allowed to change them.
  mustAllow(call, parent, rights.length > 0 ? "disk_access_full" : "disk_access_add");
  if (!isTruthy(parameters.FILECONTENT)) {
    const shownRights = rights.map(({ taskId, accessCode }) => ({ TASK_ID: taskId, ACCESS_CODE: accessCode }));
    const sealed = { kind: "upload", folderId: parent.id, userId: caller.userId, unique, rights: shownRights };
    return { result: { field: "file", uploadUrl: sealedAddress(caller, world, { method: "upload", sealed }) } };
  }
  const name = nameOf(parameters.DATA);
  // As lenient as PHP's decoder: characters that do not belong there are skipped, and nobody is told.
  const bytes = Buffer.from(castText(elements(parameters.FILECONTENT)[1]), "base64");
  const content = contentOf(bytes, world.drive.keepBytes);
  const file = world.drive.create({ parent, name, createdBy: caller.userId, content, rights, unique });
  return { result: presentObject(file, call) };
}

/** @throws {RestError} `ERROR_ARGUMENT` for a level that this portal does not have. */
export function rightsOf(value: PhpValue | undefined, taskIds: readonly number[]): readonly Right[] {
  return elements(value).map((entry) => {
    const right = isMap(entry)
      ? { taskId: castInt(entry.TASK_ID), accessCode: castText(entry.ACCESS_CODE) }
      : undefined;
    if (right === undefined || !taskIds.includes(right.taskId) || right.accessCode === "") {
      throw new RestError("ERROR_ARGUMENT", "Invalid value of argument 'rights'");
    }
    return right;
  });
}

function fileOf(call: Call): DriveObject {
  return call.world.drive.find(idOf(call), "file");
}

function get(call: Call): Result {
  const file = fileOf(call);
  if (!call.world.drive.allows(call.caller.userId, file, "disk_access_read")) {
    throw new RestError("ACCESS_DENIED", "Access denied (invalid rights).", 403);
  }
  return { result: presentObject(file, call) };
}

function getExternalLink(call: Call): Result {
  const file = fileOf(call);
  mustAllow(call, file, "disk_access_read");
  file.linkCode ??= randomBytes(6).toString("hex");
  return { result: `${call.world.url()}/~${file.linkCode}` };
}

function mustBeUnlocked(file: DriveObject): void {
  if (file.isLocked) throw new RestError("DISK_FILE_22007", "The file is locked by another user");
}

function markDeleted(call: Call): Result {
  const file = fileOf(call);
  mustAllow(call, file, "disk_access_edit");
  mustBeUnlocked(file);
  file.deleted = "bin";
  return { result: presentObject(file, call) };
}

function remove(call: Call): Result {
  const file = fileOf(call);
  if (!call.world.drive.allows(call.caller.userId, file, "disk_access_full")) {
    throw new RestError("ACCESS_DENIED", "Access denied (invalid rights).", 403);
  }
  mustBeUnlocked(file);
  file.deleted = "final";
  return { result: true };
}
