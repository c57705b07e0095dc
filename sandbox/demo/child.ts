import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** The service ends within 10 s by its own promise; after this it is ended. */
const STOP_LIMIT_MS = 15_000;
const KEPT_LINES = 40;

export type Environment = Readonly<Record<string, string | undefined>>;

/** How every herald24 process of the demo is started. */
export interface Launch {
  /** The file that is the command line: of the sources, or of the built form. */
  readonly program: string;
  /** The temporary folder: no `.env` of whoever runs the demo is read. */
  readonly cwd: string;
  readonly env: Environment;
}

/** A herald24 command failed. */
export class CommandFailedError extends Error {
  constructor(line: string, code: number | null, said: string) {
    super(`${line} ended with exit code ${code}:\n${said.trim()}`);
    this.name = "CommandFailedError";
  }
}

export interface ServiceProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, wanted or not. */
  readonly ended: Promise<void>;
  /** The last lines it wrote. */
  said(): string;
  stop(): Promise<void>;
}

// A group of its own: Ctrl-C in the terminal reaches the demo alone, which then stops everything in order. The channel
// closes when the demo dies, however it dies, and herald24 ends with it.
function launch(args: readonly string[], { program, cwd, env }: Launch): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
}

function collect(child: ChildProcess): () => string {
  let lines: string[] = [];
  const add = (chunk: Buffer): void => {
    lines = [...lines, ...chunk.toString("utf8").split("\n")].filter((line) => line !== "").slice(-KEPT_LINES);
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return () => lines.join("\n");
}

/**
 * Runs one herald24 command to its end.
 *
 * @param input Written to its standard input.
 * @throws {CommandFailedError} When its exit code is not 0.
 */
export async function runCommand(
  args: readonly string[],
  { signal, input = "", ...how }: Launch & { signal: AbortSignal; input?: string },
): Promise<void> {
  const child = launch(args, how);
  const said = collect(child);
  const kill = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", kill, { once: true });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  await once(child, "close");
  signal.removeEventListener("abort", kill);
  signal.throwIfAborted();
  if (child.exitCode !== 0) throw new CommandFailedError(`herald24 ${args.join(" ")}`, child.exitCode, said());
}

/** Starts the service; whether it is ready shows in what it does. */
export function startProcess(args: readonly string[], how: Launch): ServiceProcess {
  const child = launch(args, how);
  const said = collect(child);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.once("close", () => resolve());
  child.once("error", () => resolve());
  child.stdin?.end();
  return {
    pid: child.pid,
    ended,
    said,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
