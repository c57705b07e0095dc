/** What a portal was found to do, and what the acting user may do there. */
export interface Capabilities {
  /** Whom the credentials act as. */
  readonly userId: number;
  readonly edition: "cloud" | "on-premise";
  /** `none`: the tariff has no REST, or does not have it any more. */
  readonly rest: "available" | "none";
  readonly scopes: readonly string[];
  /** `unknown`: it could not be looked at. */
  readonly tags: "honoured" | "ignored" | "needs-client-id" | "unknown";
  /** Whether a notification can be taken back by its tag. */
  readonly deleteByTag: "works" | "ignored" | "unknown";
  readonly drive: "usable" | "no-scope" | "absent" | "refused" | "unknown";
  /** What people can be looked up by. `names`: by name only, since the scope shows no e-mail addresses. */
  readonly lookUp: "exact-email" | "names" | "none" | "unknown";
  readonly limits: {
    /** `ordinary` where nothing says otherwise. Told by the tariff's name, never by trying. */
    readonly plan: "enterprise" | "ordinary" | "own";
    /** Whether the portal counts the time that each method takes. */
    readonly methodTime: "counted" | "not-counted";
  };
  /** How far the portal's clock is ahead of ours, in seconds; absent where it told no time. */
  readonly aheadSeconds?: number;
}
