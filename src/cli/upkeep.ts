import { type Cli, group, type JsonFlag, leaf } from "./command.ts";

/** `backup`, `restore` and `secrets`. */
export function addUpkeepCommands(cli: Cli): void {
  leaf(cli.program, "backup <file>", "copy database and media into one file, never the secret key").action(
    (file: string, flags: JsonFlag) =>
      cli.run(flags, async (context) => (await import("./keeping.ts")).backup(context, file)),
  );
  leaf(cli.program, "restore <file>", "check a backup, then put it in the place of the database").action(
    (file: string, flags: JsonFlag) =>
      cli.run(flags, async (context) => (await import("./keeping.ts")).restore(context, file)),
  );
  leaf(
    group(cli, "secrets", "the key that seals credentials"),
    "rotate",
    "seal everything anew with the first key",
  ).action((flags: JsonFlag) => cli.run(flags, async (context) => (await import("./keeping.ts")).rotate(context)));
}
