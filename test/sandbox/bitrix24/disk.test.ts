import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import type { PortalOptions } from "../../../sandbox/bitrix24/options.ts";
import type { Portal } from "../../../sandbox/bitrix24/portal.ts";
import { type Answered, APP, appCall, call, portalFor } from "./calls.ts";

const scopes = ["im", "disk"];
const WEBHOOKS = [1, 7].map((userId) => ({ userId, code: `${userId}w`.repeat(8), scopes }));

const drivePortal = (options: PortalOptions = {}) =>
  portalFor({ webhooks: WEBHOOKS, apps: [{ ...APP, scopes }], ...options });

const resultOf = ({ json }: Answered): Record<string, unknown> => ({ ...Object(json.result) });
const rowsOf = ({ json }: Answered): Record<string, unknown>[] => (Array.isArray(json.result) ? json.result : []);
const sha256 = (bytes: string) => createHash("sha256").update(bytes).digest("hex");

/** The root of user 1's own Drive. */
async function rootOf(portal: Portal): Promise<number> {
  const filter = { ENTITY_TYPE: "user", ENTITY_ID: 1 };
  return Number(rowsOf(await call(portal, "disk.storage.getList", { filter }))[0]?.ROOT_OBJECT_ID);
}

const READ = 39;
const readBy = (...ids: number[]) => ids.map((id) => ({ TASK_ID: READ, ACCESS_CODE: `U${id}` }));

async function stepOne(portal: Portal, parameters: object = {}): Promise<string> {
  const id = await rootOf(portal);
  const answer = await call(portal, "disk.folder.uploadFile", { id, data: { NAME: "x" }, ...parameters });
  return String(resultOf(answer).uploadUrl);
}

async function post(url: string, name: string, text: string): Promise<Answered> {
  const form = new FormData();
  form.set("file", new File([text], name));
  const response = await fetch(url, { method: "POST", body: form });
  const body = await response.text();
  return { status: response.status, headers: {}, text: body, json: JSON.parse(body) };
}

async function page(url: string, userId?: number): Promise<number> {
  const headers = userId === undefined ? {} : { cookie: `user=${userId}` };
  const { statusCode, body } = await request(url, { headers });
  await body.dump();
  return statusCode;
}

describe("storages and folders", () => {
  test("everybody has a Drive, seen by its owner alone, beside the company's", async () => {
    const portal = await drivePortal();
    const seen = rowsOf(await call(portal, "disk.storage.getList", {}, 7));
    expect(seen.map(({ ENTITY_TYPE, ENTITY_ID }) => [ENTITY_TYPE, ENTITY_ID])).toEqual([
      ["common", "shared_files_s1"],
      ["user", "7"],
    ]);
  });

  test("a folder's name is given once", async () => {
    const portal = await drivePortal();
    const id = await rootOf(portal);
    const folder = { id, data: { NAME: "reports" } };
    expect(resultOf(await call(portal, "disk.folder.addSubFolder", folder))).toMatchObject({ NAME: "reports" });
    expect((await call(portal, "disk.folder.addSubFolder", folder)).json.error).toBe("DISK_OBJ_22000");
    const filter = { NAME: "reports" };
    expect(rowsOf(await call(portal, "disk.folder.getChildren", { id, filter }))).toHaveLength(1);
    expect(rowsOf(await call(portal, "disk.folder.getChildren", { id, filter: { NAME: "other" } }))).toHaveLength(0);
    expect((await call(portal, "disk.folder.getChildren", { id: 999 })).json.error).toBe("ERROR_NOT_FOUND");
    expect((await call(portal, "disk.folder.getChildren", { id }, 7)).json.error).toBe("ACCESS_DENIED");
  });

  test("ids of access levels are the portal's own, and numbers come now as numbers, now as strings", async () => {
    const taskIds = { disk_access_read: 1, disk_access_add: 2, disk_access_edit: 3, disk_access_full: 4 };
    const portal = await drivePortal({ drive: { taskIds } });
    const tasks = rowsOf(await call(portal, "disk.rights.getTasks"));
    expect(Object.fromEntries(tasks.map(({ NAME, ID }) => [NAME, Number(ID)]))).toEqual(taskIds);
    expect(new Set(tasks.map(({ ID }) => typeof ID))).toEqual(new Set(["number", "string"]));
  });

  test("the scope is asked for", async () => {
    const portal = await portalFor();
    const answer = await call(portal, "disk.rights.getTasks");
    expect([answer.status, answer.json.error]).toEqual([403, "insufficient_scope"]);
  });
});

