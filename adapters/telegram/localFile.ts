import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { OpenedMedia } from "../../src/app/ports.ts";
import { codeOf } from "./fault.ts";

export interface LocalRule {
  readonly token: string;
  /** Where the server keeps its files; default: any directory that bears the bot token as its name, as the server makes it. */
  readonly localDir?: string;
}

/** Whether a path of getFile is one on the server's own disk. telegram-bot-api, `--local`: an absolute path. */
export const isLocalPath = (path: string): boolean => /^(?:\/|file:|[a-z]:\\)/iu.test(path);

/**
 * Opens a file that a Bot API server in `--local` mode keeps on a disk which we share. What the path says is not trusted: it must
 * lie, with all links followed, inside the server's directory.
 */
export async function openLocal(path: string, rule: LocalRule): Promise<OpenedMedia> {
  const named = pathIn(path);
  if (named === undefined) return outside(rule);
  try {
    const real = await realpath(named);
    if (!(await isInside(real, rule))) return outside(rule);
    // A pipe in the place of a file would never end, and would keep `open` itself waiting.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (found.isFile()) return { kind: "open", stream: file.createReadStream(), size: found.size };
    await file.close();
    return { kind: "gone", reason: "what the Bot API server names is no file" };
  } catch (error) {
    const code = codeOf(error) ?? "unknown";
    const fix = "its directory must be readable here at the same path";
    return { kind: "gone", reason: `the Bot API server's file cannot be read (${code}): ${fix}` };
  }
}

/** Undefined for what is no plain absolute path of this machine. */
function pathIn(path: string): string | undefined {
  try {
    const named = /^file:/iu.test(path) ? fileURLToPath(path) : path;
    const isPlain = isAbsolute(named) && !named.split(sep).includes("..") && !named.includes("\0");
    return isPlain ? named : undefined;
  } catch {
    return undefined;
  }
}

async function isInside(real: string, { token, localDir }: LocalRule): Promise<boolean> {
  if (localDir !== undefined) return real.startsWith((await realpath(localDir)).replace(/\/*$/u, sep));
  return real.split(sep).slice(0, -1).includes(token);
}

function outside({ localDir }: LocalRule): OpenedMedia {
  const where = localDir === undefined ? "the directory that the server names after the bot" : "TELEGRAM_LOCAL_DIR";
  return { kind: "gone", reason: `the Bot API server names a file outside ${where}` };
}
