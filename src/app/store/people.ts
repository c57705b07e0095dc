import type { ChatRef, Platform } from "../../core/chat.ts";
import type { Mention } from "../../core/richText.ts";

export interface Person {
  readonly id: number;
  readonly workspaceId: number;
  readonly bitrixId: number;
  readonly name?: string;
  readonly email?: string;
  /** Since when the portal does not know this user as an active one. */
  readonly leftAt?: number;
}

export interface Account {
  readonly id: number;
  readonly personId: number;
  readonly platform: Platform;
  readonly userId?: string;
  /** Lower case, without `@`. */
  readonly username?: string;
  /** How the id was made sure of: an administrator gave it, or its owner proved it. Absent while it is only by a name that it is known. */
  readonly proof?: "mapped" | "linked";
}

export interface PeopleRepository {
  /**
   * Makes or finds the person, then gives it the account; an account of another person is a conflict that is not resolved. A
   * username that is a group's name is refused, unless the account bore it already.
   */
  map(
    entry: { workspaceId: number; bitrixId: number; name?: string; email?: string; platform: Platform } & Mention,
  ): Promise<
    { kind: "mapped"; person: Person } | { kind: "conflict"; person: Person } | { kind: "group-name"; username: string }
  >;
  /**
   * The account has proven to be this person, by its id: that beats any mapping by name, its own included, while one by another
   * proof is a conflict. Makes the person where there is none yet.
   */
  link(entry: {
    workspaceId: number;
    bitrixId: number;
    name?: string;
    platform: Platform;
    userId: string;
    username?: string;
  }): Promise<{ kind: "linked"; person: Person } | { kind: "conflict" }>;
  /** Takes away an account that is known by its id; one by name alone stays, and one of somebody who left. Answers whose it was. */
  unlink(workspaceId: number, platform: Platform, userId: string): Promise<Person | undefined>;
  unmap(workspaceId: number, platform: Platform, account: Mention): Promise<boolean>;
  list(workspaceId: number): Promise<readonly (Person & { accounts: readonly Account[] })[]>;
  byBitrixId(workspaceId: number, bitrixId: number): Promise<Person | undefined>;
  addPerson(person: Omit<Person, "id">): Promise<Person>;
  /** Of an account, by id first; by name only while the mapping has no id yet. */
  byAccount(workspaceId: number, platform: Platform, account: Mention): Promise<Person | undefined>;
  /**
   * For permissions: the person whose id has been given or proven. Where only the username was mapped, whoever was first seen
   * with it may be anybody.
   */
  proven(workspaceId: number, platform: Platform, userId: string): Promise<Person | undefined>;
  byName(workspaceId: number, name: string): Promise<readonly Person[]>;
  byEmail(workspaceId: number, email: string): Promise<readonly Person[]>;
  /** Members of a group; undefined when there is no such group. */
  byGroup(workspaceId: number, name: string): Promise<readonly Person[] | undefined>;
  setGroup(workspaceId: number, name: string, personIds: readonly number[]): Promise<void>;
  removeGroup(workspaceId: number, name: string): Promise<boolean>;
  /** `departmentId`: its members are the heads of that department, looked up every day. */
  listGroups(
    workspaceId: number,
  ): Promise<readonly { name: string; members: readonly Person[]; departmentId?: number }[]>;
  /** Of a group that stands for a department's heads. */
  departmentOf(workspaceId: number, name: string): Promise<number | undefined>;
  setDepartment(workspaceId: number, name: string, departmentId: number | undefined): Promise<void>;
  /** The portal does not know this user as an active one; undefined when that was known already. `mapped`: accounts or groups name them. */
  leave(personId: number, at: number): Promise<{ person: Person; mapped: boolean } | undefined>;
  /** They are active after all; answers whether they had been taken for gone. */
  cameBack(personId: number): Promise<boolean>;
  /** Remembers who was seen where: fills in the id of a name-only mapping, and takes a moved username away from its old owner. */
  sighted(seen: { chat: ChatRef; userId: string; username?: string; name: string }, now: number): Promise<void>;
  /** Those mapped to accounts that were seen in what the binding of this chat covers, by their ids. */
  seenIn(workspaceId: number, chat: ChatRef): Promise<readonly number[]>;
  /** Names by which the people mapped to accounts seen in what the binding of this chat covers can be addressed. */
  addressable(workspaceId: number, chat: ChatRef): Promise<readonly { name: string; label: string }[]>;
}
