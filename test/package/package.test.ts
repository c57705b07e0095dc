import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ROOT } from "../../build/bundle.ts";
import { writePackage } from "../../build/package.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { startTelegram } from "../../sandbox/telegram/server.ts";

const run = promisify(execFile);
const COMPILER = join(ROOT, "node_modules", ".bin", "tsc");
/** As on a machine without the checkout: nothing of its folders is found by name. */
const PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);
const { HOME = "" } = process.env;

let folder = "";
let consumer = "";
const herald24 = () => join(consumer, "node_modules", ".bin", "herald24");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "herald24-test-"));
  consumer = join(folder, "consumer");
  mkdirSync(consumer);
  await writePackage(join(folder, "dist"));
  const env = { PATH, HOME };
  await run("npm", ["pack", join(folder, "dist"), "--pack-destination", folder], { cwd: folder, env });
  const [packed] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--prefer-offline", join(folder, String(packed))], { cwd: consumer, env });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the library is typed for whoever imports it, and refuses what cannot work before any request", async () => {
  const program = `
    import { createPersonalNotification, InvalidInputError, pictureBlock, type PortalAnswer } from "herald24";
    const attachments = [pictureBlock("a.png", "https://example.org/a.png")];
    const made: Promise<PortalAnswer> = createPersonalNotification({ url: "nonsense", userId: 42, text: "Red", attachments });
    // @ts-expect-error a recipient is needed
    void createPersonalNotification({ url: "nonsense", text: "Red" }).catch(() => undefined);
    await made.catch((error) => console.log(error instanceof InvalidInputError && error.subject));`;
  writeFileSync(join(consumer, "program.ts"), program);
  const compilerOptions = { module: "nodenext", target: "es2022", strict: true, noEmit: true, types: [] };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  await run(COMPILER, ["--project", consumer]);
  expect((await run(process.execPath, ["program.ts"], { cwd: consumer })).stdout).toBe("url\n");
});

test("what is installed is the built form with its native dependencies, not the sources and not what is bundled", () => {
  const place = join(consumer, "node_modules", "herald24");
  const sources = readdirSync(place, { recursive: true }).map(String);
  expect(sources.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(place, "package.json"), "utf8")));
  expect(Object.keys(dependencies)).toEqual(["node", "better-sqlite3", "sharp"]);
  expect(readdirSync(join(consumer, "node_modules"))).not.toContain("discord.js");
});

test("the installed command sets itself up, starts, is ready, and stops when told to", async () => {
  const portal = await startPortal({ tags: "honoured" });
  onTestFinished(() => portal.close());
  const telegram = await startTelegram({ token: `${7_000_001}:${"t".repeat(35)}` });
  onTestFinished(() => telegram.close());
  const cwd = mkdtempSync(join(folder, "operator-"));
  const hosts = { PRIVATE_HOSTS: `${portal.host},${new URL(telegram.url).host}`, TELEGRAM_API_ROOT: telegram.url };
  const env = { PATH, HOME, ...hosts, PORT: "0", LOG_FORMAT: "json" };
  expect((await run(herald24(), ["--help"], { cwd, env })).stdout).toContain("Usage: herald24");
  const [webhook, token] = [join(cwd, "webhook"), join(cwd, "token")];
  writeFileSync(webhook, portal.webhookUrl(1));
  writeFileSync(token, telegram.token);
  await run(herald24(), ["init", "--yes", "--webhook", `@${webhook}`, "--telegram-token", `@${token}`], { cwd, env });
  const service = spawn(herald24(), ["start"], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(service, "exit");
  onTestFinished(async () => {
    service.kill("SIGKILL");
    await ended;
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: service.stderr })) {
    said.push(line);
    if (line.includes("herald24 is running")) break;
  }
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(said.at(-1) ?? "{}"));
  expect((await fetch(`${url}/healthz`)).status, said.join("\n")).toBe(200);
  service.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});

test("the installed demo plays its scene, with pictures, and ends with 0", async () => {
  const { stdout } = await run(herald24(), ["demo", "--once"], { cwd: folder, env: { PATH, HOME, TMPDIR: folder } });
  expect(stdout).toMatch(/its picture +image\/png, \d+ bytes/u);
});
