import { createAlarm } from "./alarm.ts";
import type { Log } from "./ports.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Keeps a loop going: one that fails (a full disk, say) is begun again after a growing pause, until `stop`. */
export async function supervise(name: string, log: Log, task: () => Promise<void>, stop: AbortSignal): Promise<void> {
  const pause = createAlarm();
  for (let failures = 0; !stop.aborted; failures += 1) {
    try {
      await task();
      return;
    } catch (error) {
      log.error(
        { loop: name, failures: failures + 1, error: error instanceof Error ? error.message : "unknown" },
        "loop failed",
      );
      await pause.wait(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), stop);
    }
  }
}
