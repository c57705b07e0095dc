import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acquireServiceLock } from "../../../adapters/database/lock.ts";
import { temporaryFolder } from "../../support/store.ts";

const OWNER = { pid: 11, host: "alpha" };
const url = () => `file:${join(temporaryFolder(), "data", "h.sqlite")}`;

test("the second service hears who holds the lock and since when, and gets it after the release", () => {
  const databaseUrl = url();
  const first = acquireServiceLock({ databaseUrl, owner: OWNER, clock: () => 5 });
  const second = () => acquireServiceLock({ databaseUrl, owner: { pid: 12, host: "beta" }, clock: () => 6 });
  expect(second()).toEqual({ kind: "held", heldBy: { ...OWNER, since: 5 } });
  expect(second()).toMatchObject({ kind: "held" });
  if (first.kind === "acquired") first.release();
  const later = second();
  expect(later.kind).toBe("acquired");
  expect(acquireServiceLock({ databaseUrl, owner: OWNER, clock: () => 7 })).toMatchObject({
    heldBy: { pid: 12, since: 6 },
  });
  if (later.kind === "acquired") later.release();
});

test("a database that is named by a link to its file is the same, and has the same lock", () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, "h.sqlite"), join(folder, "elsewhere.sqlite")];
  writeFileSync(file, "");
  symlinkSync(file, link);
  const acquire = (path: string) => acquireServiceLock({ databaseUrl: `file:${path}`, owner: OWNER, clock: () => 5 });
  const lock = acquire(file);
  expect(acquire(link)).toEqual({ kind: "held", heldBy: { ...OWNER, since: 5 } });
  if (lock.kind === "acquired") lock.release();
});

test("a database with a second name, under which its lock would not be seen, is refused until that is gone", () => {
  const folder = temporaryFolder();
  const [file, link] = [join(folder, "h.sqlite"), join(folder, "elsewhere.sqlite")];
  writeFileSync(file, "");
  linkSync(file, link);
  const acquire = (path: string) => acquireServiceLock({ databaseUrl: `file:${path}`, owner: OWNER, clock: () => 5 });
  for (const path of [file, link]) expect(() => acquire(path)).toThrow(/2 names \(hard links\).*Remove the others/u);
  unlinkSync(link);
  const lock = acquire(file);
  expect(lock.kind).toBe("acquired");
  if (lock.kind === "acquired") lock.release();
});

test("a service that is killed frees the lock at once", async () => {
  const databaseUrl = url();
  const lockModule = new URL("../../../adapters/database/lock.ts", import.meta.url).href;
  const script = `
    const { acquireServiceLock } = await import(${JSON.stringify(lockModule)});
    const lock = acquireServiceLock({ databaseUrl: ${JSON.stringify(databaseUrl)}, owner: { pid: 99, host: "gamma" }, clock: () => 1 });
    console.log(lock.kind);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  expect(String(said).trim()).toBe("acquired");
  const acquire = () => acquireServiceLock({ databaseUrl, owner: OWNER, clock: () => 2 });
  expect(acquire()).toEqual({ kind: "held", heldBy: { pid: 99, host: "gamma", since: 1 } });
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = acquire();
  expect(lock.kind).toBe("acquired");
  if (lock.kind === "acquired") lock.release();
});
