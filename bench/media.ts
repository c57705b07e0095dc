import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { z } from "zod";
import { createDrive } from "../adapters/bitrix24/drive.ts";
import { createPortal } from "../adapters/bitrix24/portal.ts";
import { openMediaFiles } from "../adapters/media/files.ts";
import { openDownload } from "../adapters/telegram/download.ts";
import { mediaRoutes } from "../adapters/web/media.ts";
import { startWeb } from "../adapters/web/server.ts";
import type { KeptFile, Log } from "../src/app/ports.ts";
import { DEFAULT_SETTINGS } from "../src/app/settings.ts";
import type { MediaLink } from "../src/app/store/notifications.ts";
import type { Workspace } from "../src/app/store/workspaces.ts";
import { wordsIn } from "../src/messages/catalogue.ts";
import { type Growth, megabytes, openGauge, report } from "./support/report.ts";

/**
 * A file of 1 GB from its source into the store, from there to a recipient, and to a portal's Drive. This process is the
 * service's side; everything outside is a child of it.
 */
const SIZE = 1024 ** 3;
const WARM_UP = 8 * 1024 ** 2;
const BOUND_MEGABYTES = 80;
/** However slow the machine, it ends. */
const LONGEST_MS = 10 * 60_000;

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const signal = AbortSignal.timeout(LONGEST_MS);

const reply = z.object({ id: z.number(), text: z.string() });
const places = z.object({ source: z.string(), webhook: z.string() });

async function startOutside() {
  const child = fork(new URL("support/outside.ts", import.meta.url), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [first] = await once(child, "message", { signal });
  const waiting = new Map<number, (text: string) => void>();
  child.on("message", (message) => {
    const { id, text } = reply.parse(message);
    waiting.get(id)?.(text);
  });
  let last = 0;
  return {
    ...places.parse(JSON.parse(reply.parse(first).text)),
    ask: (what: "hash" | "fetch" | "uploads", argument: string): Promise<string> => {
      last += 1;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      waiting.set(last, resolve);
      child.send({ id: last, what, argument });
      return promise;
    },
    close: () => child.disconnect(),
  };
}

function expectSame(what: string, found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`${what}: the bytes are not those of the source (${found})`);
}

function downloader(apiRoot: string) {
  const dispatcher = new Agent();
  const bot = {
    api: { getFile: async (size: string) => ({ file_id: size, file_unique_id: size, file_path: `documents/${size}` }) },
  };
  const token = `${1}:${"b".repeat(35)}`;
  const open = openDownload({ bot, token, apiRoot, dispatcher });
  return { open: (size: number) => open({ kind: "telegram", fileId: `${size}`, uniqueId: "" }, signal), dispatcher };
}

const folder = mkdtempSync(join(tmpdir(), "herald24-bench-"));
const clean = (): void => rmSync(folder, { recursive: true, force: true });
process.once("exit", clean);
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));

const outside = await startOutside();
const files = openMediaFiles({ dir: folder });
const download = downloader(outside.source);
const host = new URL(outside.webhook).host;
const shared = { version: "0.0.0", privateHosts: [host], clock: Date.now, log: SILENT };
const portal = createPortal({ ...shared, saveTokens: async () => {} });
const drive = createDrive({ ...shared, portal });
const workspace: Workspace = {
  id: 1,
  name: "bench",
  host,
  credentials: { kind: "webhook", url: outside.webhook },
  settings: DEFAULT_SETTINGS,
  tags: "unprobed",
  createdAt: 0,
};
const links = new Map<string, MediaLink>();
const web = await startWeb({
  host: "127.0.0.1",
  port: 0,
  trustedProxies: [],
  log: SILENT,
  routes: [mediaRoutes({ findLink: async (name) => links.get(name), openFile: files.open, wordsIn, clock: Date.now })],
});

async function fetchIn(size: number): Promise<KeptFile> {
  const opened = await download.open(size);
  if (opened.kind !== "open") throw new Error(`the source could not be opened: ${opened.kind}`);
  const kept = await files.keep({ ...opened, claimedName: "large.bin" }, SIZE);
  if (kept.kind !== "kept") throw new Error(`the file was not kept: ${kept.kind}`);
  return kept.file;
}

async function serveOut(file: KeptFile): Promise<void> {
  const whole = { attachmentId: 1, deliveryId: 1, role: "whole", expiresAt: Number.MAX_SAFE_INTEGER } as const;
  links.set(file.sha256, { ...file, ...whole, name: "large.bin" });
  expectSame("relay", await outside.ask("fetch", `${web.url}/media/${file.sha256}/large.bin`), file.sha256);
}

async function putOnDrive(file: KeptFile): Promise<void> {
  const open = () => files.open(file.sha256);
  const upload = { name: "large.bin", size: file.size, open, readers: [7], externalLink: false, key: file.sha256 };
  const outcome = await drive.upload(workspace, upload, signal);
  if (outcome.kind !== "uploaded") throw new Error(`not uploaded: ${outcome.code}`);
  expectSame("drive", await outside.ask("uploads", String(outcome.file.fileId)), file.sha256);
}

try {
  // What is loaded and allocated once belongs to no file.
  const small = await fetchIn(WARM_UP);
  await serveOut(small);
  await putOnDrive(small);
  const wanted = await outside.ask("hash", String(SIZE));
  const show = (what: string, { bytes, seconds }: Growth): void =>
    report(what, {
      measured: megabytes(bytes),
      bound: BOUND_MEGABYTES,
      is: "at most",
      hard: true,
      unit: "MB",
      more: `${(megabytes(SIZE) / seconds).toFixed(0)} MB/s`,
    });
  const growthDuring = openGauge();
  let large: KeptFile = small;
  const fetched = await growthDuring(async () => {
    large = await fetchIn(SIZE);
  });
  expectSame("store", large.sha256, wanted);
  show("media: 1 GB from its source, RSS growth", fetched);
  show("media: 1 GB by relay, RSS growth", await growthDuring(() => serveOut(large)));
  show("media: 1 GB by Drive, RSS growth", await growthDuring(() => putOnDrive(large)));
} finally {
  await web.close();
  await drive.close();
  await portal.close();
  await download.dispatcher.destroy();
  outside.close();
}
