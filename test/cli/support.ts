import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { openStore } from "../../adapters/database/store.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import type { Store } from "../../src/app/store/store.ts";
import { runCli } from "../../src/cli/run.ts";
import { temporaryFolder } from "../support/store.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. @throws When it is no JSON. */
  json(): unknown;
}

export interface Shell {
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** Runs one command line as a process of its own would, in this folder. */
  run(argv: string | readonly string[], stdin?: string): Promise<Ran>;
  /** The database that the commands work on. */
  store(): Promise<Store>;
}

/** An empty folder that goes away with the test. */
export function emptyFolder(): Shell {
  const cwd = temporaryFolder();
  const env: Record<string, string> = {};
  return {
    cwd,
    env,
    run: async (line, stdin = "") => {
      const argv = typeof line === "string" ? line.split(" ") : line;
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const code = await runCli(argv, { env, cwd, stdout, stderr, stdin: Readable.from([stdin]), interactive: false });
      stdout.end();
      stderr.end();
      const [said, complained] = [await text(stdout), await text(stderr)];
      return { code, stdout: said, stderr: complained, json: () => JSON.parse(said) };
    },
    store: async () => {
      const { keys } = loadSecretKeys({ value: undefined, dataDir: join(cwd, "data"), mayCreate: false });
      const databaseUrl = `file:${join(cwd, "data", "herald24.sqlite")}`;
      const rest = { mayCreate: false, version: "0.0.0-test", clock: Date.now };
      const store = await openStore({ databaseUrl, secretKeys: keys, ...rest });
      onTestFinished(() => store.close());
      return store;
    },
  };
}

export async function portalFor(options: PortalOptions = {}): Promise<Portal> {
  const portal = await startPortal({ limits: "off", ...options });
  onTestFinished(() => portal.close());
  return portal;
}

/** A folder with workspace `main`, which reaches a portal by the webhook of user 1. */
export async function folderWithWorkspace(options: PortalOptions = {}): Promise<{ shell: Shell; portal: Portal }> {
  const portal = await portalFor(options);
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  const added = await shell.run("workspace add main --webhook -", portal.webhookUrl(1));
  if (added.code !== 0) throw new Error(`workspace add failed: ${added.stderr}`);
  return { shell, portal };
}
