import type { PortalReply } from "../core/verdict.ts";
import type { Clock, Portal } from "./ports.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Who the credentials act as, and what they may do. */
export interface Connection {
  readonly kind: "connected";
  readonly userId: number;
  readonly userName: string;
  readonly isAdmin: boolean;
  readonly scopes: readonly string[];
  /** How far the portal's clock is ahead of ours, in seconds; absent where it told no time. */
  readonly aheadSeconds?: number;
  /** The portal tells how much of a method's time is used up: the limiter of the cloud is on. */
  readonly countsTime: boolean;
}

export type ConnectionCheck =
  | Connection
  | { readonly kind: "failed"; readonly reply: Exclude<PortalReply, { kind: "result" }> };

/** Without this scope no notification can be sent (Bitrix24 REST documentation, scopes of `im.notify.*`). */
export const NEEDED_SCOPE = "im";

/** Asks who we are and what we may do; sends nothing. `profile` and `scope` need no scope themselves. */
export async function checkConnection(
  workspace: Workspace,
  { portal, clock }: { portal: Portal; clock: Clock },
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const profile = await portal.call(workspace, { method: "profile", params: {} }, signal);
  if (profile.kind !== "result") return { kind: "failed", reply: profile };
  const now = clock();
  const scope = await portal.call(workspace, { method: "scope", params: {} }, signal);
  if (scope.kind !== "result") return { kind: "failed", reply: scope };
  const user = fieldsOf(profile.result);
  const ahead = profile.startedAt === undefined ? {} : { aheadSeconds: Math.round(profile.startedAt - now / 1_000) };
  return {
    kind: "connected",
    userId: Number(user.ID) || 0,
    userName: [user.NAME, user.LAST_NAME].filter((part) => typeof part === "string" && part !== "").join(" "),
    isAdmin: user.ADMIN === true,
    scopes: scopesOf(scope.result),
    countsTime: profile.operating !== undefined,
    ...ahead,
  };
}

/** A list, or with some servers one text with commas. */
function scopesOf(result: unknown): readonly string[] {
  const given = typeof result === "string" ? result.split(/[\s,]+/u) : Object.values(fieldsOf(result));
  return given.filter((scope) => typeof scope === "string" && scope !== "").map(String);
}

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
