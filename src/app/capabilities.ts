/** What a portal was found to do, and what the acting user may do there. */
export interface Capabilities {
  /** Whom the credentials act as; 0 where that was not told. */
  readonly userId: number;
  readonly edition: "cloud" | "on-premise";
  /** `none`: the tariff has no REST, or does not have it any more. */
  readonly rest: "available" | "none";
  readonly scopes: readonly string[];
  /** Methods that we use and that this portal does not have. */
  readonly missing: readonly string[];
  /** `unknown`: it could not be looked at. */
  readonly tags: "honoured" | "ignored" | "needs-client-id" | "unknown";
  /** Whether a notification can be taken back by its tag. */
  readonly deleteByTag: "works" | "ignored" | "unknown";
  readonly drive: "usable" | "no-scope" | "absent" | "refused" | "unknown";
  /** What people can be looked up by. `names`: by name only, since the scope shows no e-mail addresses. */
  readonly lookUp: "exact-email" | "names" | "none" | "unknown";
  /** Told by the tariff's name, never by trying; `ordinary` where nothing says otherwise, `own` where an owner sets it. */
  readonly plan: "enterprise" | "ordinary" | "own";
  /** Whether the portal counts the time that each method takes. */
  readonly methodTime: "counted" | "not-counted";
  /** How far the portal's clock is ahead of ours, in seconds; absent where it told no time. */
  readonly aheadSeconds?: number;
}

/** Nothing is known of a portal that answers no call. */
export const WITHOUT_REST: Capabilities = {
  userId: 0,
  edition: "cloud",
  rest: "none",
  scopes: [],
  missing: [],
  tags: "unknown",
  deleteByTag: "unknown",
  drive: "unknown",
  lookUp: "unknown",
  plan: "ordinary",
  methodTime: "not-counted",
};

/** Whether an upload to the portal's Drive can be worth a try; until probed it is. */
export const mayUseDrive = (capabilities: Capabilities | undefined): boolean =>
  capabilities === undefined || capabilities.drive === "usable" || capabilities.drive === "unknown";
