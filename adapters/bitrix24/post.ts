import { isListed } from "../../src/core/addresses.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { readReply } from "./reply.ts";
import type { Exchange, Transport } from "./transport.ts";

export interface Posted {
  readonly exchange: Exchange;
  /** The new `host[:port]` when the portal turned out to be renamed and the call was repeated there. */
  readonly movedTo?: string;
  /** The host that the portal names as its new one, and that may not be followed to unasked. */
  readonly refusedMove?: string;
}

export interface PostOptions {
  readonly transport: Transport;
  readonly version: string;
  readonly privateHosts: readonly string[];
}

/** Top domains under which Bitrix24's cloud gives out portal names. */
const CLOUD =
  /^[a-z0-9-]+\.bitrix24\.(?:com|ru|eu|de|fr|it|pl|es|in|ua|by|kz|uz|cn|vn|jp|id|mx|co|net|uk|tech|site|com\.br|com\.tr|com\.tw)$/u;

/** The same host, or two names that Bitrix24's cloud gives out: a renamed portal is still the same portal. */
export const isSameHouse = (one: URL, other: URL): boolean =>
  one.hostname === other.hostname || (CLOUD.test(one.hostname) && CLOUD.test(other.hostname));

/** Half characters would be escapes that the server cannot read, and it would go on without any parameter. */
const toJson = (params: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(params, (_, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value));

const isRedirect = (status: number): boolean => [301, 302, 307, 308].includes(status);

interface Move {
  readonly to: URL;
  readonly allowed: boolean;
}

/**
 * Where a renamed portal says it lives now; absent when the answer is another kind of redirect. The path carries a
 * webhook's secret, so it is followed only on the same host, between two names of the cloud, or to a listed host; and
 * over HTTPS unless listed.
 */
function moveOf(from: URL, exchange: Exchange, privateHosts: readonly string[]): Move | undefined {
  if (exchange.kind !== "response" || !isRedirect(exchange.status)) return undefined;
  const { location } = exchange.headers;
  if (typeof location !== "string" || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  if (to.pathname !== from.pathname || to.username !== "" || to.password !== "") return undefined;
  const allowed = isListed(to.host, privateHosts) || (to.protocol === "https:" && isSameHouse(from, to));
  return { to, allowed: allowed && to.href !== from.href };
}

/**
 * Calls REST methods with JSON bodies. A renamed portal answers 302 (REST documentation, "change of the portal's
 * address"); following it automatically would turn the POST into a GET, so it is repeated by hand, once.
 */
export function createPost(options: PostOptions) {
  const { transport, version, privateHosts } = options;
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/json",
    "User-Agent": `herald24/${version}`,
  };

  return async (url: URL, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Posted> => {
    const request = { method: "POST", headers, body: toJson(params) } as const;
    const exchange = await transport.send(url, request, signal);
    const move = moveOf(url, exchange, privateHosts);
    if (!move) return { exchange };
    if (!move.allowed) return { exchange, refusedMove: move.to.host };
    const repeated = await transport.send(move.to, request, signal);
    const further = moveOf(move.to, repeated, privateHosts);
    return { exchange: repeated, ...(further ? { refusedMove: further.to.host } : { movedTo: move.to.host }) };
  };
}

/** What a posted call says, in the words of the core. */
export function readPosted(posted: Posted, now: number): PortalReply {
  if (posted.refusedMove === undefined) return readReply(posted.exchange, now);
  const description = `the portal says it lives at ${posted.refusedMove} now; if that is right, give the new address`;
  return { kind: "error", status: 302, code: "PORTAL_MOVED", description };
}
