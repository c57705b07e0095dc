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
 * @returns The exit code: 0, or 1 when something did not come about as it should.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const startedAt = performance.now();
  const report = openReport(options.stdout, { isColoured: options.stdout.isTTY === true && !options.env.NO_COLOR });
  const steps: (() => Promise<void>)[] = [];
  const undo = (step: () => Promise<void>): void => void steps.unshift(step);
  const { signal, forget } = stopSignal(options.signal);
  try {
    const house = await openHouse(report, { ...options, signal, undo });
    const stage = openStage(house);
    await Promise.race([house.broken, playScene({ stage, report, signal })]);
    report.plain(`\nAll of this took ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`);
    if (!options.once) await stayUp(stage, report, { ...options, signal, undo });
    return 0;
  } catch (error) {
    if (error instanceof StoppedError) return 0;
    options.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    for (const step of steps) await step();
    forget();
  }
}

type Running = DemoOptions & { signal: AbortSignal; undo: (step: () => Promise<void>) => void };

async function openHouse(report: Report, { env, signal, undo }: Running): Promise<House> {
  report.title("herald24: from a chat command to a Bitrix24 notification");
  report.plain(
    "Telegram, Discord and a Bitrix24 portal are emulated on this machine; herald24 itself is the real one.\n",
  );
  const house = await startHouse({ env, signal, undo });
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

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new StoppedError());
    signal.addEventListener("abort", () => reject(new StoppedError()), { once: true });
  });
}

/** Ctrl-C and its relatives stop the demo in order: nothing stays behind. */
function stopSignal(given: AbortSignal | undefined): { signal: AbortSignal; forget: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new StoppedError());
  for (const name of STOP_SIGNALS) process.on(name, stop);
  given?.addEventListener("abort", stop, { once: true });
  if (given?.aborted) stop();
  return {
    signal: controller.signal,
    forget() {
      for (const name of STOP_SIGNALS) process.off(name, stop);
      given?.removeEventListener("abort", stop);
    },
  };
}
