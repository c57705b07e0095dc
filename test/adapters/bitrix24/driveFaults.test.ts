import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../sandbox/bitrix24/faults.ts";
import type { Portal as Sandbox } from "../../../sandbox/bitrix24/portal.ts";
import type { Portal } from "../../../src/app/ports.ts";
import { alive, countOf, driveFor, drivePortal, fileOf, sha256, uploadOf } from "./driveSupport.ts";
import { APP, json, NEVER, oauthWorkspace, sandboxPortal, serverFor, webhookWorkspace } from "./support.ts";

const upload = (fault: Fault): Fault => ({ ...fault, method: "upload" });

describe("an answer that is lost", () => {
  test.each<Fault>([
    { kind: "reset", executed: true },
    { kind: "truncate" },
    { kind: "html", status: 502, executed: true },
    { kind: "reply", status: 500, body: { error: "INTERNAL_SERVER_ERROR" }, executed: true },
  ])("is made up for by looking at the folder ($kind)", async (fault) => {
    const sandbox = await drivePortal();
    sandbox.faults.add(upload(fault));
    const { drive } = driveFor();
    const file = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER));
    expect(sandbox.drive.read(file.fileId, 7)?.toString()).toBe("bytes");
    expect([alive(sandbox).length, countOf(sandbox, "upload")]).toEqual([1, 1]);
  });

  test.each<Fault>([
    { kind: "reset", executed: false },
    { kind: "html", status: 500 },
  ])("to an upload that was not stored is followed by a second one ($kind)", async (fault) => {
    const sandbox = await drivePortal();
    sandbox.faults.add(upload(fault));
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER));
    expect([alive(sandbox).length, countOf(sandbox, "upload")]).toEqual([1, 2]);
  });

  test("leaves no second copy when the folder could not be looked at in between", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("before"), NEVER));
    sandbox.faults.add(upload({ kind: "reset", executed: true }));
    sandbox.faults.add({ kind: "html", status: 500, method: "disk.folder.getchildren" });
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER));
    expect(alive(sandbox).map((file) => file.sha256)).toEqual([sha256("before"), sha256("bytes")]);
  });

  test("every time ends in later, and what turns up afterwards is removed by the next upload", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("before"), NEVER));
    sandbox.faults.add(upload({ kind: "reset", executed: true, times: 2 }));
    sandbox.faults.add({ kind: "html", status: 500, method: "disk.folder.getchildren", times: 2 });
    const outcome = await drive.upload(webhookWorkspace(sandbox), uploadOf("lost"), NEVER);
    expect(outcome).toMatchObject({ kind: "later", code: "NO_ANSWER" });
    expect(alive(sandbox)).toHaveLength(3);
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("after"), NEVER));
    expect(alive(sandbox).map((file) => file.sha256)).toEqual([sha256("before"), sha256("after")]);
  });

  test("counts as lost when nothing moves for too long", async () => {
    const sandbox = await drivePortal();
    sandbox.faults.add(upload({ kind: "hang", executed: true }));
    const { drive } = driveFor({ limits: { totalMs: 300 } });
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER));
    expect(alive(sandbox)).toHaveLength(1);
  });
});

describe("an upload that breaks off is tried later and leaves nothing", () => {
  test("when the portal goes away in the middle", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const open = async () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(100_000);
          await sandbox.pause();
          yield Buffer.alloc(100_000);
        })(),
      );
    const given = { ...uploadOf(""), size: 200_000, open };
    expect(await drive.upload(webhookWorkspace(sandbox), given, NEVER)).toMatchObject({ kind: "later" });
    expect(sandbox.drive.files).toEqual([]);
  });

  test.each([
    ["shorter", "abc"],
    ["longer", "abcdefghij"],
  ])("when the file is %s than announced", async (_, text) => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const outcome = await drive.upload(webhookWorkspace(sandbox), { ...uploadOf(text), size: 5 }, NEVER);
    expect(outcome).toMatchObject({ kind: "later", code: "SOURCE" });
    expect(sandbox.drive.files).toEqual([]);
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("fine"), NEVER));
  });

  test("when the file cannot be read", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const failing = [
      async () => Promise.reject(new Error("EACCES")),
      async () => new Readable({ read: (): void => undefined }).destroy(new Error("EIO")),
    ];
    for (const open of failing) {
      const outcome = await drive.upload(webhookWorkspace(sandbox), uploadOf("x", { open }), NEVER);
      expect(outcome).toMatchObject({ kind: "later", code: "SOURCE" });
    }
  });

  test("when the portal wants us slower", async () => {
    const sandbox = await drivePortal();
    sandbox.faults.add(upload({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } }));
    const outcome = await driveFor().drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER);
    expect(outcome).toMatchObject({ kind: "later", code: "QUERY_LIMIT_EXCEEDED" });
    expect([countOf(sandbox, "upload"), sandbox.drive.files]).toEqual([1, []]);
  });

  test("when the portal cannot be reached at all", async () => {
    const sandbox = await drivePortal();
    await sandbox.pause();
    const { drive } = driveFor();
    const outcome = await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER);
    expect(outcome).toMatchObject({ kind: "later", code: "UNREACHABLE" });
    await sandbox.resume();
    fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
  });
});

