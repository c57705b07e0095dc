import type { ChatRef, Platform } from "../../core/chat.ts";
import type { RuleDefinition, RuleSource } from "../../core/rule.ts";

/** Forwards what comes from its source and passes its filter. */
export interface Rule extends RuleDefinition {
  readonly id: number;
  readonly workspaceId: number;
  /** Unique in its workspace. */
  readonly name: string;
  /** Rules are asked in the order of these. */
  readonly position: number;
  readonly enabled: boolean;
}

export interface RuleRepository {
  /** Behind all others; `undefined` when the name is taken in its workspace. */
  add(rule: Pick<Rule, "workspaceId" | "name"> & RuleDefinition, now: number): Promise<Rule | undefined>;
  change(id: number, change: Partial<Pick<Rule, "enabled" | "position"> & RuleDefinition>): Promise<void>;
  /** With everything that it has made. */
  remove(id: number): Promise<boolean>;
  byId(id: number): Promise<Rule | undefined>;
  byName(workspaceId: number, name: string): Promise<Rule | undefined>;
  /** In their order. */
  list(workspaceId: number): Promise<readonly Rule[]>;
  /** Enabled rules of any workspace that a message from there may concern, in their order; a chat's thread is not looked at. */
  listeningTo(source: RuleSource): Promise<readonly Rule[]>;
  /** Chats of a platform that enabled rules listen to, each with the rule's workspace. */
  watched(platform: Platform): Promise<readonly (ChatRef & { readonly workspaceId: number })[]>;
  /** Telegram turned group `from` into supergroup `to`: rules listen and forward to that one. */
  migrate(from: string, to: string): Promise<void>;
}
