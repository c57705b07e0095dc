import { z } from "zod";
import type { Clock, Log } from "../../src/app/ports.ts";
import type { Credentials, OAuthTokens } from "../../src/app/store/workspaces.ts";
import { isListed } from "../../src/core/addresses.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { isFields, parseBody, readReply } from "./reply.ts";
import type { Transport } from "./transport.ts";

export type OAuthCredentials = Extract<Credentials, { kind: "oauth" }>;
export type InstalledCredentials = OAuthCredentials & { readonly tokens: OAuthTokens };

export const isInstalled = (credentials: OAuthCredentials): credentials is InstalledCredentials =>
  credentials.tokens !== undefined;

export type Refreshed =
  | { readonly kind: "refreshed"; readonly credentials: InstalledCredentials }
  /** What the call that needed the tokens is answered with; it was not executed. */
  | { readonly kind: "failed"; readonly reply: PortalReply };

export interface RefreshOptions {
  readonly transport: Transport;
  readonly version: string;
  readonly privateHosts: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** OAuth documentation and Bitrix24's regional server: nobody else is told a client secret. */
const AUTH_SERVERS = ["oauth.bitrix.info", "oauth.bitrix24.tech"];
export const DEFAULT_LIFE_S = 3_600;
/** Not tied to the caller's signal: whoever waits for the same refresh must not lose it to somebody's abort. */
const REFRESH_MS = 30_000;

export const answerShape = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  client_endpoint: z.url().optional().catch(undefined),
  server_endpoint: z.url().optional().catch(undefined),
  member_id: z.string().min(1).optional().catch(undefined),
});

/** One of the authorisation servers that may be asked, at this path; `undefined` for every other address. */
export function onAuthServer(path: string, address: string, privateHosts: readonly string[]): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const endpoint = new URL(address);
  const listed = isListed(endpoint.host, privateHosts) && /^https?:$/u.test(endpoint.protocol);
  const official = endpoint.protocol === "https:" && AUTH_SERVERS.includes(endpoint.host);
  return listed || official ? new URL(path, endpoint.origin) : undefined;
}

/** Bitrix24 serves portals of these regions from an authorisation server of their own. */
const EASTERN = /\.(?:ru|am|az|ge|kz|kg|uz|by)$/u;

/** The authorisation server of a portal that has not named its own yet. */
export const authServerOf = (portalEndpoint: string): string =>
  EASTERN.test(new URL(portalEndpoint).hostname)
    ? "https://oauth.bitrix24.tech/rest/"
    : "https://oauth.bitrix.info/rest/";

const withSlash = (address: string): string => (address.endsWith("/") ? address : `${address}/`);

/** A `client_endpoint` in the authorisation server's answer follows a renamed portal; nonsense in it is not taken over. */
function endpointOf(given: string | undefined, old: string, privateHosts: readonly string[]): string {
  if (given === undefined) return old;
  const url = new URL(given);
  return url.protocol === "https:" || isListed(url.host, privateHosts) ? withSlash(url.href) : old;
}

function renewed(
  credentials: InstalledCredentials,
  json: unknown,
  options: RefreshOptions,
): InstalledCredentials | undefined {
  const { success, data } = answerShape.safeParse(json);
  if (!success) return undefined;
  const { tokens } = credentials;
  return {
    ...credentials,
    tokens: {
      accessToken: data.access_token,
      refreshToken: data.refresh_token,
      expiresAt: options.clock() + (data.expires_in ?? DEFAULT_LIFE_S) * 1_000,
      clientEndpoint: endpointOf(data.client_endpoint, tokens.clientEndpoint, options.privateHosts),
      serverEndpoint: data.server_endpoint ?? tokens.serverEndpoint,
      memberId: data.member_id ?? tokens.memberId,
    },
  };
}

const failed = (reply: PortalReply): Refreshed => ({ kind: "failed", reply });

/**
 * Asks the authorisation server for a new pair. A refusal by code is passed on (`INVALID_GRANT` and the like end in a
 * suspended workspace); whatever is the network's or the server's fault is `unsent`, and the old tokens stay.
 */
export async function refreshTokens(credentials: InstalledCredentials, options: RefreshOptions): Promise<Refreshed> {
  const url = onAuthServer("/oauth/token/", credentials.tokens.serverEndpoint, options.privateHosts);
  if (!url) {
    const description = "the workspace names an authorisation server that is neither Bitrix24's nor in PRIVATE_HOSTS";
    return failed({ kind: "error", status: 0, code: "AUTH_SERVER_NOT_ALLOWED", description });
  }
  url.search = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    refresh_token: credentials.tokens.refreshToken,
  }).toString();
  const headers = { Accept: "application/json", "User-Agent": `herald24/${options.version}` };
  const signal = AbortSignal.timeout(REFRESH_MS);
  const exchange = await options.transport
    .send(url, { method: "GET", headers }, signal)
    .catch((): { kind: "unsent"; reason: string } => ({ kind: "unsent", reason: `${url.host}: no answer in time` }));
  const json = exchange.kind === "response" ? parseBody(exchange.body) : undefined;
  const fresh = renewed(credentials, json, options);
  if (fresh) return { kind: "refreshed", credentials: fresh };
  const reply = readReply(exchange, options.clock());
  options.log.warn({ host: url.host, kind: reply.kind }, "tokens could not be refreshed");
  const serverFault = reply.kind !== "error" || reply.status >= 500 || reply.status === 429 || reply.code === "";
  if (!serverFault) return failed(reply);
  const wait = reply.kind === "error" || reply.kind === "unsent" ? reply.retryAfterMs : undefined;
  const reason = `the authorisation server ${url.host} gave no new tokens${isFields(json) ? " (fault on its side)" : ""}`;
  return failed({ kind: "unsent", reason, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}
