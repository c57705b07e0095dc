import type { Credentials } from "../../src/app/store/workspaces.ts";
import { isListed } from "../../src/core/addresses.ts";
import { isSameHouse } from "./post.ts";

/** Parts of an address that open a door: a webhook's code in the path, and whatever the query says. */
export function secretsIn(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  const code = /\/rest\/+\d+\/+(?<code>[^/]+)/iu.exec(url.pathname)?.groups?.code ?? "";
  const asWritten = url.search.split("&").map((pair) => pair.slice(pair.indexOf("=") + 1));
  return [code, ...url.searchParams.values(), ...asWritten].filter((part) => part.length > 4);
}

/** The short parts of credentials, such as a user's id, are no secrets. */
function secretsOfCaller(credentials: Credentials): readonly string[] {
  if (credentials.kind === "webhook") return secretsIn(credentials.url);
  const { clientSecret, tokens } = credentials;
  return [clientSecret, ...(tokens ? [tokens.accessToken, tokens.refreshToken] : [])].filter((part) => part !== "");
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Addresses that let whoever has them do something without a login (REST documentation, Drive: download links). */
const CREDENTIAL_SHAPE = /\/rest\/+\d+\/+|[?&](?:auth|access_token|token|sessid)=/iu;

export interface Asker {
  readonly credentials: Credentials;
  readonly privateHosts: readonly string[];
}

/** Where calls of these credentials go. */
function portalOf(credentials: Credentials): URL {
  if (credentials.kind === "webhook") return new URL(credentials.url);
  return new URL(credentials.tokens?.clientEndpoint ?? `https://${credentials.domain}/`);
}

function parsed(address: string, { privateHosts }: Asker): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isListed(url.host, privateHosts));
  return isSafe && url.username === "" && url.password === "" ? url : undefined;
}

function isAtHome(url: URL, { credentials, privateHosts }: Asker): boolean {
  const portal = portalOf(credentials);
  return (isSameHouse(portal, url) && portal.port === url.port) || isListed(url.host, privateHosts);
}

/** The address of the second step; absent when the credential inside it would leave the portal or go in clear. */
export function uploadAddress(address: string, asker: Asker): URL | undefined {
  const url = parsed(address, asker);
  return url && isAtHome(url, asker) ? url : undefined;
}

/** Public links of the cloud lead there (Bitrix24: short links of standard cloud names). */
const PUBLIC_LINK_HOST = /^(?:[a-z0-9-]+\.)*bitrix24public\.com$/u;

/**
 * An address that may be shown to a person: absent when it is not the portal's own, or when it holds a credential.
 *
 * @param given Further secrets that it must not hold.
 */
export function personLink(
  address: string,
  asker: Asker & { given: readonly string[]; isPublic?: boolean },
): string | undefined {
  const url = parsed(address, asker);
  if (!url) return undefined;
  const isKnown = isAtHome(url, asker) || (asker.isPublic === true && PUBLIC_LINK_HOST.test(url.hostname));
  const texts = [url.href, decoded(url.href)].map((text) => text.toLowerCase());
  const secrets = [...secretsOfCaller(asker.credentials), ...asker.given].map((secret) => secret.toLowerCase());
  const holds = texts.some((text) => CREDENTIAL_SHAPE.test(text) || secrets.some((secret) => text.includes(secret)));
  return isKnown && !holds ? url.href : undefined;
}
