import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const ENTRY = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));

/** The demo as `npm run demo` starts it, with a folder for temporary files that holds nothing else. */
async function startDemo(...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "herald24-test-"));
  const child = spawn(process.execPath, [ENTRY, "demo", ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const heard = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once("close", (code) => resolve(code));
  const listen = (chunk: Buffer) => {
    said += chunk.toString("utf8");
    began.resolve();
    if (said.includes("Your turn: ")) heard.resolve();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
    await rm(folder, { recursive: true, force: true });
  });
  return {
    said: () => said,
    ended,
    hasBegun: began.promise,
    isUp: Promise.race([
      heard.promise,
      ended.then((code) => Promise.reject(new Error(`ended with ${code}:\n${said}`))),
    ]),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    leftOver: () => readdir(folder),
  };
}

test("the demo plays its scene, says what each side saw, ends with 0 and leaves nothing behind", async () => {
  const demo = await startDemo("--once");
  demo.isUp.catch(() => undefined);
  const code = await demo.ended;
  const said = demo.said();
  expect(code, said).toBe(0);
  expect(said).toMatch(/👍 \(delivered\)/u);
  expect(said).toMatch(/its picture +image\/png, \d+ bytes/u);
  expect(said).toMatch(/only Kate sees +Delivered\./u);
  expect(said).toMatch(/its file +deploy\.txt: text\/plain[^,]*, 66 bytes/u);
  expect(said).toMatch(/the bot answers +Не найден: @ana\.\s+Возможно, имелось в виду: @anna\?/u);
  expect(said).toMatch(/the bot reacts +👀 \(accepted\): it is stored/u);
  expect(said.match(/\[exactly once\]/gu)).toHaveLength(2);
  expect(said).toMatch(/All of this took \d+\.\d s\./u);
  expect(said).not.toMatch(/\/rest\/\d+\//u);
  expect(await demo.leftOver()).toEqual([]);
});

test("without --once it stays up with a page until it is told to stop, and then leaves nothing behind", async () => {
  const demo = await startDemo();
  await demo.isUp;
  const address = /Your turn: (?<url>http:\S+)/u.exec(demo.said())?.groups?.url ?? "";
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await page.text()).toContain("herald24");
  const elsewhere = await fetch(new URL("/portal", address), {
    method: "POST",
    body: new URLSearchParams({ down: "yes" }),
  });
  expect(elsewhere.status).toBe(403);
  demo.kill("SIGINT");
  expect(await demo.ended, demo.said()).toBe(0);
  expect(await demo.leftOver()).toEqual([]);
  await expect(fetch(address)).rejects.toThrow();
});

test("stopped in the middle it says so, ends with 1 and leaves nothing behind", async () => {
  const demo = await startDemo("--once");
  demo.isUp.catch(() => undefined);
  await demo.hasBegun;
  demo.kill("SIGTERM");
  expect(await demo.ended, demo.said()).toBe(1);
  expect(demo.said()).toContain("Stopped.");
  expect(await demo.leftOver()).toEqual([]);
});
