import { isListed, isPrivateName } from "./addresses.ts";

/** What is wrong with something a caller gave us: never with a secret inside. */
export interface InputProblem {
  /** What was given, shortened and masked. */
  readonly value: string;
  readonly rule: string;
  readonly remedy: string;
}

export type PortalAddress =
  /** `base` carries the secret: `https://portal/rest/1/code/`. */
  | { readonly kind: "webhook"; readonly base: string }
  /** `base` is `https://portal/rest/`; the token goes into the body. */
  | { readonly kind: "oauth"; readonly base: string }
  | { readonly kind: "malformed"; readonly problem: InputProblem };

const SECRET_QUERY = /([?&](?:auth|access_token|refresh_token|client_secret|code|AUTH_ID)=)[^&\s"'<>]+/giu;

/** A text with the code of every webhook address, and tokens in queries, replaced by `***`. For logs and messages. */
export function maskPortalUrl(text: string): string {
  return text.replace(/(\/rest\/+\d+\/+)[^/\s?#"'<>]+/giu, "$1***").replace(SECRET_QUERY, "$1***");
}

/** Like `maskPortalUrl`, for text that is not known to be a webhook address: whatever could be a code is hidden. */
function shown(text: string): string {
  const masked = maskPortalUrl(text.trim())
    .replace(/\/\/[^/@\s]*@/u, "//***@")
    .replace(/(?<=[^/:]\/)(?!rest\b)[\w~-]{8,}(?=$|[/?#\s])/giu, "***")
    // A code alone, where a host should be.
    .replace(/(?<=^\/*|\/\/)(?=[\w~-]*\d)[\w~-]{12,}(?=$|[/?#\s])/giu, "***");
  return masked.length > 120 ? `${masked.slice(0, 120)}…` : masked;
}

const EXAMPLE = "https://your-company.bitrix24.com/rest/1/<code>/";

const malformed = (value: string, rule: string, remedy: string): PortalAddress => ({
  kind: "malformed",
  problem: { value: shown(value), rule, remedy },
});

/** Blanks, quotation marks and invisible characters come along when an address is pasted; none belongs into one. */
const PASTED_NOISE = /[\s"'<>`\u200B-\u200D\u2060\uFEFF«»“”]+/gu;

/** What answers on this machine itself, and has no certificate for that name, is meant without encryption when no scheme is written. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?=$|[:/])/iu;

function parseTolerantly(text: string): { readonly url: URL; readonly plainHttp: boolean } | undefined {
  const clean = text.replace(PASTED_NOISE, "");
  const rest = clean.replace(/^(?:https?:\/*)+/iu, "").replace(/^(?:www\.)+/iu, "");
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(rest)) return undefined;
  const plainHttp = /^http:/iu.test(clean) || (!/^https:/iu.test(clean) && LOOPBACK.test(rest));
  // Parsed under its own scheme, so that a default port disappears together with it.
  const address = `${plainHttp ? "http" : "https"}://${rest}`;
  return rest !== "" && URL.canParse(address) ? { url: new URL(address), plainHttp } : undefined;
}

/** `prefix` is what stands before `/rest/` where a portal does not live at the root of its host. */
function splitPath(pathname: string): { prefix: string; afterRest: readonly string[] | undefined } {
  const parts = pathname.split("/").filter((part) => part !== "");
  const at = parts.findIndex((part) => part.toLowerCase() === "rest");
  if (at < 0) return { prefix: "", afterRest: undefined };
  const prefix = parts.slice(0, at).map((part) => `${part}/`);
  return { prefix: prefix.join(""), afterRest: parts.slice(at + 1) };
}

function hostProblem(url: URL, given: string, privateHosts: readonly string[]): PortalAddress | undefined {
  if (url.username !== "" || url.password !== "")
    return malformed(given, "A portal's address holds no user name or password.", `Write it as ${EXAMPLE}`);
  if (isListed(url.host, privateHosts)) return undefined;
  if (isPrivateName(url.hostname))
    return malformed(
      given,
      "Portals are called at public addresses only, unless their host is listed.",
      `If this portal really is inside your network, add ${url.host} to PRIVATE_HOSTS.`,
    );
  if (!url.hostname.includes(".") && !url.hostname.startsWith("["))
    return malformed(
      given,
      "A portal's address is a full domain name.",
      `Write it as ${EXAMPLE}; a host inside your network can be listed in PRIVATE_HOSTS.`,
    );
  return undefined;
}

/**
 * Makes of a pasted webhook address, or of a portal's domain with a token, the one form that calls are built from.
 *
 * Forgiven: any case of the scheme or none, `www.`, blanks, slashes too many or too few, a method name at the end (with
 * `.json` or `.xml`), a missing `/rest`. Plain HTTP is kept for listed hosts only, and taken for a listed loopback address
 * without a scheme; elsewhere it becomes HTTPS, which Bitrix24 demands. A token beside a webhook address means the token: the code is then left out.
 *
 * @param privateHosts Entries `host` or `host:port` that may be private or plain HTTP.
 */
export function portalAddress(
  given: string,
  options: { readonly token?: string | undefined; readonly privateHosts?: readonly string[] | undefined } = {},
): PortalAddress {
  const privateHosts = options.privateHosts ?? [];
  if (given.trim() === "")
    return malformed("(empty)", "The portal's address is missing.", `Give the webhook's address, such as ${EXAMPLE}`);
  const parsed = parseTolerantly(given);
  if (!parsed) return malformed(given, "This is no web address.", `Write it as ${EXAMPLE}`);
  const { url, plainHttp } = parsed;
  const problem = hostProblem(url, given, privateHosts);
  if (problem) return problem;
  const origin = `${plainHttp && isListed(url.host, privateHosts) ? "http" : "https"}://${url.host}`;
  const { prefix, afterRest } = splitPath(url.pathname);
  if ((options.token ?? "").trim() !== "") return { kind: "oauth", base: `${origin}/${prefix}rest/` };
  const [user = "", code = ""] = afterRest ?? [];
  if (/^[1-9]\d*$/u.test(user) && /^[\w~-]+$/u.test(code))
    return { kind: "webhook", base: `${origin}/${prefix}rest/${user}/${code}/` };
  return malformed(
    given,
    "Without a token the address must be that of an incoming webhook: /rest/<user id>/<code>/.",
    `Copy the whole address from the webhook's page, such as ${EXAMPLE}, or give a token as well.`,
  );
}

/** Whether a host is one of Bitrix24's cloud: `acme.bitrix24.de`. Everything else is a server of somebody's own. */
export const isCloudHost = (host: string): boolean => /^[^.]+\.bitrix24\.[a-z]{2,6}(?:\.[a-z]{2})?$/u.test(host);
