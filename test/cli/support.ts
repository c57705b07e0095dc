import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { runCli } from "../../src/cli/run.ts";

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
  run(argv: readonly string[], stdin?: string): Promise<Ran>;
}

/** An empty folder that goes away with the test. */
export function emptyFolder(): Shell {
  const cwd = mkdtempSync(join(tmpdir(), "herald24-cli-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const env: Record<string, string> = {};
  return {
    cwd,
    env,
    run: async (argv, stdin = "") => {
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      const host = { env, cwd, stdout, stderr, stdin: Readable.from([stdin]), interactive: false };
      const code = await runCli(argv, host);
      stdout.end();
      stderr.end();
      const [said, complained] = [await text(stdout), await text(stderr)];
      return { code, stdout: said, stderr: complained, json: () => JSON.parse(said) };
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
  const added = await shell.run(["workspace", "add", "main", "--webhook", "-"], portal.webhookUrl(1));
  if (added.code !== 0) throw new Error(`workspace add failed: ${added.stderr}`);
  return { shell, portal };
}
