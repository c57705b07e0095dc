import type { Words } from "./ports.ts";
import type { Workspace } from "./store/workspaces.ts";

type Remedy =
  | "renew"
  | "dismissed"
  | "install"
  | "authorize"
  | "scope"
  | "tariff"
  | "access"
  | "limit"
  | "overload"
  | "deleted"
  | "moved"
  | "other";

/** REST documentation, system errors: what the operator can do about each. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  INVALID_CREDENTIALS: "renew",
  NO_AUTH_FOUND: "renew",
  AUTHORIZATION_ERROR: "dismissed",
  APPLICATION_NOT_FOUND: "install",
  NOT_INSTALLED: "install",
  UNINSTALLED: "install",
  INVALID_GRANT: "authorize",
  INSUFFICIENT_SCOPE: "scope",
  INVALID_SCOPE: "scope",
  WRONG_LICENSE: "tariff",
  ACCESS_DENIED: "tariff",
  PAYMENT_REQUIRED: "tariff",
  ERROR_METHOD_NOT_FOUND: "tariff",
  ERROR_MANIFEST_IS_NOT_AVAILABLE: "tariff",
  USER_ACCESS_ERROR: "access",
  METHOD_CONFIRM_DENIED: "access",
  QUERY_LIMIT_EXCEEDED: "limit",
  OVERLOAD_LIMIT: "overload",
  PORTAL_DELETED: "deleted",
  PORTAL_MOVED: "moved",
};

const remedyOf = (code: string): Remedy => REMEDIES[code] ?? "other";

/** Nothing but another webhook, or another authorisation, helps. */
export const needsNewCredentials = (code: string): boolean => ["renew", "other"].includes(remedyOf(code));

/** What mends it, in words. */
export function remedyText({ say }: Words, { name, credentials }: Workspace, code: string): string {
  const isOauth = credentials.kind === "oauth" && needsNewCredentials(code);
  return say(`remedy-${isOauth ? "authorize" : remedyOf(code)}`, { name });
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How often a suspended workspace is tried again without being asked to; undefined: never. What the portal's people change on their
 * side heals by itself. Bitrix24 wants a deleted portal and an unpaid application to be tried once a day at most, and one that
 * it has blocked by hand never; dead credentials stay dead.
 */
export function healEveryMs(code: string): number | undefined {
  if (code === "PAYMENT_REQUIRED" || code === "PORTAL_DELETED") return DAY_MS;
  return ["tariff", "scope", "access"].includes(remedyOf(code)) ? HOUR_MS : undefined;
}