describe("the portal's word about a file", () => {
  test("is not taken when the size differs: the file is removed and uploaded again", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("before"), NEVER));
    const result = { ID: fileId + 1, NAME: "a", SIZE: "3", DETAIL_URL: `${sandbox.url}/docs/file/a` };
    sandbox.faults.add(upload({ kind: "reply", status: 200, body: { result }, executed: true, times: 2 }));
    expect(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER)).toMatchObject({
      kind: "later",
      code: "SIZE_MISMATCH",
    });
    expect(sandbox.drive.files[1]).toMatchObject({ deleted: "final" });
  });

  test("is asked for again where the answer leaves something out", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("before"), NEVER));
    const result = { ID: String(fileId + 1), NAME: "a" };
    sandbox.faults.add(upload({ kind: "reply", status: 200, body: { result }, executed: true }));
    const file = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER));
    expect(file.detailUrl).toContain(`${sandbox.url}/company/personal/user/1/disk/file/herald24/`);
  });

  test.each([
    (sandbox: Sandbox) => `${sandbox.webhookUrl(1)}download/?id=1`,
    (sandbox: Sandbox) => `${sandbox.url}/disk/file/${"q1".repeat(8)}`,
    () => "https://elsewhere.example/disk/file/a",
    () => "javascript:alert(1)",
  ])("is not passed on when it is no harmless address of its own (%#)", async (address) => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("before"), NEVER));
    const result = { ID: fileId + 1, NAME: "a", SIZE: 5, DETAIL_URL: address(sandbox) };
    sandbox.faults.add(upload({ kind: "reply", status: 200, body: { result }, executed: true }));
    const outcome = await drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER);
    expect(outcome).toMatchObject({ kind: "refused", code: "DETAIL_URL" });
    expect(alive(sandbox)).toHaveLength(1);
  });
});

describe("an upload is refused", () => {
  test.each([
    { code: "ERROR_COULD_NOT_SAVE_FILE", open: () => drivePortal({ drive: { quotaBytes: 3 } }) },
    { code: "INSUFFICIENT_SCOPE", open: () => sandboxPortal() },
  ])("with the portal's code ($code)", async ({ code, open }) => {
    const sandbox = await open();
    const outcome = await driveFor().drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER);
    expect(outcome).toMatchObject({ kind: "refused", code });
  });

  test("when the portal's front server finds it too big", async () => {
    const sandbox = await drivePortal();
    sandbox.faults.add(upload({ kind: "html", status: 413 }));
    const outcome = await driveFor().drive.upload(webhookWorkspace(sandbox), uploadOf("bytes"), NEVER);
    expect(outcome).toMatchObject({ kind: "refused", code: "HTTP_413" });
  });

  test("when the file is not kept any more, or a reader is nobody", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const gone = uploadOf("x", { open: async () => undefined });
    const outcome = await drive.upload(webhookWorkspace(sandbox), gone, NEVER);
    expect(outcome).toMatchObject({ kind: "refused", code: "FILE_GONE" });
    const nobody = uploadOf("x", { readers: [0] });
    await expect(drive.upload(webhookWorkspace(sandbox), nobody, NEVER)).rejects.toThrow(RangeError);
  });

  test("when the address for the bytes lies elsewhere: nothing is sent there", async () => {
    const sandbox = await drivePortal();
    const evil = await serverFor((_, response) => json(response, 200, { result: {} }));
    const { drive: real } = driveFor();
    fileOf(await real.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    const { port } = new URL(`http://${evil.host}`);
    for (const uploadUrl of [`https://localhost:${port}/rest/1/c0de99/upload`, "http://portal.example/x", "nonsense"]) {
      const told: Record<string, unknown> = {
        "disk.rights.getTasks": [{ ID: 1, NAME: "disk_access_read" }],
        profile: { ID: "1" },
        "disk.storage.getList": [{ ENTITY_TYPE: "user", ENTITY_ID: "1", ROOT_OBJECT_ID: "5" }],
        "disk.folder.getChildren": [{ ID: 6, NAME: "herald24", TYPE: "folder", DELETED_TYPE: "0" }],
        "disk.folder.uploadFile": { field: "file", uploadUrl },
      };
      const portal: Pick<Portal, "call"> = {
        call: async (_, { method }) => ({ kind: "result", result: told[method] }),
      };
      const { drive } = driveFor({ portal });
      const outcome = await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER);
      expect(outcome).toMatchObject({ kind: "refused", code: "UPLOAD_ADDRESS" });
      expect(JSON.stringify(outcome)).not.toMatch(/c0de99|portal\.example|nonsense/u);
    }
    expect(evil.requests).toHaveLength(0);
  });
});

