/** What a random secret of ours is good for, once: to come back from a portal's consent, or to set up a workspace from a chat. */
export type PermitPurpose =
  | { readonly kind: "oauth-state"; readonly workspaceId: number }
  | { readonly kind: "invitation" };

/** Single-use secrets of 128 random bits. They are stored hashed, so that a copy of the database lets nobody in. */
export interface PermitRepository {
  /** @param expiresAt Epoch milliseconds. */
  issue(secret: string, purpose: PermitPurpose, expiresAt: number): Promise<void>;
  /** Whether it could be used now; it stays usable. */
  isGood(secret: string, kind: PermitPurpose["kind"], now: number): Promise<boolean>;
  /** Uses it up; `undefined` when it is unknown, used, expired or meant for something else. */
  use<Kind extends PermitPurpose["kind"]>(
    secret: string,
    kind: Kind,
    now: number,
  ): Promise<Extract<PermitPurpose, { kind: Kind }> | undefined>;
  /** Removes what has expired. */
  forget(now: number): Promise<void>;
}
