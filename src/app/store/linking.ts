import type { Platform } from "../../core/chat.ts";

/** An account of a chat platform, by its numeric id. */
export interface AccountRef {
  readonly platform: Platform;
  readonly userId: string;
}

/**
 * One try of an account to prove which person of a workspace it belongs to. `invited`: a link into the private chat was given
 * out; `asked`: they are asked who they are; `claimed`: they have said so, and a code is asked for, whether one was sent or not.
 */
export interface LinkAttempt extends AccountRef {
  readonly id: number;
  readonly workspaceId: number;
  readonly stage: "invited" | "asked" | "claimed";
  /** Of the person to whom a code was sent; absent when nobody was found or the limits were reached. */
  readonly bitrixId?: number;
  /** As the portal spells it. */
  readonly personName?: string;
  /** Codes typed that did not fit. */
  readonly tries: number;
  /** Of what the present stage waits for. */
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly claimedAt?: number;
  readonly sentAt?: number;
  readonly ended?: "proven" | "spent" | "replaced" | "given-up";
}

export interface LinkRepository {
  /** Whatever the account has begun in this workspace before ends with it. `token` is stored hashed. */
  begin(
    attempt: AccountRef & {
      workspaceId: number;
      stage: LinkAttempt["stage"];
      token?: string;
      expiresAt: number;
    },
    now: number,
  ): Promise<LinkAttempt>;
  byId(id: number): Promise<LinkAttempt | undefined>;
  byToken(token: string): Promise<LinkAttempt | undefined>;
  /** The one begun last, ended or not: of this workspace, or of any. */
  latest(account: AccountRef, workspaceId?: number): Promise<LinkAttempt | undefined>;
  set(
    id: number,
    change: Partial<Pick<LinkAttempt, "stage" | "tries" | "expiresAt" | "claimedAt" | "ended">>,
  ): Promise<void>;
  /** Notes for whom a code was made. The code itself is kept as a keyed hash that is bound to this attempt. */
  issue(
    id: number,
    issued: { code: string; bitrixId: number; personName?: string; sentAt: number; expiresAt: number },
  ): Promise<void>;
  /** Whether this is the code of the attempt; false where none was issued. Takes the same time either way. */
  fits(id: number, code: string): Promise<boolean>;
  countClaims(by: AccountRef | { workspaceId: number }, since: number): Promise<number>;
  countInvitations(by: AccountRef, since: number): Promise<number>;
  countCodes(to: { workspaceId: number; bitrixId: number }, since: number): Promise<number>;
  /** Ends everything that the account has begun. */
  giveUp(account: AccountRef, workspaceId: number): Promise<void>;
  /** Removes attempts that were begun before. */
  forget(before: number): Promise<void>;
}
