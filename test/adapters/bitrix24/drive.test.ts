import { Readable } from "node:stream";
import fc from "fast-check";
import { request } from "undici";
import { describe, expect, test } from "vitest";
import { driveName } from "../../../adapters/bitrix24/driveName.ts";
import { frameFile } from "../../../adapters/bitrix24/multipart.ts";
import { readMultipart } from "../../../sandbox/bitrix24/multipart.ts";
import { alive, countOf, driveFor, drivePortal, fileOf, sha256, uploadOf } from "./driveSupport.ts";
import { APP, NEVER, oauthWorkspace, webhookWorkspace, workspaceOf } from "./support.ts";

async function page(url: string, userId: number): Promise<number> {
  const { statusCode, body } = await request(url, { headers: { cookie: `user=${userId}` } });
  await body.dump();
  return statusCode;
}

describe("an upload", () => {
  test("arrives byte for byte in our folder, readable by exactly the given people", async () => {
    const taskIds = { disk_access_read: 71, disk_access_add: 72, disk_access_edit: 73, disk_access_full: 74 };
    const sandbox = await drivePortal({ drive: { taskIds } });
    const { drive } = driveFor();
    const text = "déjà vu ".repeat(5_000);
    const given = uploadOf(text, { name: 'Отчёт "за" май.txt', readers: [8, 7, 8] });
    const file = fileOf(await drive.upload(webhookWorkspace(sandbox), given, NEVER));
    expect(alive(sandbox)).toMatchObject([
      {
        id: file.fileId,
        name: expect.stringMatching(/^Отчёт _за_ май \([0-9a-f]{12}\)\.txt$/u),
        size: given.size,
        sha256: sha256(text),
        folder: "herald24",
        ownerId: 1,
        rights: [7, 8].map((id) => ({ taskId: 71, accessCode: `U${id}` })),
      },
    ]);
    expect(sandbox.drive.read(file.fileId, 7)?.toString()).toBe(text);
    expect(await page(file.detailUrl, 7)).toBe(200);
    expect(await page(file.detailUrl, 9)).not.toBe(200);
    expect(file).not.toHaveProperty("externalUrl");
    expect(countOf(sandbox, "disk.file.getexternallink")).toBe(0);
  });

  test("works with an application's token, and renews it first when it has run out", async () => {
    const sandbox = await drivePortal();
    const { drive, saved } = driveFor();
    const workspace = oauthWorkspace(sandbox, sandbox.issueTokens(APP.clientId));
    fileOf(await drive.upload(workspace, uploadOf("one"), NEVER));
    sandbox.expireTokens();
    fileOf(await drive.upload(workspace, uploadOf("two"), NEVER));
    expect(saved).toHaveLength(1);
    expect(alive(sandbox)).toHaveLength(2);
  });

  test("may be empty, and may have no readers but the owner", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("", { readers: [] }), NEVER));
    expect(alive(sandbox)).toMatchObject([{ size: 0, rights: [] }]);
  });

  test("gets a public link only when asked for, and goes without where the plan has none", async () => {
    const rich = await drivePortal();
    const { drive } = driveFor();
    const given = uploadOf("x", { externalLink: true });
    const file = fileOf(await drive.upload(webhookWorkspace(rich), given, NEVER));
    expect(await page(String(file.externalUrl), 0)).toBe(200);
    const poor = await drivePortal({ drive: { externalLinks: false } });
    const other = { ...webhookWorkspace(poor), id: 2 };
    expect(fileOf(await drive.upload(other, given, NEVER))).not.toHaveProperty("externalUrl");
  });

  test("with a key is found instead of repeated, for the same readers only", async () => {
    const sandbox = await drivePortal();
    const workspace = webhookWorkspace(sandbox);
    const given = uploadOf("same", { key: sha256("same"), readers: [8, 7] });
    const first = fileOf(await driveFor().drive.upload(workspace, given, NEVER));
    const { drive } = driveFor();
    expect(fileOf(await drive.upload(workspace, { ...given, readers: [7, 8] }, NEVER))).toEqual(first);
    expect(fileOf(await drive.upload(workspace, { ...given, readers: [7] }, NEVER)).fileId).not.toBe(first.fileId);
    expect(countOf(sandbox, "upload")).toBe(2);
  });

  test("is given up with its caller", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const caller = new AbortController();
    let pieces = 0;
    const source = new Readable({
      read() {
        pieces += 1;
        if (pieces === 1) this.push(Buffer.alloc(10));
        else caller.abort(new Error("shutting down"));
      },
    });
    const given = { ...uploadOf("x"), size: 100, open: async () => source };
    await expect(drive.upload(webhookWorkspace(sandbox), given, caller.signal)).rejects.toThrow("shutting down");
    expect(source.destroyed).toBe(true);
    await expect(drive.upload(webhookWorkspace(sandbox), uploadOf("x"), caller.signal)).rejects.toThrow(
      "shutting down",
    );
    expect(sandbox.drive.files).toEqual([]);
  });
});

