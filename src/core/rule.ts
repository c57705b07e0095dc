import type { Severity } from "./alert.ts";
import type { ChatRef } from "./chat.ts";
import type { Priority } from "./turns.ts";

/** Where a rule listens. A chat without a thread stands for all of its threads or channels. */
export type RuleSource =
  | { readonly kind: "chat"; readonly chat: ChatRef }
  | { readonly kind: "hook"; readonly hookId: number };

/** All that is given must hold; within one list, one is enough. Nothing given: everything matches. */
export interface RuleFilter {
  /** Without `#`, compared as tags are. */
  readonly tags?: readonly string[];
  /** Whole words or phrases, whatever their case, anywhere in title, text or fields. */
  readonly words?: readonly string[];
  /** A linear-time regular expression over title, text and fields, one line each. */
  readonly pattern?: string;
  /** Names or ids of authors, whatever their case. */
  readonly authors?: readonly string[];
  /** This severity or a graver one. */
  readonly severity?: Severity;
  readonly status?: "firing" | "resolved";
  /** By name of the field, whatever its case: the value to equal, or a pattern between slashes. */
  readonly fields?: Readonly<Record<string, string>>;
  /** None of this may match. */
  readonly except?: Omit<RuleFilter, "except">;
}

/** Who or what an alert is forwarded to. */
export type RuleTarget =
  | { readonly kind: "person"; readonly bitrixId: number }
  | { readonly kind: "group"; readonly name: string }
  /** Whoever is on call by this rotation when it is sent. */
  | { readonly kind: "oncall"; readonly rotation: string }
  /** Must be bound to the rule's own workspace. */
  | { readonly kind: "chat"; readonly chat: ChatRef }
  /** A Discord webhook; the address is a credential. */
  | { readonly kind: "webhook"; readonly url: string };

/** What makes two alerts the same incident. */
export type IncidentKey =
  /** What the source says; where it says nothing, every alert is one of its own. */
  | { readonly kind: "source" }
  /** The first group that captures, of title, text and fields. */
  | { readonly kind: "pattern"; readonly pattern: string }
  /** The text with numbers, times, ids and addresses taken out. */
  | { readonly kind: "shape" }
  /** The values of these fields. */
  | { readonly kind: "fields"; readonly names: readonly string[] };

export interface EscalationStep {
  /** Minutes without an acknowledgement since the step before, or since the incident opened. */
  readonly afterMinutes: number;
  readonly targets: readonly RuleTarget[];
}

export interface Escalation {
  readonly steps: readonly EscalationStep[];
  /** How often the whole chain is gone through again, at most. */
  readonly repeats: number;
}

export interface RuleOptions {
  /** No rule behind this one sees what it matched. */
  readonly stop: boolean;
  readonly priority: Priority;
  readonly key: IncidentKey;
  /** The first word of an incident waits this long for more to go with it; a critical one waits for nothing. */
  readonly groupSeconds: number;
  /** An open incident is shown anew at most this often. */
  readonly updateSeconds: number;
  /** Incidents of this rule that may open within a minute before further ones go into a digest; critical ones never do. */
  readonly stormAfter: number;
  /** Messages that this rule may forward within a minute, whatever they are: what keeps an echo from running away. */
  readonly capPerMinute: number;
  /** While a graver incident of this rule with the same values of these fields is open, it alone is told. */
  readonly inhibitBy?: readonly string[];
  readonly escalation?: Escalation;
  /** Whether a later edit of the source message changes what was forwarded. */
  readonly edits: boolean;
  readonly media: boolean;
}

export const DEFAULT_OPTIONS: Omit<RuleOptions, "escalation"> = {
  stop: false,
  priority: "normal",
  key: { kind: "source" },
  groupSeconds: 0,
  updateSeconds: 60,
  stormAfter: 10,
  capPerMinute: 120,
  edits: true,
  media: true,
};

export interface RuleDefinition {
  readonly source: RuleSource;
  readonly filter: RuleFilter;
  readonly targets: readonly RuleTarget[];
  readonly options: RuleOptions;
}
