import type { Alert, AlertField, Severity } from "../alert.ts";

/** What a request of another program means. */
export type ParsedHook =
  | {
      readonly kind: "alerts";
      readonly alerts: readonly HookAlert[];
      /** What was shortened or left out, each with its path. */
      readonly cut: readonly string[];
    }
  /** Well formed, and nothing that anybody could be told, such as GitHub's ping. */
  | { readonly kind: "ignored"; readonly what: string }
  | ({ readonly kind: "malformed" } & Problem);

/** A field, by its path such as `alerts[0].labels`, and the rule that it breaks. */
export interface Problem {
  readonly path: string;
  readonly rule: string;
}

/** One alert as its source tells it; which hook it came by is added later. */
export interface HookAlert {
  readonly title?: string;
  readonly text: string;
  readonly fields: readonly AlertField[];
  readonly tags: readonly string[];
  readonly severity?: Severity;
  readonly status: Alert["status"];
  readonly key?: string;
  readonly link?: string;
  /** Address of a picture that shows it. */
  readonly picture?: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** The sender's own id of this delivery: the same one twice is the same alert sent again. */
  readonly delivery?: string;
}
