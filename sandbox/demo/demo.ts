import type { Writable } from "node:stream";
import type { Environment } from "./child.ts";
import { type House, startHouse } from "./house.ts";
import { startPage } from "./page.ts";
import { openReport, type Report } from "./report.ts";
import { playScene } from "./scene.ts";
import { openStage, type Stage } from "./stage.ts";
import { StoppedError } from "./wait.ts";

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface DemoOptions {
  /** The command line that runs the demo, and runs the service in it too. */
  readonly program: string;
  /** Ends after the scene instead of staying up with the page. */
  readonly once: boolean;
  /** Of this process; little of it reaches the service. */
  readonly env: Environment;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  /** Of the page; a free one when absent. */
  readonly port?: number;
  /** Stops the demo as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * Shows herald24 at work without any account: three emulated systems and the real service, all on this machine.
 *
 * @returns The exit code: 0, or 1 when something did not come about as it should, or was stopped before it could.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedAt = performance.now();
  const report = openReport(options.stdout, { isColoured: options.stdout.isTTY === true && !options.env.NO_COLOR });
  const steps: (() => Promise<void>)[] = [];
  const undo = (step: () => Promise<void>): void => void steps.unshift(step);
  const { signal, end, release } = stopSignal(options.signal);
  try {
    const house = await openHouse(report, { ...options, signal, undo });
    const stage = openStage(house);
    await Promise.race([house.broken, playScene({ stage, report, signal })]);
    report.plain(`\nAll of this took ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`);
    if (!options.once) await stayUp(stage, report, { ...options, signal, undo });
    return 0;
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    options.stderr.write(error instanceof StoppedError ? "\nStopped.\n" : `\nThe demo failed: ${failed}\n`);
    return 1;
  } finally {
    // Whatever still waits gives up now; a step that fails must not keep the others from being undone.
    end();
    for (const step of steps) await step().catch((error: unknown) => void options.stderr.write(`${String(error)}\n`));
    release();
  }
}

type Running = DemoOptions & { signal: AbortSignal; undo: (step: () => Promise<void>) => void };

async function openHouse(report: Report, { program, env, signal, undo }: Running): Promise<House> {
  report.title("herald24: from a chat command to a Bitrix24 notification");
  report.plain(
    "Telegram, Discord and a Bitrix24 portal are emulated on this machine; herald24 itself is the real one.\n",
  );
  const house = await startHouse({ program, env, signal, undo });
  report.plain("The operator has set it up with");
  for (const command of house.commands) report.plain(`   ${command}`);
  report.plain("and has started it with\n   herald24 start");
  return house;
}

async function stayUp(stage: Stage, report: Report, { port, signal, undo }: Running): Promise<void> {
  const page = await startPage(stage, { port: port ?? 0 });
  undo(page.close);
  report.plain(`\nYour turn: ${page.url}`);
  report.plain("Write as a Telegram or Discord user there, and watch the notifications arrive. Ctrl-C ends it.");
  await Promise.race([stage.house.broken, stopped(signal)]);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Ctrl-C and its relatives stop the demo in order: nothing stays behind. They go on doing so until `release`. */
function stopSignal(given: AbortSignal | undefined): { signal: AbortSignal; end: () => void; release: () => void } {
  const controller = new AbortController();
  const end = (): void => controller.abort(new StoppedError());
  for (const name of STOP_SIGNALS) process.on(name, end);
  given?.addEventListener("abort", end, { once: true });
  if (given?.aborted) end();
  return {
    signal: controller.signal,
    end,
    release() {
      for (const name of STOP_SIGNALS) process.off(name, end);
      given?.removeEventListener("abort", end);
    },
  };
}
