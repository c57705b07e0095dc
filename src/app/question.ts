import { FRESH_PACE, spend } from "../core/pacing.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** A question costs the portal's bucket as much as a notification. */
export async function spendQuestion(tx: Repositories, { host }: Workspace, now: number): Promise<void> {
  await tx.pacing.put(host, spend((await tx.pacing.get(host)) ?? FRESH_PACE, now));
}
