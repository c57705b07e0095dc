import type { IncomingMedia, MessageRef, Part, Place } from "./chat.ts";
import type { RichText } from "./richText.ts";

/** How much an alert matters, from most to least. What no source has said counts as `warning`: an unknown must not be held back as small talk. */
export const SEVERITIES = ["critical", "error", "warning", "info"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Where an alert came from. Two with the same origin are the same alert, or a later state of it. */
export type AlertOrigin =
  /** `within`: the channel of the thread that `at` names. */
  | { readonly kind: "message"; readonly at: MessageRef; readonly within?: string }
  /** `delivery` is unique within the hook: the sender's own id of it where there is one, else a random one. */
  | { readonly kind: "hook"; readonly hookId: number; readonly delivery: string };

/** Who an alert says it comes from. `id` is the platform's own, and the one to trust: names of webhooks are chosen by whoever posts. */
export interface AlertAuthor {
  readonly kind: "person" | "anonymous-admin" | "channel" | "bot" | "webhook" | "hook";
  readonly id: string;
  readonly name: string;
}

/** A named value that came with the alert: a field of an embed, a label, an annotation. */
export interface AlertField {
  readonly name: string;
  readonly value: string;
  /** Its source shows it beside others, as a cell of a table. */
  readonly inline?: true;
}

/** What a source tells, in one shape, whichever way it came. Everything in it was written by strangers. */
export interface Alert {
  readonly origin: AlertOrigin;
  readonly author: AlertAuthor;
  /** Of the chat, or of the hook, as its members know it. */
  readonly place: string;
  /** One line that names it; absent where the source gives none. Not repeated in `text`. */
  readonly title?: string;
  readonly text: RichText;
  readonly fields: readonly AlertField[];
  readonly media: readonly IncomingMedia[];
  readonly places?: readonly Place[];
  readonly parts: readonly Part[];
  /** Without `#`, as written; a filter compares them as `sameTag` does. */
  readonly tags: readonly string[];
  /** Absent where the source says none. */
  readonly severity?: Severity;
  readonly status: "firing" | "resolved";
  /** What the source itself takes for the same incident: a fingerprint, a group key, a check run's name. */
  readonly key?: string;
  /** Where somebody can look closer. */
  readonly link?: string;
  /** When it began, and when it was said, in epoch milliseconds. */
  readonly startedAt?: number;
  readonly at: number;
  /** It replaces what the same origin said before. */
  readonly edited: boolean;
}

/** The severity to go by. */
export const severityOf = ({ severity = "warning" }: Pick<Alert, "severity">): Severity => severity;

/** Whether `one` matters at least as much as `other`. */
export const isAtLeast = (one: Severity, other: Severity): boolean =>
  SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);

export const graverThan = (severity: Severity): readonly Severity[] =>
  SEVERITIES.slice(0, SEVERITIES.indexOf(severity));

/** What a recipient sees of an incident beside its text. */
export interface Facts {
  readonly severity: Severity;
  readonly status: "open" | "acknowledged" | "resolved";
  readonly fields: readonly AlertField[];
  /** Names the incident in the link by which a recipient says "I have it"; absent where there is nothing left to say. */
  readonly acknowledge?: string;
}