test("a token that runs out between the two steps costs one more try", async () => {
  const sandbox = await drivePortal();
  const { drive } = driveFor();
  const workspace = oauthWorkspace(sandbox, sandbox.issueTokens(APP.clientId));
  sandbox.faults.add(upload({ kind: "reply", status: 401, body: { error: "expired_token" } }));
  fileOf(await drive.upload(workspace, uploadOf("x"), NEVER));
  expect(alive(sandbox)).toHaveLength(1);
});

test("no secret gets into outcomes or logs, even when the portal quotes the address it refuses", async () => {
  const sandbox = await drivePortal();
  const tokens = sandbox.issueTokens(APP.clientId);
  const { drive, log } = driveFor();
  const said: unknown[] = [];
  const code = new URL(sandbox.webhookUrl(1)).pathname.split("/")[3] ?? "";
  const cases = [
    { workspace: webhookWorkspace(sandbox), secret: code },
    { workspace: { ...oauthWorkspace(sandbox, tokens), id: 2 }, secret: tokens.accessToken },
  ];
  for (const { workspace, secret } of cases) {
    for (const status of [400, 500]) {
      const body = { error: `refused ${secret}`, error_description: `upload.json?auth=${secret} /rest/1/${secret}/` };
      sandbox.faults.add(upload({ kind: "reply", status, body, times: 2 }));
      said.push(await drive.upload(workspace, uploadOf("x", { externalLink: true }), NEVER));
      sandbox.faults.clear();
    }
    said.push(await drive.upload(workspace, uploadOf("x", { externalLink: true }), NEVER));
  }
  expect(said.map((outcome) => Object(outcome).kind)).toContain("uploaded");
  const everything = `${JSON.stringify(said)}${log.lines.join("\n")}`.toLowerCase();
  for (const { secret } of cases) expect(everything).not.toContain(secret.toLowerCase());
});

describe("removing", () => {
  test("deletes for good, and counts what is gone already as removed", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    expect(await drive.remove(webhookWorkspace(sandbox), fileId, NEVER)).toBe("removed");
    expect(sandbox.drive.files).toMatchObject([{ deleted: "final" }]);
    expect(await drive.remove(webhookWorkspace(sandbox), fileId, NEVER)).toBe("removed");
    expect(await drive.remove(webhookWorkspace(sandbox), 999_999, NEVER)).toBe("removed");
  });

  test("moves to the bin what may not be deleted for good", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    sandbox.faults.add({ kind: "reply", status: 403, body: { error: "ACCESS_DENIED" }, method: "disk.file.delete" });
    expect(await drive.remove(webhookWorkspace(sandbox), fileId, NEVER)).toBe("removed");
    expect(sandbox.drive.files).toMatchObject([{ deleted: "bin" }]);
  });

  test("is tried later while somebody edits the file or the portal is down", async () => {
    const sandbox = await drivePortal();
    const { drive } = driveFor();
    const { fileId } = fileOf(await drive.upload(webhookWorkspace(sandbox), uploadOf("x"), NEVER));
    sandbox.drive.lock(fileId);
    expect(await drive.remove(webhookWorkspace(sandbox), fileId, NEVER)).toBe("later");
    sandbox.setDown(true);
    expect(await drive.remove(webhookWorkspace(sandbox), fileId, NEVER)).toBe("later");
    expect(alive(sandbox)).toHaveLength(1);
  });
});
