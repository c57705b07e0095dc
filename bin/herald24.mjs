#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one when new enough, else the pinned `node` dependency.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const [major, minor] = process.versions.node.split(".").map(Number);
// A checkout always runs its sources: what was built of it may be older than they are. The package holds no sources.
const sources = new URL("../src/cli/main.ts", import.meta.url);
const entry = existsSync(sources) ? sources : new URL("../main.js", import.meta.url);
const refuse = () => {
  console.error(
    `herald24 needs Node 22.19 or newer; this is ${process.version}. Install one, or let npm run the install script of the package "node", which puts a newer one beside it.`,
  );
  process.exit(1);
};
function pinned() {
  try {
    return fileURLToPath(
      new URL("./bin/node", `file://${createRequire(import.meta.url).resolve("node/package.json")}`),
    );
  } catch {
    return refuse();
  }
}
/**
 * While thousands of functions are compiled, V8 doubles the space for young objects up to 32 MB and keeps it, which is a fifth of what
 * an idle service holds. Not doubled at the start; ten seconds later it grows with the load, as ever.
 */
function startSmall() {
  setFlagsFromString("--semi-space-growth-factor=1");
  setTimeout(() => setFlagsFromString("--semi-space-growth-factor=2"), 10_000).unref();
}
if (major > 22 || (major === 22 && minor >= 19)) {
  startSmall();
  await import(entry.href);
} else {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  // The channel closes when this process dies, however it dies: the child then ends too instead of running on unseen.
  const child = spawn(pinned(), args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", refuse);
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    // By the same signal, as without this process between: what was stopped while it started has not failed.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
