import type { Platform } from "../core/chat.ts";
import type { Repositories } from "./store/store.ts";

const PLATFORMS: readonly Platform[] = ["telegram", "discord"];

/**
 * What else bears a name that a group or a rotation is to have: each name means one thing in a workspace. One that is there
 * already keeps its name, whoever has taken it for a username since.
 */
export async function takenBy(
  { people, oncall }: Repositories,
  { workspaceId, name, as }: { readonly workspaceId: number; readonly name: string; readonly as: "group" | "rotation" },
): Promise<"group" | "rotation" | Platform | undefined> {
  const isGroup = (await people.byGroup(workspaceId, name)) !== undefined;
  const isRotation = (await oncall.byName(workspaceId, name)) !== undefined;
  if (as === "group" ? isGroup : isRotation) return undefined;
  if (isGroup) return "group";
  if (isRotation) return "rotation";
  for (const platform of PLATFORMS)
    if (await people.byAccount(workspaceId, platform, { username: name.toLowerCase() })) return platform;
  return undefined;
}