describe("our folder", () => {
  test("is made once by uploads that start together, and found by the next client", async () => {
    const sandbox = await drivePortal();
    const workspace = webhookWorkspace(sandbox);
    const { drive } = driveFor();
    const outcomes = await Promise.all(["a", "b", "c"].map((text) => drive.upload(workspace, uploadOf(text), NEVER)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["uploaded", "uploaded", "uploaded"]);
    fileOf(await driveFor().drive.upload(workspace, uploadOf("d"), NEVER));
    expect(sandbox.drive.folders).toHaveLength(1);
    expect(countOf(sandbox, "disk.rights.gettasks")).toBe(2);
    expect(new Set(alive(sandbox).map(({ folder }) => folder))).toEqual(new Set(["herald24"]));
  });

  test("is used when somebody makes it at the same moment", async () => {
    const sandbox = await drivePortal();
    const clients = [driveFor(), driveFor(), driveFor()];
    const outcomes = clients.map(({ drive }) => drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    for (const outcome of await Promise.all(outcomes)) fileOf(outcome);
    expect(sandbox.drive.folders).toHaveLength(1);
  });

  test.each(["bin", "final"] as const)("is made again when it was deleted (%s)", async (where) => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("one"), NEVER));
    sandbox.drive.remove(sandbox.drive.folders[0]?.id ?? 0, where);
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("two"), NEVER));
    expect(sandbox.drive.folders.map(({ name, deleted }) => [name, deleted])).toEqual([
      ["herald24", where],
      ["herald24", "no"],
    ]);
    expect(sandbox.drive.read(fileId, 7)?.toString()).toBe("two");
  });

  test("has a second name for a Drive where the first is taken by a file", async () => {
    const sandbox = await drivePortal();
    const call = (method: string, body: object) =>
      fetch(`${sandbox.webhookUrl(1)}${method}`, { method: "POST", body: JSON.stringify(body), headers: JSON_TYPE });
    const storages = await (await call("disk.storage.getList", { filter: { ENTITY_TYPE: "user" } })).text();
    const rootId = /"ROOT_OBJECT_ID":"?(\d+)/u.exec(storages)?.[1];
    await call("disk.folder.uploadFile", { id: rootId, data: { NAME: "herald24" }, fileContent: ["x", "eA=="] });
    fileOf(await driveFor().drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    expect(sandbox.drive.folders.map(({ name }) => name)).toEqual(["herald24 files"]);
  });

  test("lies on the Drive of whomever the credentials act as now", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("x", { readers: [8] }), NEVER));
    const other = workspaceOf({ kind: "webhook", url: sandbox.webhookUrl(7) }, sandbox.host);
    fileOf(await drive.upload(other, uploadOf("x", { readers: [8] }), NEVER));
    expect(alive(sandbox).map(({ ownerId }) => ownerId)).toEqual([1, 7]);
  });
});

const JSON_TYPE = { "content-type": "application/json" };

describe("names", () => {
  test.each([
    ["report.pdf", "report (u).pdf"],
    ["../../etc/passwd", "_.._etc_passwd (u)"],
    ["archive.tar.gz", "archive.tar (u).gz"],
    [".env", "env (u)"],
    ["", "file (u)"],
    ["party🎉.png", "party_ (u).png"],
    ["cod\u202Efdp.exe", "cod_fdp (u).exe"],
    ["e\u0301.txt", "é (u).txt"],
  ])("%j is stored as %j", (given, stored) => expect(driveName(given, "u")).toBe(stored));

  test("are short, harmless, and go through PHP's form reader unchanged, whatever people call their files", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 400 }), async (given) => {
        const name = driveName(given, "0123456789ab");
        expect(name).toContain("(0123456789ab)");
        expect(name.length).toBeLessThanOrEqual(200);
        const { contentType, head, tail } = frameFile("file", name);
        const boundary = contentType.split("boundary=")[1] ?? "";
        const body = async function* () {
          yield Buffer.concat([head, Buffer.from("bytes"), tail]);
        };
        const { files } = await readMultipart(body(), boundary, 100);
        expect(files).toMatchObject([{ field: "file", name, sha256: sha256("bytes") }]);
      }),
    );
  });

  test("quotes and backslashes in a form's name are escaped, line breaks left out", () => {
    const { head } = frameFile("file", 'a"b\\c\r\nX-Evil: 1');
    expect(head.toString()).toContain('filename="a\\"b\\\\cX-Evil: 1"\r\n');
  });
});
