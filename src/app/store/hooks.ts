import type { Alert } from "../../core/alert.ts";

export const HOOK_KINDS = ["alertmanager", "grafana", "zabbix", "uptime-kuma", "github", "generic", "api"] as const;

export type HookKind = (typeof HOOK_KINDS)[number];

/** A door for another program. Its key is known to whoever made it; here is only its hash. */
export interface Hook {
  readonly id: number;
  readonly workspaceId: number;
  /** Unique in its workspace. */
  readonly name: string;
  readonly kind: HookKind;
  /** What its sender signs with, where it signs. */
  readonly secret?: string;
  /** Of a generic one: which paths in its JSON mean what. */
  readonly mapping?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly usedAt?: number;
  readonly revokedAt?: number;
}

export interface StoredAlert {
  readonly id: number;
  readonly hookId: number;
  /** Sealed at rest; absent where no key opens it. */
  readonly alert?: Alert;
  readonly attempts: number;
  readonly receivedAt: number;
}

export interface HookRepository {
  /** `undefined` when the name is taken in its workspace by one that is not revoked. */
  add(hook: Omit<Hook, "id" | "usedAt" | "revokedAt"> & { keyHash: string }): Promise<Hook | undefined>;
  byKeyHash(keyHash: string): Promise<Hook | undefined>;
  byId(id: number): Promise<Hook | undefined>;
  byName(workspaceId: number, name: string): Promise<Hook | undefined>;
  list(workspaceId: number): Promise<readonly Hook[]>;
  revoke(id: number, now: number): Promise<boolean>;
  /** Alerts of one request, all of them or none; a delivery seen before is ignored. Answers how many were new. */
  take(hookId: number, alerts: readonly Alert[], now: number): Promise<number>;
  due(now: number, limit: number): Promise<readonly StoredAlert[]>;
  /** How many of a hook nobody has dealt with yet; counts no further than `limit`. */
  waiting(hookId: number, limit: number): Promise<number>;
  nextDue(): Promise<number | undefined>;
  done(ids: readonly number[], now: number): Promise<void>;
  again(id: number, dueAt: number): Promise<void>;
  /** Forgets deliveries dealt with before, and requests of the API from before. */
  forget(before: number): Promise<void>;
  request(hookId: number, idempotencyKey: string): Promise<{ bodyHash: string; notificationId: number } | undefined>;
  remember(request: {
    hookId: number;
    idempotencyKey: string;
    bodyHash: string;
    notificationId: number;
    at: number;
  }): Promise<void>;
}
