import type { Caller } from "./callers.ts";
import type { DriveObject, DriveStore } from "./drive.ts";
import type { Call } from "./methods.ts";
import type { PhpMap } from "./php.ts";
import type { World } from "./world.ts";

/** An address that lets whoever has it do one thing: the credential of the caller is part of it. */
export function sealedAddress(
  caller: Caller,
  world: World,
  what: { method: "upload" | "download"; sealed: PhpMap },
): string {
  const token = encodeURIComponent(world.drive.seal.close(what.sealed));
  const { secret, userId } = caller;
  return caller.kind === "webhook"
    ? `${world.url()}/rest/${userId}/${secret}/${what.method}/?token=${token}`
    : `${world.url()}/rest/${what.method}.json?auth=${secret}&token=${token}`;
}

/** The path of the page that shows an object to people. */
export function pagePath(object: DriveObject, drive: DriveStore): string {
  const { storage } = object;
  const root = storage.entity === "user" ? `/company/personal/user/${storage.entityId}/disk` : "/docs";
  const kind = object.content === undefined ? "path" : "file";
  return `${root}/${kind}/${namesOf(object, drive).map(encodeURIComponent).join("/")}`;
}

function namesOf(object: DriveObject, drive: DriveStore): readonly string[] {
  const parent = drive.objects.find(({ id }) => id === object.parentId);
  return parent === undefined ? [] : [...namesOf(parent, drive), object.name];
}

/** The fields of a file or folder as the caller is shown them. */
export function presentObject(object: DriveObject, { caller, world }: Pick<Call, "caller" | "world">): PhpMap {
  const { id, storage, parentId, createdBy, content } = object;
  const { drive } = world;
  const time = new Date(object.createdAt).toISOString();
  const sealed = { kind: "download", fileId: id, userId: caller.userId };
  return {
    NAME: object.name,
    CODE: null,
    TYPE: content === undefined ? "folder" : "file",
    CREATE_TIME: time,
    UPDATE_TIME: time,
    DELETE_TIME: null,
    ...drive.shown({
      ID: id,
      STORAGE_ID: storage.id,
      PARENT_ID: parentId ?? 0,
      DELETED_TYPE: object.deleted === "bin" ? 3 : 0,
      CREATED_BY: createdBy,
      UPDATED_BY: createdBy,
      ...(content === undefined ? {} : { SIZE: content.size, FILE_ID: id + 100_000, GLOBAL_CONTENT_VERSION: 1 }),
    }),
    ...(content === undefined ? {} : { DOWNLOAD_URL: sealedAddress(caller, world, { method: "download", sealed }) }),
    DETAIL_URL: `${world.url()}${pagePath(object, drive)}`,
  };
}
