import type { Clock, Log, Portal, PortalCall, SpendRequest } from "../../src/app/ports.ts";
import type { Credentials, Workspace } from "../../src/app/store/workspaces.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { cutIntoRuns, type Run, readBatch } from "./batch.ts";
import { discreet, secretsOf } from "./discreet.ts";
import { createPost, readPosted } from "./post.ts";
import { createSessions } from "./sessions.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

export interface PortalOptions {
  /** Of herald24, for the `User-Agent`. */
  readonly version: string;
  readonly privateHosts: readonly string[];
  /** Must be durable when it resolves: new tokens are used only afterwards. */
  readonly saveTokens: (workspaceId: number, credentials: Credentials) => Promise<void>;
  /** The credentials as stored now, in case somebody else has renewed them. */
  readonly reload?: (workspaceId: number) => Promise<Credentials | undefined>;
  /** The portal answers at another `host[:port]` now; the call has been repeated there. */
  readonly moved?: (workspaceId: number, newHost: string) => void | Promise<void>;
  /** Asked for every request of a call or batch but the first, which the caller has booked. */
  readonly spend?: SpendRequest;
  readonly clock: Clock;
  readonly log: Log;
  /** Other bounds than the usual ones. */
  readonly limits?: Omit<TransportOptions, "privateHosts">;
}

/** Faults of a token, in upper case, that one refresh may heal (REST documentation, system errors). */
const TOKEN_FAULTS = ["EXPIRED_TOKEN", "NO_AUTH_FOUND", "AUTHORIZATION_ERROR"];

/** Whether later calls may follow this reply without getting ahead of a call that will be tried again. */
const settled = (reply: PortalReply): boolean =>
  reply.kind === "result" || (reply.kind === "error" && (reply.status === 200 || reply.status === 400));

const HELD_BACK: PortalReply = {
  kind: "unsent",
  reason: "held back: a call before this one could not be made",
  heldBack: true,
};

/** The client of all portals: one connection pool each, tokens renewed as needed. */
export function createPortal(options: PortalOptions): Portal & { close(): Promise<void> } {
  const { version, privateHosts, clock, log } = options;
  const transport = createTransport({ privateHosts, ...options.limits });
  const post = createPost({ transport, version, privateHosts });
  const sessions = createSessions({ ...options, transport });

  /** The call has been made already: whether its new address can be noted does not change its answer. */
  async function noteMove(workspaceId: number, newHost: string): Promise<void> {
    try {
      await options.moved?.(workspaceId, newHost);
    } catch (error) {
      const name = error instanceof Error ? error.name : "failure";
      log.error({ workspace: workspaceId, error: name }, "the portal's new address could not be stored");
    }
  }

  async function postTo(workspace: Workspace, call: PortalCall & { base: string }, signal: AbortSignal) {
    const posted = await post(new URL(call.method, call.base), call.params, signal);
    if (posted.movedTo !== undefined && posted.movedTo !== workspace.host) {
      log.warn({ workspace: workspace.id, from: workspace.host, to: posted.movedTo }, "the portal has been renamed");
      await noteMove(workspace.id, posted.movedTo);
    }
    return discreet(readPosted(posted, clock()), secretsOf(workspace.credentials));
  }

  async function call(workspace: Workspace, { method, params }: PortalCall, signal: AbortSignal): Promise<PortalReply> {
    const { credentials } = workspace;
    if (credentials.kind === "webhook") return postTo(workspace, { method, params, base: credentials.url }, signal);
    let session = await sessions.current(workspace.id, credentials, signal);
    for (let refreshes = 0; ; refreshes += 1) {
      if (session.kind === "failed") return session.reply;
      const { accessToken, clientEndpoint } = session.credentials.tokens;
      const withAuth = { auth: accessToken, ...params };
      const call = { method, params: withAuth, base: clientEndpoint };
      const reply = await postTo({ ...workspace, credentials: session.credentials }, call, signal);
      const tokenFault = reply.kind === "error" && TOKEN_FAULTS.includes(reply.code);
      if (!tokenFault || refreshes > 0) return reply;
      await options.spend?.(workspace.host, signal);
      session = await sessions.renew(workspace.id, session.credentials, signal);
    }
  }

  async function sendRun(workspace: Workspace, run: Run, signal: AbortSignal): Promise<readonly PortalReply[]> {
    const [first] = run.calls;
    if (!first) return [];
    if (!run.commands) return [await call(workspace, first, signal)];
    const batch = { method: "batch", params: { halt: 0, cmd: run.commands } };
    const replies = readBatch(await call(workspace, batch, signal), run.calls.length);
    return replies.map((reply) => discreet(reply, secretsOf(workspace.credentials)));
  }

  async function batch(workspace: Workspace, calls: readonly PortalCall[], signal: AbortSignal) {
    const replies: PortalReply[] = [];
    for (const run of cutIntoRuns(calls)) {
      const held = !replies.every(settled);
      if (!held && replies.length > 0) await options.spend?.(workspace.host, signal);
      replies.push(...(held ? run.calls.map(() => HELD_BACK) : await sendRun(workspace, run, signal)));
    }
    return replies;
  }

  return {
    call,
    batch,
    async close() {
      await sessions.idle();
      await transport.close();
    },
  };
}
