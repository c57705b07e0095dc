import { type Cli, type JsonFlag, leaf } from "./command.ts";
import { doctor } from "./doctor.ts";
import { addInitCommand } from "./init.ts";
import { start } from "./start.ts";

interface DemoFlags extends JsonFlag {
  readonly once?: boolean;
  readonly port?: string;
}

/** `init`, `start`, `demo` and `doctor`. */
export function addServiceCommands(cli: Cli): void {
  addInitCommand(cli);
  leaf(cli.program, "start", "run the service").action((flags: JsonFlag) => cli.run(flags, start));
  leaf(cli.program, "demo", "see it work without any account: everything is emulated on this machine")
    .option("--once", "end after the scene instead of staying up with the page")
    .option("--port <port>", "of the page; a free one by default")
    .action((flags: DemoFlags) =>
      cli.run(flags, async (context) => {
        const { runDemo } = await import("../../sandbox/demo/demo.ts");
        const { env, stdout, stderr, stop } = context.host;
        const port = flags.port === undefined ? {} : { port: Number(flags.port) };
        context.exit(
          await runDemo({ once: flags.once === true, env, stdout, stderr, ...port, ...(stop ? { signal: stop } : {}) }),
        );
      }),
    );
  leaf(cli.program, "doctor", "look at everything, and say what is wrong and how to mend it").action(
    (flags: JsonFlag) => cli.run(flags, doctor),
  );
}