describe("uploading in one call", () => {
  test("keeps the bytes under the given name", async () => {
    const portal = await drivePortal();
    const fileContent = ["ignored.txt", Buffer.from("héllo").toString("base64")];
    const file = { id: await rootOf(portal), data: { NAME: "a.txt" }, fileContent };
    expect(resultOf(await call(portal, "disk.folder.uploadFile", file))).toMatchObject({ NAME: "a.txt" });
    expect((await call(portal, "disk.folder.uploadFile", file)).json.error).toBe("DISK_OBJ_22000");
    const again = await call(portal, "disk.folder.uploadFile", { ...file, generateUniqueName: true });
    expect(resultOf(again)).toMatchObject({ NAME: "a (1).txt" });
    expect(portal.drive.files.map(({ sha256 }) => sha256)).toEqual([sha256("héllo"), sha256("héllo")]);
    const nameless = await call(portal, "disk.folder.uploadFile", { ...file, data: {} });
    expect(nameless.json.error).toBe("DISK_BASE_SERVICE_22001");
  });

  test("a data: prefix spoils the file without an error", async () => {
    const portal = await drivePortal();
    const fileContent = ["a", `data:text/plain;base64,${Buffer.from("hello").toString("base64")}`];
    await call(portal, "disk.folder.uploadFile", { id: await rootOf(portal), data: { NAME: "a" }, fileContent });
    expect(portal.drive.files[0]?.sha256).not.toBe(sha256("hello"));
  });
});

describe("uploading in two steps", () => {
  test("the name is the form's, the rights are the first step's", async () => {
    const portal = await drivePortal();
    const url = await stepOne(portal, { rights: readBy(7), generateUniqueName: true });
    const first = resultOf(await post(url, "отчёт.txt", "one"));
    expect(first).toMatchObject({ NAME: "отчёт.txt", DETAIL_URL: expect.stringContaining(portal.url) });
    expect(resultOf(await post(url, "отчёт.txt", "two"))).toMatchObject({ NAME: "отчёт (1).txt" });
    expect(portal.drive.read(Number(first.ID), 7)?.toString()).toBe("one");
    expect(portal.drive.read(Number(first.ID), 8)).toBeUndefined();
  });

  test("both addresses hold the credential, and nobody can change what they allow", async () => {
    const portal = await drivePortal();
    const url = await stepOne(portal);
    expect(url).toContain(portal.webhookUrl(1));
    const file = resultOf(await post(url, "a", "bytes"));
    expect(file.DOWNLOAD_URL).toContain(portal.webhookUrl(1));
    expect(await (await fetch(String(file.DOWNLOAD_URL))).text()).toBe("bytes");
    const forged = new URL(url);
    forged.searchParams.set("token", String(forged.searchParams.get("token")).replace(/.$/u, "!"));
    expect((await post(forged.href, "a", "b")).json.error).toBe("ACCESS_DENIED");
    const byToken = await appCall(portal, "disk.folder.uploadFile", { id: await rootOf(portal), data: { NAME: "b" } });
    const tokenUrl = new URL(String(resultOf(byToken).uploadUrl));
    expect(tokenUrl.searchParams.get("auth")).toMatch(/^[0-9a-f]{40}$/u);
    expect((await post(tokenUrl.href, "b", "b")).status).toBe(200);
    portal.expireTokens();
    expect((await post(tokenUrl.href, "b", "b")).json.error).toBe("expired_token");
  });

  test("large files leave their hash only", async () => {
    const portal = await drivePortal({ drive: { keepBytes: 10 } });
    await post(await stepOne(portal), "big", "x".repeat(300_000));
    const [file] = portal.drive.files;
    expect(file).toMatchObject({ size: 300_000, sha256: sha256("x".repeat(300_000)) });
    expect(() => portal.drive.read(Number(file?.id), 1)).toThrow(RangeError);
  });

  test("a form is read the same however it is cut", async () => {
    const portal = await drivePortal();
    const url = await stepOne(portal);
    const lines = [
      "--b",
      'Content-Disposition: form-data; name="file"; filename="C:\\\\x\\\\a\\"b.txt"',
      "",
      "\r\n--x",
    ];
    const body = Buffer.from([...lines, "--b--", ""].join("\r\n"));
    const cut = Readable.from([...body].map((byte) => Buffer.from([byte])));
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const { body: answer } = await request(url, { method: "POST", headers, body: cut });
    await answer.dump();
    expect(portal.drive.files).toMatchObject([{ name: 'a"b.txt', sha256: sha256("\r\n--x") }]);
  });

  test("a form that breaks off leaves nothing", async () => {
    const portal = await drivePortal();
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf';
    const { statusCode, body: answer } = await request(await stepOne(portal), { method: "POST", headers, body });
    await answer.dump();
    expect([statusCode, portal.drive.files]).toEqual([400, []]);
  });

  test("a full Drive says so, and only who may change rights gives them", async () => {
    const portal = await drivePortal({ drive: { quotaBytes: 5 } });
    expect((await post(await stepOne(portal), "a", "123456")).json.error).toBe("ERROR_COULD_NOT_SAVE_FILE");
    const common = rowsOf(await call(portal, "disk.storage.getList", { filter: { ENTITY_TYPE: "common" } }, 7))[0];
    const asked = { id: common?.ROOT_OBJECT_ID, data: { NAME: "a" } };
    expect(resultOf(await call(portal, "disk.folder.uploadFile", asked, 7))).toHaveProperty("uploadUrl");
    const withRights = await call(portal, "disk.folder.uploadFile", { ...asked, rights: readBy(8) }, 7);
    expect(withRights.json.error).toBe("ACCESS_DENIED");
  });
});

