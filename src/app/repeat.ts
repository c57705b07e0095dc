import type { Workspace } from "./store/workspaces.ts";

/**
 * Whether a doubt may be repeated: where tags are honoured the repetition replaces the first copy, elsewhere only when the
 * workspace prefers a duplicate to a doubt.
 */
export function mayRepeat(workspace: Workspace): boolean {
  return tagsHonoured(workspace) || workspace.settings.onUnknown === "resend";
}

/** Until probed, an application's tags count as honoured and a webhook's do not. */
export function tagsHonoured({ tags, credentials }: Workspace): boolean {
  return tags === "unprobed" ? credentials.kind === "oauth" : tags === "honoured";
}
