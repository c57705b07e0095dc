#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one when new enough, else the pinned `node` dependency.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const entry = new URL("../src/cli/main.ts", import.meta.url);
if (major > 22 || (major === 22 && minor >= 19)) await import(entry.href);
else {
  const newer = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  const args = [fileURLToPath(entry), ...process.argv.slice(2)];
  // The channel closes when this process dies, however it dies: the child then ends too instead of running on unseen.
  const child = spawn(newer, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", () => {
    console.error(
      `herald24 needs Node 22.19 or newer; this is ${process.version}. "npm ci" puts a newer one beside it.`,
    );
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}
