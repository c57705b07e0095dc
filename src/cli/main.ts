import { runCli } from "./run.ts";

// The launcher started us on another Node: when it dies, however it dies, nobody is left to stop us.
if (process.send !== undefined) {
  process.on("disconnect", () => process.exit(1));
  process.channel?.unref();
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
});
