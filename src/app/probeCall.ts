import { retryDelayMs } from "../core/outcome.ts";
import type { PortalReply } from "../core/verdict.ts";
import type { Clock, Portal, PortalCall } from "./ports.ts";
import type { Workspace } from "./store/workspaces.ts";

export interface ProbeParts {
  readonly portal: Portal;
  readonly clock: Clock;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

const MOST_ATTEMPTS = 5;

/** A call that is repeated while the portal says that it was not executed. */
export async function probeCall(
  wanted: PortalCall,
  { workspace, parts, signal }: { workspace: Workspace; parts: ProbeParts; signal: AbortSignal },
): Promise<PortalReply> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await parts.portal.call(workspace, wanted, signal);
    const tooFast =
      (reply.kind === "error" && reply.code === "QUERY_LIMIT_EXCEEDED") ||
      (reply.kind === "unsent" && reply.status !== undefined);
    if (!tooFast || attempt >= MOST_ATTEMPTS) return reply;
    await parts.wait(reply.retryAfterMs ?? retryDelayMs(attempt, Math.random()));
  }
}
