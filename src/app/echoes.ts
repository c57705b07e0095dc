import type { Alert } from "../core/alert.ts";
import { echoMark, echoMarks } from "../core/echo.ts";
import { sha256 } from "./hash.ts";
import type { Repositories } from "./store/store.ts";

/** A bridge that was away for a night tells us in the morning what we have said. */
const REMEMBERED_MS = 86_400_000;

const hashOf = (mark: string): string => sha256(mark).slice(0, 32);

/** What is remembered of a post, by the line that says where it comes from. */
export const echoHash = (origin: string): string => hashOf(echoMark(origin));

/** Whether an alert is what we have posted ourselves, by our own webhook or carried back by somebody else. */
export async function isEcho(
  tx: Repositories,
  alert: Alert,
  { workspaceId, now }: { workspaceId: number; now: number },
): Promise<boolean> {
  const { author } = alert;
  if (author.kind === "webhook" && (await tx.posts.isOurWebhook(author.id))) return true;
  const hashes = echoMarks(alert).map(hashOf);
  return hashes.length > 0 && (await tx.posts.wasSaid(workspaceId, hashes, now - REMEMBERED_MS)).length > 0;
}
