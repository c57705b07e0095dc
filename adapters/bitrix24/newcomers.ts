import type { CodeExchange, Newcomers } from "../../src/app/install.ts";
import type { Clock } from "../../src/app/ports.ts";
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

  async function exchange(wanted: CodeExchange, signal: AbortSignal): ReturnType<Newcomers["exchange"]> {
    const server = codeServer(wanted, privateHosts);
    const url = onAuthServer("/oauth/token/", server, privateHosts) ?? new URL("/oauth/token/", authServerOf(server));
    const { clientId, clientSecret, code } = wanted;
    url.search = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      client_secret: clientSecret,
      code,
    }).toString();
    const headers = { Accept: "application/json", "User-Agent": `herald24/${version}` };
    const sent = await transport.send(url, { method: "GET", headers }, signal);
    const { success, data } = answerShape.safeParse(sent.kind === "response" ? parseBody(sent.body) : undefined);
    if (!success) {
      const reply = discreet(readReply(sent, clock()), [clientSecret, code]);
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

  return {
    async appInfo(serverEndpoint, token, signal) {
      const url = onAuthServer("/rest/app.info", serverEndpoint, privateHosts);
      return url && (await ask(url, token, signal)).reply;
    },
    profile: (endpoint, token, signal) => ask(new URL("profile", endpoint), token, signal),
    exchange,
    close: () => transport.close(),
  };
}

/** Who is shown a code and the client secret: the server that the browser names, where that is allowed, else the usual one. */
export function codeServer(
  { endpoint, serverHost }: Pick<CodeExchange, "endpoint" | "serverHost">,
  privateHosts: readonly string[],
): string {
  const scheme = isListed(serverHost, privateHosts) ? new URL(endpoint).protocol : "https:";
  const named = `${scheme}//${serverHost}/`;
  return serverHost !== "" && onAuthServer("/", named, privateHosts) ? named : authServerOf(endpoint);
}
