import type { PortalReply } from "../core/verdict.ts";
import { type Budget, isRest } from "./budget.ts";
import { tookOf } from "./hear.ts";
import type { Portal, PortalCall } from "./ports.ts";
import type { Workspace } from "./store/workspaces.ts";

/**
 * A portal whose every request is booked in its portal's budget before it goes out: for all who call it besides the outbox, which
 * books together with its claim. One that rests is not called, and said to be so, unless the caller insists.
 */
export function paced(portal: Portal, budget: Budget, options?: { readonly insist?: boolean }): Portal {
  const booked = async <Replies>(
    workspace: Workspace,
    signal: AbortSignal,
    { send, repliesOf, resting, telling }: Sending<Replies>,
  ): Promise<Replies> => {
    const { host } = workspace;
    const spent = await budget.spend(host, signal, options);
    if (isRest(spent)) return resting(restingReply(host, spent.restsMs));
    signal.throwIfAborted();
    const begunAt = performance.now();
    const replies = await send();
    const seconds = (performance.now() - begunAt) / 1_000;
    const told = repliesOf(replies);
    const took = telling === undefined ? undefined : tookOf(told, { seconds, calls: telling });
    await budget.heard(host, spent, { replies: told, took });
    return replies;
  };
  return {
    call: (workspace, call, signal) =>
      booked(workspace, signal, {
        send: () => portal.call(workspace, call, signal),
        repliesOf: (reply) => [reply],
        resting: (reply) => reply,
        telling: tellingOf(call),
      }),
    batch: (workspace, calls: readonly PortalCall[], signal) =>
      booked<readonly PortalReply[]>(workspace, signal, {
        send: () => portal.batch(workspace, calls, signal),
        repliesOf: (replies) => replies,
        resting: (reply) => calls.map(() => reply),
      }),
  };
}

interface Sending<Replies> {
  readonly send: () => Promise<Replies>;
  readonly repliesOf: (replies: Replies) => readonly PortalReply[];
  readonly resting: (reply: PortalReply) => Replies;
  /** How many notifications are in it; absent where its time says nothing about theirs. */
  readonly telling?: number | undefined;
}

/** A notification, and what is as short but asks for nothing: other methods take as long as what is asked of them is large. */
function tellingOf({ method }: PortalCall): number | undefined {
  if (method === "profile") return 0;
  return method === "im.notify.personal.add" || method === "im.notify.system.add" ? 1 : undefined;
}

const restingReply = (host: string, ms: number): PortalReply => ({
  kind: "unsent",
  reason: `${host} takes no requests for another ${Math.ceil(ms / 1_000)} s`,
  retryAfterMs: ms,
});
