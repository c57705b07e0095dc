import { type Claim, identify } from "./callers.ts";
import { rightsOf } from "./disk-files.ts";
import { pagePath, presentObject } from "./disk-present.ts";
import { RestError } from "./errors.ts";
import { htmlReply, type Incoming, jsonReply, type Reply } from "./http.ts";
import { castInt, isTruthy, type PhpMap } from "./php.ts";
import type { World } from "./world.ts";

type Webhook = Claim["webhook"];

/** Second step of an upload: everything that matters but the file's name was settled in the first, and is sealed. */
export function takeUpload(webhook: Webhook, incoming: Incoming, world: World): Reply {
  const { caller, sealed } = unseal("upload", { webhook, incoming, world });
  const part = incoming.files.find(({ field }) => field === "file");
  if (part === undefined || part.name === "") throw new RestError("ERROR_ARGUMENT", "Could not find the file 'file'");
  const parent = world.drive.find(castInt(sealed.folderId), "folder");
  if (parent.deleted !== "no" || !world.drive.allows(caller.userId, parent, "disk_access_add")) {
    throw new RestError("ACCESS_DENIED", "Access denied (invalid rights).", 403);
  }
  const file = world.drive.create({
    parent,
    name: part.name,
    createdBy: caller.userId,
    content: { size: part.size, sha256: part.sha256, bytes: part.bytes },
    rights: rightsOf(sealed.rights, Object.values(world.drive.taskIds)),
    unique: isTruthy(sealed.unique),
  });
  return jsonReply(200, { result: presentObject(file, { caller, world }), time: {} });
}

/** Gives the bytes to whoever has the address: it holds the credential. */
export function giveDownload(webhook: Webhook, incoming: Incoming, world: World): Reply {
  const { sealed } = unseal("download", { webhook, incoming, world });
  const { content } = world.drive.find(castInt(sealed.fileId), "file");
  if (content?.bytes === undefined) return htmlReply(404, "Not Found");
  return { status: 200, body: content.bytes, headers: { "content-type": "application/octet-stream" } };
}

function unseal(kind: string, { webhook, incoming, world }: { webhook: Webhook; incoming: Incoming; world: World }) {
  const { token, ...parameters } = { ...incoming.body, ...incoming.query };
  const caller = identify({ webhook, bearer: incoming.bearer, parameters }, world);
  const sealed: PhpMap | undefined = typeof token === "string" ? world.drive.seal.open(token) : undefined;
  if (sealed?.kind !== kind || sealed.userId !== caller.userId) {
    throw new RestError("ACCESS_DENIED", "Invalid token", 403);
  }
  return { caller, sealed };
}

/** Pages for people: a file's own page for those who may read it, a public link's for everybody. */
export function showPage({ pathname, cookie }: Incoming, world: World): Reply {
  const { drive } = world;
  const wanted = drive.objects.find(
    (object) => object.deleted === "no" && [pagePath(object, drive), `/~${object.linkCode}`].includes(pathname),
  );
  if (wanted !== undefined && pathname === `/~${wanted.linkCode}`) return htmlReply(200, wanted.name);
  const userId = Number(/(?:^|;\s*)user=(?<id>\d+)/u.exec(cookie)?.groups?.id ?? 0);
  if (world.users.get(userId)?.active !== true) return htmlReply(401, "Log in");
  if (wanted === undefined) return htmlReply(404, "Not Found");
  return drive.allows(userId, wanted, "disk_access_read")
    ? htmlReply(200, wanted.name)
    : htmlReply(403, "Access denied");
}
