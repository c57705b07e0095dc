import type { Platform } from "../core/chat.ts";
import { type Deed, mayDo } from "../core/permissions.ts";
import { givenRole } from "./standing.ts";
import type { Repositories } from "./store/store.ts";

interface Account {
  readonly platform: Platform;
  readonly userId: string;
}

/** Whether an account may do that in this workspace; by its id alone, since names change hands. */
export async function mayIn(
  tx: Repositories,
  workspaceId: number,
  { platform, userId, deed }: Account & { deed: Deed },
): Promise<boolean> {
  const role = await givenRole(tx, { workspaceId, platform }, userId);
  return role !== undefined && mayDo([role], deed);
}

/** Whether an account may do that in any workspace. */
export async function mayAnywhere(tx: Repositories, asked: Account & { deed: Deed }): Promise<boolean> {
  for (const { id } of await tx.workspaces.list()) if (await mayIn(tx, id, asked)) return true;
  return false;
}
