/**
 * What may be done once: come back from a portal's consent or set up a workspace from a chat, by a random secret of 128 bits;
 * or end a chat's connection, by an answer to the question that was asked there.
 */
export type PermitPurpose =
  | { readonly kind: "oauth-state"; readonly workspaceId: number }
  | { readonly kind: "invitation" }
  | { readonly kind: "disconnect"; readonly workspaceId: number };

/** Secrets that are good once. They are stored hashed, so that a copy of the database lets nobody in. */
export interface PermitRepository {
  /**
   * One that is issued again is good from anew.
   *
   * @param expiresAt Epoch milliseconds.
   */
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
