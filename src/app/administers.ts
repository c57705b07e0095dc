import type { Platform } from "../core/chat.ts";
import { givenRole } from "./standing.ts";
import type { Repositories } from "./store/store.ts";

/** Whether an account is owner or admin of this workspace; by its id alone, since names change hands. */
export async function isAdminOf(
  tx: Repositories,
  workspaceId: number,
  { platform, userId }: { platform: Platform; userId: string },
): Promise<boolean> {
  const role = await givenRole(tx, { workspaceId, platform }, userId);
  return role === "owner" || role === "admin";
}

/** Whether an account is owner or admin of any workspace. */
export async function administers(tx: Repositories, platform: Platform, userId: string): Promise<boolean> {
  for (const { id } of await tx.workspaces.list()) if (await isAdminOf(tx, id, { platform, userId })) return true;
  return false;
}
