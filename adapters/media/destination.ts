import { isIP } from "node:net";
import { isListed, isLocalName, isPublicAddress } from "../../src/core/addresses.ts";

/** Every address that a name stands for. Rejects as `dns.lookup` does. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export type Destination =
  /** These addresses and no others may be connected to. */
  | { readonly kind: "open"; readonly addresses: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

export interface DestinationRules {
  readonly privateHosts: readonly string[];
  readonly resolve: Resolve;
  /** The address that led here by a redirect. */
  readonly from?: URL;
}

/**
 * Whether something that anybody may have written may be fetched, and from which addresses: all of those of its name must be public,
 * else it would be a way into the operator's own network. Listed hosts may be private and speak plain HTTP, but are not
 * reached from elsewhere by a redirect. Reasons name no path, which may be a secret.
 */
export async function findDestination(url: URL, rules: DestinationRules): Promise<Destination> {
  const { privateHosts, resolve, from } = rules;
  const listed = isListed(url.host, privateHosts);
  const problem = problemOf(url, listed) ?? (from && redirectProblem(url, from, { listed, privateHosts }));
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const literal = url.hostname.replace(/^\[|\]$/gu, "");
  if (isIP(literal) !== 0) return { kind: "open", addresses: [literal] };
  const addresses = await resolve(url.hostname);
  if (addresses.length === 0) return { kind: "refused", reason: "its name has no address" };
  const isOpen = listed ? (address: string) => isIP(address) !== 0 : isPublicAddress;
  if (!addresses.every(isOpen)) return { kind: "refused", reason: "its name leads to a private address" };
  return { kind: "open", addresses };
}

function problemOf(url: URL, listed: boolean): string | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "neither http nor https";
  if (url.username !== "" || url.password !== "") return "a user name in the address";
  if (listed) return undefined;
  if (url.protocol !== "https:") return "not https";
  if (url.port !== "") return "an unusual port";
  return isLocalName(url.hostname) ? "a private address" : undefined;
}

function redirectProblem(
  url: URL,
  from: URL,
  { listed, privateHosts }: { listed: boolean; privateHosts: readonly string[] },
): string | undefined {
  if (from.protocol === "https:" && url.protocol !== "https:") return "a redirect from https to http";
  if (listed && !isListed(from.host, privateHosts)) return "a redirect to a listed host";
  return undefined;
}
