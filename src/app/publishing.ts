import { mayUseDrive } from "./capabilities.ts";
import type { Workspace } from "./store/workspaces.ts";

/** How recipients of a workspace get media. */
export function wayOf({ settings, capabilities }: Workspace, canRelay: boolean): "relay" | "drive" | "none" {
  switch (settings.publish) {
    case "auto":
      if (canRelay) return "relay";
      return mayUseDrive(capabilities) ? "drive" : "none";
    case "relay":
      return canRelay ? "relay" : "none";
    case "drive":
    case "none":
      return settings.publish;
    default:
      return settings.publish satisfies never;
  }
}
