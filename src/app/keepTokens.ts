import { movePortal } from "./movePortal.ts";
import type { Repositories } from "./store/store.ts";
import type { Credentials } from "./store/workspaces.ts";

/**
 * Stores renewed tokens and nothing else of `renewed`, which may be older than what is stored: an installation or a rename
 * may have happened since. A workspace whose application was removed meanwhile stays without. The authorisation server says
 * with each renewal where the portal lives (OAuth documentation, `client_endpoint`), so a new name is noted here too.
 */
export async function keepTokens(tx: Repositories, workspaceId: number, renewed: Credentials): Promise<void> {
  const stored = (await tx.workspaces.byId(workspaceId))?.credentials;
  if (stored?.kind !== "oauth" || renewed.kind !== "oauth" || !stored.tokens || !renewed.tokens) return;
  await tx.workspaces.set(workspaceId, { credentials: { ...stored, tokens: renewed.tokens } });
  const [before, now] = [stored.tokens, renewed.tokens].map(({ clientEndpoint }) => new URL(clientEndpoint).host);
  if (now !== undefined && now !== before) await movePortal(tx, workspaceId, now);
}
