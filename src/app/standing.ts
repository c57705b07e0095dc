import type { Platform, Sender } from "../core/chat.ts";
import type { GivenRole, Role } from "../core/permissions.ts";
import type { Repositories } from "./store/store.ts";

/**
 * Everything that a sender is in a workspace and in the chat they write from. Roles belong to ids: a username that is mapped
 * addresses a person, it never authorises one.
 */
export async function rolesOf(
  tx: Pick<Repositories, "chats" | "people">,
  { workspaceId, platform }: { workspaceId: number; platform: Platform },
  sender: Sender,
): Promise<ReadonlySet<Role>> {
  if (sender.kind !== "person") return new Set([sender.kind]);
  const roles = new Set<Role>(["anyone"]);
  const given = await givenRole(tx, { workspaceId, platform }, sender.userId);
  if (given) roles.add(given);
  if (sender.chatAdmin) roles.add("chat-admin");
  if (await tx.people.proven(workspaceId, platform, sender.userId)) roles.add("linked");
  return roles;
}

/** What an operator made of an account; it ends with its owner's time in the portal, and comes back with them. */
export async function givenRole(
  tx: Pick<Repositories, "chats" | "people">,
  { workspaceId, platform }: { workspaceId: number; platform: Platform },
  userId: string,
): Promise<GivenRole | undefined> {
  const person = await tx.people.byAccount(workspaceId, platform, { userId });
  return person?.leftAt === undefined ? tx.chats.roleOf(workspaceId, platform, userId) : undefined;
}

/** What a sender is where no workspace knows them. */
export const strangerOf = (sender: Sender): ReadonlySet<Role> =>
  new Set([sender.kind === "person" ? "anyone" : sender.kind]);
