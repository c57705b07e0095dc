import type { Repositories } from "./store/store.ts";
import type { Credentials } from "./store/workspaces.ts";

const withHost = (address: string, host: string): string => {
  const url = new URL(address);
  url.host = host;
  return url.href;
};

function movedCredentials(credentials: Credentials, host: string): Credentials {
  if (credentials.kind === "webhook") return { ...credentials, url: withHost(credentials.url, host) };
  const { tokens, endpoint } = credentials;
  return {
    ...credentials,
    domain: host,
    ...(endpoint === undefined ? {} : { endpoint: withHost(endpoint, host) }),
    ...(tokens ? { tokens: { ...tokens, clientEndpoint: withHost(tokens.clientEndpoint, host) } } : {}),
  };
}

/** The portal was renamed: the workspace stays what it was, only its address changes. */
export async function movePortal(tx: Repositories, workspaceId: number, host: string): Promise<void> {
  const workspace = await tx.workspaces.byId(workspaceId);
  if (!workspace) return;
  await tx.workspaces.set(workspaceId, { host, credentials: movedCredentials(workspace.credentials, host) });
}
