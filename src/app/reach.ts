import { reachOf } from "../core/permissions.ts";
import type { Command } from "./command.ts";
import type { Within } from "./recipients.ts";

/** Whom the sender of a command may notify from there; undefined: everybody. */
export async function reachable({
  tx,
  message,
  workspace,
  roles,
}: Pick<Command, "tx" | "message" | "workspace" | "roles">): Promise<Within | undefined> {
  const reach = reachOf(roles, workspace.settings.reach);
  switch (reach) {
    case "everybody":
      return undefined;
    case "groups":
      return "groups";
    case "addressable":
      return new Set(await tx.people.seenIn(workspace.id, message.at));
    default:
      return reach satisfies never;
  }
}
