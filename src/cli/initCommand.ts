import { type Cli, type JsonFlag, leaf } from "./command.ts";
import type { Answers } from "./initQuestions.ts";

export interface InitFlags extends Answers, JsonFlag {
  readonly yes?: boolean;
}

export function addInitCommand(cli: Cli): void {
  leaf(cli.program, "init", "first set-up: questions at a terminal, or flags and --yes; writes .env")
    .option("--webhook <url>", "address of an incoming webhook; @file, or - for standard input")
    .option("--name <name>", "of the workspace; main by default")
    .option("--language <language>", "en or ru")
    .option("--time-zone <zone>", "such as Europe/Berlin")
    .option("--telegram-token <token>", "of the Telegram bot; @file, or -")
    .option("--discord-token <token>", "of the Discord bot; @file, or -")
    .option("--public-url <url>", "the address the world sees, for pictures and files")
    .option(
      "--private-hosts <hosts>",
      "comma list of host[:port] that may be private or plain HTTP, such as an on-premise portal",
    )
    .option("--yes", "ask nothing")
    .action((flags: InitFlags) =>
      cli.run(flags, async (context) => {
        const { init } = await import("./init.ts");
        await init(context, flags);
      }),
    );
}