describe("files", () => {
  async function uploaded(portal: Portal, rights: object[] = readBy(7)) {
    return resultOf(await post(await stepOne(portal, { rights, generateUniqueName: true }), "a.txt", "bytes"));
  }

  test("their page is for those with the right, after a login", async () => {
    const portal = await drivePortal();
    const url = String((await uploaded(portal)).DETAIL_URL);
    expect(await Promise.all([page(url, 7), page(url, 1), page(url, 8), page(url)])).toEqual([200, 200, 403, 401]);
  });

  test("a public link is open to all, the same each time, and absent from some plans", async () => {
    const portal = await drivePortal();
    const { ID: id } = await uploaded(portal);
    const link = String((await call(portal, "disk.file.getExternalLink", { id })).json.result);
    expect((await call(portal, "disk.file.getExternalLink", { id })).json.result).toBe(link);
    expect(await page(link)).toBe(200);
    const poor = await drivePortal({ drive: { externalLinks: false } });
    expect((await call(poor, "disk.file.getExternalLink", { id })).json.error).toBe("ERROR_METHOD_NOT_FOUND");
  });

  test("are shown to readers, and deleted by those with full rights, unless somebody edits them", async () => {
    const portal = await drivePortal();
    const { ID: id } = await uploaded(portal);
    expect(resultOf(await call(portal, "disk.file.get", { id }, 7))).toMatchObject({ NAME: "a.txt" });
    expect((await call(portal, "disk.file.delete", { id }, 7)).json.error).toBe("ACCESS_DENIED");
    portal.drive.lock(Number(id));
    expect((await call(portal, "disk.file.delete", { id })).json.error).toBe("DISK_FILE_22007");
    const { ID: other } = await uploaded(portal, []);
    expect(Number(resultOf(await call(portal, "disk.file.markDeleted", { id: other })).DELETED_TYPE)).toBe(3);
    expect((await call(portal, "disk.file.delete", { id: other })).json.result).toBe(true);
    expect((await call(portal, "disk.file.get", { id: other })).json.error).toBe("ERROR_NOT_FOUND");
    expect(portal.drive.files.map(({ deleted }) => deleted)).toEqual(["no", "final"]);
  });
});
