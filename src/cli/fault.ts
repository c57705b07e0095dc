import { CommanderError } from "commander";
import { ConfigError } from "../config.ts";
import { maskPortalUrl } from "../core/portalAddress.ts";
import type { PortalReply } from "../core/verdict.ts";
import { InvalidInputError } from "../library.ts";
import { mask } from "../log.ts";
import type { ExitCode } from "./seed.ts";

/** A command cannot do what it was asked for. One line for people, and the code that scripts see. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What was typed cannot be right; nothing was sent and nothing was changed. */
export const wrongInput = (message: string): CliError => new CliError(2, message);

/** What a portal's answer that is no result means for a command that only asked a question. */
export function portalFault(reply: Exclude<PortalReply, { kind: "result" }>): CliError {
  switch (reply.kind) {
    case "error": {
      const code = reply.code === "" ? `HTTP ${reply.status}` : reply.code;
      return new CliError(3, `the portal said no: ${code}${reply.description === "" ? "" : ` (${reply.description})`}`);
    }
    case "unsent":
    case "unanswered":
      return new CliError(1, `the portal cannot be reached: ${reply.reason}`);
    default:
      return reply satisfies never;
  }
}

export interface Fault {
  readonly exitCode: number;
  /** Empty when it has been told already. */
  readonly message: string;
}

/** The environment is wrong, which shows only in the folder it belongs to. Told by name: their classes load the database. */
const isConfiguration = (error: unknown): error is Error =>
  error instanceof Error &&
  (error.name === "SecretKeyError" ||
    (error.name === "StoreError" && "code" in error && ["wrong-key", "bad-address"].includes(String(error.code))));

/** The one line about anything that was thrown; never a stack. */
export function faultOf(error: unknown): Fault {
  // Commander has written its line, or the help, by itself.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, message: "" };
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof InvalidInputError || error instanceof ConfigError || isConfiguration(error))
    return { exitCode: 2, message: error.message };
  return { exitCode: 1, message: error instanceof Error ? error.message : "failed for an unknown reason" };
}

const SECRET_NAMES = /(?:TOKEN|SECRET|KEY|PASSWORD|PROXY_URL)$/u;
const SECRET_FLAG = /^--(?:webhook|[a-z-]*token|[a-z-]*secret)$/u;
/** Shorter values are no secrets, and would be found in every text. */
const SHORTEST = 8;

/** Values that must not be shown, as the environment and the command line give them. */
export function secretsOf(
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): readonly string[] {
  const inEnv = Object.entries(env).flatMap(([name, value]) => (SECRET_NAMES.test(name) && value ? [value] : []));
  const typed = argv.flatMap((flag, index) => (SECRET_FLAG.test(flag) ? (argv[index + 1] ?? []) : []));
  const joined = argv.flatMap((flag) => /^--[a-z-]+=(?<value>.+)$/u.exec(flag)?.groups?.value ?? []);
  return [...inEnv, ...typed, ...joined].filter((secret) => secret.length >= SHORTEST);
}

/** Removes whatever looks like a credential, and the given values. */
export const redacted = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((line, secret) => line.replaceAll(secret, "***"), maskPortalUrl(mask(text)));
