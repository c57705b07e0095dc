import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";

/** Runs each bench in a process of its own, one after the other: all of them, or those named. */
const FOLDER = new URL("../", import.meta.url);

const all = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map(({ name }) => name.slice(0, -".ts".length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : all) {
  const child = spawn(process.execPath, [new URL(`${name}.ts`, FOLDER).pathname], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exitCode = 1;
}
