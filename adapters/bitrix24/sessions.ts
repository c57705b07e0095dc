import type { Credentials } from "../../src/app/store/workspaces.ts";
import {
  type InstalledCredentials,
  isInstalled,
  type OAuthCredentials,
  type Refreshed,
  type RefreshOptions,
  refreshTokens,
} from "./tokens.ts";

export interface SessionOptions extends RefreshOptions {
  readonly saveTokens: (workspaceId: number, credentials: Credentials) => Promise<void>;
  readonly reload?: ((workspaceId: number) => Promise<Credentials | undefined>) | undefined;
}

export interface Sessions {
  /** Tokens to call with now: the newest known, renewed when they are about to expire. */
  current(workspaceId: number, stored: OAuthCredentials, signal: AbortSignal): Promise<Refreshed>;
  /** Other tokens than those in `used`, which the portal did not take. */
  renew(workspaceId: number, used: InstalledCredentials, signal: AbortSignal): Promise<Refreshed>;
  /** Resolves when no refresh is under way: cutting one off could lose the portal. */
  idle(): Promise<void>;
}

/** OAuth documentation: refresh in answer to `expired_token` or within the last minute, never by timetable. */
const LAST_MINUTE_MS = 60_000;

const NOT_INSTALLED: Refreshed = {
  kind: "failed",
  reply: { kind: "error", status: 0, code: "NOT_INSTALLED", description: "the application is not installed there yet" },
};

/** The tokens to use, and which older access tokens they stand for; callers may still hold those for a while. */
interface Renewal {
  readonly credentials: InstalledCredentials;
  readonly instead: readonly string[];
}

const MOST_REMEMBERED = 8;

/** The caller stops waiting when aborted; what is waited for goes on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Keeps the OAuth tokens of all workspaces fresh: one refresh at a time for each, stored before use. */
export function createSessions(options: SessionOptions): Sessions {
  const newest = new Map<number, Renewal>();
  const unsaved = new Map<number, InstalledCredentials>();
  const underWay = new Map<number, Promise<Refreshed>>();

  const newerThan = (workspaceId: number, { tokens }: InstalledCredentials): InstalledCredentials | undefined => {
    const known = newest.get(workspaceId);
    return known?.instead.includes(tokens.accessToken) ? known.credentials : undefined;
  };

  const replace = (workspaceId: number, used: InstalledCredentials, credentials: InstalledCredentials): Refreshed => {
    const instead = [used.tokens.accessToken, ...(newest.get(workspaceId)?.instead ?? [])].slice(0, MOST_REMEMBERED);
    newest.set(workspaceId, { credentials, instead });
    return { kind: "refreshed", credentials };
  };

  async function save(
    workspaceId: number,
    renewal: { used: InstalledCredentials; credentials: InstalledCredentials },
  ): Promise<Refreshed> {
    unsaved.set(workspaceId, renewal.credentials);
    try {
      await options.saveTokens(workspaceId, renewal.credentials);
    } catch (error) {
      // Kept aside and stored at the next attempt: the old pair is worth nothing any more.
      const name = error instanceof Error ? error.name : "failure";
      options.log.error({ workspace: workspaceId, error: name }, "renewed tokens could not be stored");
      return { kind: "failed", reply: { kind: "unsent", reason: "renewed tokens could not be stored yet" } };
    }
    unsaved.delete(workspaceId);
    return replace(workspaceId, renewal.used, renewal.credentials);
  }

  async function refresh(workspaceId: number, used: InstalledCredentials): Promise<Refreshed> {
    const pending = unsaved.get(workspaceId);
    if (pending) return save(workspaceId, { used, credentials: pending });
    const stored = await options.reload?.(workspaceId);
    // Somebody else, another process or a new installation, has been faster.
    if (stored?.kind === "oauth" && isInstalled(stored) && stored.tokens.accessToken !== used.tokens.accessToken)
      return replace(workspaceId, used, stored);
    const result = await refreshTokens(used, options);
    return result.kind === "refreshed" ? save(workspaceId, { used, credentials: result.credentials }) : result;
  }

  function renew(workspaceId: number, used: InstalledCredentials, signal: AbortSignal): Promise<Refreshed> {
    const known = newerThan(workspaceId, used);
    if (known) return Promise.resolve({ kind: "refreshed", credentials: known });
    const running = underWay.get(workspaceId) ?? refresh(workspaceId, used).finally(() => underWay.delete(workspaceId));
    underWay.set(workspaceId, running);
    return orAborted(running, signal);
  }

  return {
    renew,
    async current(workspaceId, stored, signal) {
      if (!isInstalled(stored)) return NOT_INSTALLED;
      const credentials = newerThan(workspaceId, stored) ?? stored;
      const expiring = credentials.tokens.expiresAt - options.clock() < LAST_MINUTE_MS;
      return expiring || unsaved.has(workspaceId)
        ? renew(workspaceId, credentials, signal)
        : { kind: "refreshed", credentials };
    },
    async idle() {
      await Promise.allSettled(underWay.values());
    },
  };
}
