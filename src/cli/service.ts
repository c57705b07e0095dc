import { type Cli, type JsonFlag, leaf } from "./command.ts";
import { addInitCommand } from "./initCommand.ts";

interface DemoFlags extends JsonFlag {
  readonly once?: boolean;
  readonly port?: string;
}

/** `init`, `start`, `demo` and `doctor`. What they do is loaded when they run, so that the other commands start fast. */
export function addServiceCommands(cli: Cli): void {
  addInitCommand(cli);
  leaf(cli.program, "start", "run the service").action((flags: JsonFlag) =>
    cli.run(flags, async (context) => (await import("./start.ts")).start(context)),
  );
  leaf(cli.program, "demo", "see it work without any account: everything is emulated on this machine")
    .option("--once", "end after the scene instead of staying up with the page")
    .option("--port <port>", "of the page; a free one by default")
    .action((flags: DemoFlags) =>
      cli.run(flags, async (context) => {
        // Whatever runs the demo also runs the service in it: the sources, or the built form.
        const program = process.argv[1] ?? "";
        const { runDemo } = await import("../../sandbox/demo/demo.ts");
        const { env, stdout, stderr, stop } = context.host;
        const port = flags.port === undefined ? {} : { port: Number(flags.port) };
        context.exit(
          await runDemo({
            program,
            once: flags.once === true,
            env,
            stdout,
            stderr,
            ...port,
            ...(stop ? { signal: stop } : {}),
          }),
        );
      }),
    );
  leaf(cli.program, "doctor", "look at everything, and say what is wrong and how to mend it")
    .option("--language <language>", "en or ru; that of the locale or of the workspaces by default")
    .action((flags: JsonFlag & { language?: string }) =>
      cli.run(flags, async (context) => (await import("./doctor.ts")).doctor(context, flags)),
    );
}
