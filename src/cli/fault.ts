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

/** The one line about anything that was thrown; never a stack. */
export function faultOf(error: unknown): Fault {
  // Commander has written its line, or the help, by itself.
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2, message: "" };
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof InvalidInputError || error instanceof ConfigError)
    return { exitCode: 2, message: error.message };
  return { exitCode: 1, message: error instanceof Error ? error.message : "failed for an unknown reason" };
}

const SECRET_NAMES = /(?:TOKEN|SECRET|KEY|PASSWORD|WEBHOOK|PROXY_URL)$/u;

/** Removes whatever looks like a credential, and every secret of the environment by its value. */
export function redacted(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAMES.test(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );
  return secrets.reduce((line, secret) => line.replaceAll(secret, "***"), maskPortalUrl(mask(text)));
}
