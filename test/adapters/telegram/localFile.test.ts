import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { MockAgent } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { openDownload } from "../../../adapters/telegram/download.ts";
import { openLocal } from "../../../adapters/telegram/localFile.ts";
import type { OpenedMedia } from "../../../src/app/ports.ts";
import { groupFor } from "./support.ts";

const BYTES = Buffer.from("what the server keeps for us");
const signal = () => AbortSignal.timeout(60_000);

/** A folder as a Bot API server in `--local` mode fills it, and one beside it that is none of its business. */
async function folderFor(token: string) {
  const dir = await mkdtemp(join(tmpdir(), "herald24-local-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const documents = join(dir, token, "documents");
  await mkdir(documents, { recursive: true });
  const file = join(documents, "file_1.bin");
  const secret = join(dir, "secret.txt");
  await writeFile(file, BYTES);
  await writeFile(secret, "not for the chat");
  return { dir, documents, file, secret };
}

async function houseWith(folder?: { localDir: string }) {
  const house = await groupFor(folder ? { adapter: folder } : {});
  const { sandbox, telegram } = house;
  const open = (path: string) => {
    const result = { file_id: "F", file_unique_id: "U", file_path: path };
    sandbox.faults.add({ method: "getFile", kind: "reply", status: 200, body: { ok: true, result } });
    return telegram.openMedia({ kind: "telegram", fileId: "F", uniqueId: "U" }, signal());
  };
  return { ...house, open };
}

const read = async (media: OpenedMedia) => (media.kind === "open" ? await buffer(media.stream) : media);

test("a file that an own server keeps on a shared disk is opened there, by path and by address", async () => {
  const { sandbox, open } = await houseWith();
  const { file } = await folderFor(sandbox.token);
  const media = await open(file);
  expect(media).toMatchObject({ kind: "open", size: BYTES.length });
  expect(await read(media)).toEqual(BYTES);
  expect(await read(await open(pathToFileURL(file).href))).toEqual(BYTES);
  expect(sandbox.calls.some(({ method }) => method === "file")).toBe(false);
});

test("a document of any size comes from an own server in --local mode, from message to bytes", async () => {
  const localDir = await mkdtemp(join(tmpdir(), "herald24-local-"));
  onTestFinished(() => rm(localDir, { recursive: true }));
  const { sandbox, telegram, takeIn, anna, group } = await groupFor({ sandbox: { localDir } });
  const fileSize = 21 * 1_024 * 1_024;
  sandbox.sendDocument(group, anna, { bytes: BYTES, fileName: "a.bin", fileSize, caption: "/notify @anna_k" });
  const source = (await takeIn())[0]?.media[0]?.source ?? expect.fail("no media");
  expect(await read(await telegram.openMedia(source, signal()))).toEqual(BYTES);
});

test("nothing outside the server's directory is opened, whatever the path pretends, and no reason holds the token", async () => {
  const { sandbox, open } = await houseWith();
  const { dir, documents, file, secret } = await folderFor(sandbox.token);
  await symlink(secret, join(documents, "link.txt"));
  await symlink(dir, join(documents, "up"));
  await mkdir(join(dir, "other"));
  await symlink(dir, join(dir, "other", sandbox.token));
  const paths = [
    secret,
    "/etc/passwd",
    "file:///etc/passwd",
    `file://elsewhere${file}`,
    "file:///%00",
    `${documents}/../../secret.txt`,
    join(documents, "link.txt"),
    join(documents, "up", "secret.txt"),
    join(dir, "other", sandbox.token, "secret.txt"),
    documents,
    join(documents, "absent.bin"),
    "C:\\bot\\file.bin",
  ];
  for (const path of paths) {
    const media = await open(path);
    expect([path, media.kind]).toEqual([path, "gone"]);
    expect(JSON.stringify(media)).not.toContain(sandbox.token);
  }
});

test("a directory that is configured takes the place of the token in the path", async () => {
  const { dir, secret } = await folderFor("files-of-the-bot");
  const { open, sandbox } = await houseWith({ localDir: join(dir, "files-of-the-bot") });
  expect(await read(await open(join(dir, "files-of-the-bot", "documents", "file_1.bin")))).toEqual(BYTES);
  const other = await folderFor(sandbox.token);
  for (const path of [secret, other.file]) {
    expect(await open(path)).toEqual({
      kind: "gone",
      reason: "the Bot API server names a file outside TELEGRAM_LOCAL_DIR",
    });
  }
});

test("a directory whose name only begins like the configured one is another", async () => {
  const { dir, secret } = await folderFor("x");
  const beside = join(dir, "xy");
  await mkdir(beside);
  await writeFile(join(beside, "file"), BYTES);
  const rule = { token: "t", localDir: join(dir, "x") };
  expect(await openLocal(join(beside, "file"), rule)).toMatchObject({ kind: "gone" });
  expect(await openLocal(secret, rule)).toMatchObject({ kind: "gone" });
});

test("of Telegram's public server no path on a disk is followed", async () => {
  const token = "T";
  const { file } = await folderFor(token);
  const getFile = async () => ({ file_id: "F", file_unique_id: "U", file_path: file });
  const access = { token, bot: { api: { getFile } }, dispatcher: new MockAgent() };
  const source = { kind: "telegram", fileId: "F", uniqueId: "U" } as const;
  const fromPublic = openDownload({ ...access, apiRoot: "https://api.telegram.org" });
  expect(await fromPublic(source, signal())).toMatchObject({ kind: "gone" });
  const fromOwn = openDownload({ ...access, apiRoot: "https://bot-api.example" });
  expect(await read(await fromOwn(source, signal()))).toEqual(BYTES);
});
