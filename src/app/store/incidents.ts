import type { Alert, Severity } from "../../core/alert.ts";
import type { ChatRef, MessageRange, MessageRef } from "../../core/chat.ts";
import type { IncidentState } from "../../core/incident.ts";
import type { RuleFilter } from "../../core/rule.ts";

/** What a rule makes of repeated alerts with one key; an alert without a key is an incident of its own. */
export interface Incident {
  readonly id: number;
  /** Random, never repeated by a restored database: what tags and links are made of. */
  readonly uid: string;
  readonly workspaceId: number;
  readonly ruleId: number;
  /** 128 bits of SHA-256 of the key, hex. */
  readonly keyHash: string;
  readonly status: "open" | "acknowledged" | "resolved";
  readonly severity: Severity;
  /** Alerts that it stands for. */
  readonly count: number;
  /** Grows with every change that somebody may see. */
  readonly version: number;
  /** The latest one; absent once texts are erased. */
  readonly alert?: Alert;
  /** What the state machine keeps besides: times and steps, no texts. */
  readonly state: Pick<IncidentState, "toldAt" | "tellAt" | "escalation" | "reopened" | "retracted">;
  /** What of `state` could not be read, so that it is a guess; writing the incident mends it. */
  readonly damage?: string;
  /** When the state machine wants to be asked again. */
  readonly timerAt?: number;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
  readonly acknowledgedPersonId?: number;
  readonly resolvedAt?: number;
}

export interface ConcernedPerson {
  readonly personId: number;
  /** The version that their latest notification shows; 0 while they have been told nothing. */
  readonly toldVersion: number;
  readonly held?: "quiet" | "storm";
  readonly heldUntil?: number;
}

export interface Silence {
  readonly id: number;
  readonly workspaceId: number;
  /** What it keeps silent: a filter, of one rule or of all. */
  readonly matcher: RuleFilter;
  readonly ruleName?: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endsAt: number;
}

/** A chat that shows it, or in which it was said; `personId`: or somebody whom it was told. */
export interface Seen {
  readonly chat: ChatRef;
  readonly personId?: number;
}

export interface OpenIncidents {
  readonly workspaceId: number;
  readonly ruleId?: number;
  readonly severities?: readonly Severity[];
  readonly limit: number;
}

export interface IncidentRepository {
  add(incident: Omit<Incident, "id" | "uid">): Promise<Incident>;
  /** Writes it as it is given. */
  save(incident: Incident): Promise<void>;
  byId(id: number): Promise<Incident | undefined>;
  byUid(uid: string): Promise<Incident | undefined>;
  /** The one that is not resolved; else, when `resolvedSince` is given, the latest that was resolved no earlier. */
  byKey(ruleId: number, keyHash: string, resolvedSince?: number): Promise<Incident | undefined>;
  /** Whose timers are due, oldest first. */
  due(now: number, limit: number): Promise<readonly Incident[]>;
  nextDue(): Promise<number | undefined>;
  /** Not resolved, latest first; of any rule and severity where none is named. */
  open(which: OpenIncidents): Promise<readonly Incident[]>;
  /** How many of a rule were opened since then; not those from after `now`, which a clock that was set back since has left. */
  openedSince(ruleId: number, since: number, now: number): Promise<number>;
  /** Not resolved, and seen there; what nobody has comes first, and then the latest. */
  openIn(workspaceId: number, seen: Seen, limit: number): Promise<readonly Incident[]>;
  isIn(incidentId: number, seen: Seen): Promise<boolean>;
  addSource(incidentId: number, source: MessageRef, at: number): Promise<void>;
  /** The message is gone. Answers whether it was the last one that the incident was made of; that one stays known. */
  dropSource(incidentId: number, source: MessageRef): Promise<boolean>;
  /** Ids of the messages of this range that incidents were made of, each once. */
  sourcesIn(range: MessageRange): Promise<readonly string[]>;
  /** Made of this message, by any rule. */
  bySource(source: MessageRef): Promise<readonly Incident[]>;
  /** That one of our own posts shows. */
  byPost(post: MessageRef): Promise<Incident | undefined>;
  persons(incidentId: number): Promise<readonly ConcernedPerson[]>;
  /** Adds the person, or changes what is known of it. */
  concern(incidentId: number, person: ConcernedPerson): Promise<void>;
  /** Persons whose digest is due. */
  heldDue(now: number, limit: number): Promise<readonly number[]>;
  /** All incidents that wait for a person's digest, in the order in which they opened. */
  heldOf(personId: number): Promise<readonly number[]>;
  /** Puts off all that is held back for somebody, or brings it forward. */
  holdUntil(personId: number, until: number): Promise<void>;
  nextHeld(): Promise<number | undefined>;
  /** When the digest that waits for a person is due, and when the last one was sent. */
  digestOf(personId: number): Promise<{ readonly dueAt?: number; readonly lastAt?: number }>;
  digested(personId: number, at: number): Promise<void>;
  /** Erases texts and names of what was last changed before; answers how many. */
  forget(which: { workspaceId: number; before: number; limit: number }): Promise<number>;
  /** Of what was last changed before, forgets which messages it was made of and which show it. */
  prune(before: number): Promise<void>;
}

export interface SilenceRepository {
  add(silence: Omit<Silence, "id">): Promise<number>;
  /** Those that hold now. */
  live(workspaceId: number, now: number): Promise<readonly Silence[]>;
  end(id: number, workspaceId: number, now: number): Promise<boolean>;
  /** Those made at a time that has yet to come last as long as they were meant to, from now on; answers how many. */
  rein(now: number): Promise<number>;
  forget(before: number): Promise<void>;
}

/** In minutes after midnight of an IANA time zone; when `until` is the smaller, it is on the next day. */
export interface QuietHours {
  readonly timeZone: string;
  readonly from: number;
  readonly until: number;
}

export interface QuietRepository {
  of(personId: number): Promise<QuietHours | undefined>;
  /** `undefined` ends them. */
  set(personId: number, hours: QuietHours | undefined): Promise<void>;
}
