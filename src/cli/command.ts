import type { Command } from "commander";
import type { CliHost, Context } from "./context.ts";

export interface JsonFlag {
  readonly json?: boolean;
}

/** What command groups hang their commands on. */
export interface Cli {
  readonly program: Command;
  readonly host: CliHost;
  /** Runs the action of a command, and remembers the code it ends with. */
  run(flags: JsonFlag, act: (context: Context) => Promise<void>): Promise<void>;
}

/** A group such as `workspace`, under which its commands stand. */
export const group = ({ program }: Cli, name: string, about: string): Command =>
  program.command(name).description(about);

/** Adds one command, with `--json` as every command has it. `usage` is name and arguments: `add <name>`. */
export function leaf(parent: Command, usage: string, about: string): Command {
  return parent.command(usage).description(about).option("--json", "print JSON instead of text");
}
