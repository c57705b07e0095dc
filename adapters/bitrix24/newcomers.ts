import type { CodeExchange, Newcomers, TokenAnswer } from "../../src/app/install.ts";
import type { Clock, SpendRequest } from "../../src/app/ports.ts";
import { isListed } from "../../src/core/addresses.ts";
import { discreet } from "./discreet.ts";
import { createPost, readPosted } from "./post.ts";
import { parseBody, readReply } from "./reply.ts";
import { answerShape, authServerOf, DEFAULT_LIFE_S, onAuthServer } from "./tokens.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

export interface NewcomerOptions {
  readonly version: string;
  readonly privateHosts: readonly string[];
  readonly clock: Clock;
  /** Asked before a request to the portal itself. */
  readonly spend?: SpendRequest;
  readonly limits?: Omit<TransportOptions, "privateHosts">;
}

/** Whoever waits in front of a browser waits no longer, and a code dies after half a minute anyway. */
const ANSWER_MS = 20_000;

/** Asks about tokens that have come from outside, and turns codes into tokens. Nothing is renewed, kept or followed elsewhere. */
export function openNewcomers(options: NewcomerOptions): Newcomers & { close(): Promise<void> } {
  const { version, privateHosts, clock } = options;
  const transport = createTransport({ privateHosts, totalMs: ANSWER_MS, ...options.limits });
  const post = createPost({ transport, version, privateHosts });

  async function ask(url: URL, token: string, signal: AbortSignal) {
    const posted = await post(url, { auth: token }, signal);
    return { reply: discreet(readPosted(posted, clock()), [token]), host: posted.movedTo ?? url.host };
  }

  /** Secrets are told to the server of `url` alone, and never said again. */
  async function tokens(url: URL, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<TokenAnswer> {
    url.search = new URLSearchParams(query).toString();
    const headers = { Accept: "application/json", "User-Agent": `herald24/${version}` };
    const sent = await transport.send(url, { method: "GET", headers }, signal);
    const { success, data } = answerShape.safeParse(sent.kind === "response" ? parseBody(sent.body) : undefined);
    if (!success) {
      const reply = discreet(readReply(sent, clock()), secretsIn(query));
      return { kind: "failed", code: reply.kind === "error" && reply.code !== "" ? reply.code : "NO_ANSWER" };
    }
    return {
      kind: "tokens",
      accessToken: data.access_token,
      refreshToken: data.refresh_token,
      lifeSeconds: data.expires_in ?? DEFAULT_LIFE_S,
      serverEndpoint: data.server_endpoint ?? new URL("/rest/", url.origin).href,
      memberId: data.member_id ?? "",
    };
  }

  async function exchange(wanted: CodeExchange, signal: AbortSignal): Promise<TokenAnswer> {
    const server = codeServer(wanted, privateHosts);
    const url = onAuthServer("/oauth/token/", server, privateHosts) ?? new URL("/oauth/token/", authServerOf(server));
    const { clientId: client_id, clientSecret: client_secret, code } = wanted;
    return tokens(url, { grant_type: "authorization_code", client_id, client_secret, code }, signal);
  }

  return {
    async appInfo(serverEndpoint, token, signal) {
      const url = onAuthServer("/rest/app.info", serverEndpoint, privateHosts);
      return url && (await ask(url, token, signal)).reply;
    },
    async profile(endpoint, token, signal) {
      const url = new URL("profile", endpoint);
      await options.spend?.(url.host, signal);
      return ask(url, token, signal);
    },
    exchange,
    async renew({ refreshToken, clientId, clientSecret, serverEndpoint }, signal) {
      const url = onAuthServer("/oauth/token/", serverEndpoint, privateHosts);
      if (!url) return { kind: "failed", code: "AUTH_SERVER_NOT_ALLOWED" };
      const known = { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken };
      return tokens(url, { grant_type: "refresh_token", ...known }, signal);
    },
    close: () => transport.close(),
  };
}

const secretsIn = ({ grant_type: _, client_id: __, ...secrets }: Readonly<Record<string, string>>): readonly string[] =>
  Object.values(secrets);

/**
 * Who is shown a code and the client secret: the server that the operator has named, else the one that the browser names, both
 * where that is allowed, else the usual one.
 */
export function codeServer(
  { endpoint, serverHost, serverEndpoint }: Pick<CodeExchange, "endpoint" | "serverHost" | "serverEndpoint">,
  privateHosts: readonly string[],
): string {
  if (serverEndpoint !== undefined && onAuthServer("/", serverEndpoint, privateHosts)) return serverEndpoint;
  const scheme = isListed(serverHost, privateHosts) ? new URL(endpoint).protocol : "https:";
  const named = `${scheme}//${serverHost}/`;
  return serverHost !== "" && onAuthServer("/", named, privateHosts) ? named : authServerOf(endpoint);
}
