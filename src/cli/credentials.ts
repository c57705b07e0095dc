import { authServerOf } from "../../adapters/bitrix24/tokens.ts";
import type { Credentials } from "../app/store/workspaces.ts";
import { isListed } from "../core/addresses.ts";
import { portalAddress } from "../core/portalAddress.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { askSecret, secretReader } from "./secrets.ts";

export interface CredentialFlags {
  readonly webhook?: string;
  readonly oauth?: boolean;
  readonly domain?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly serverEndpoint?: string;
  readonly memberId?: string;
}

export interface GivenCredentials {
  readonly credentials: Credentials;
  readonly host: string;
}

/** A webhook's address in its one form. @throws {CliError} 2 */
export function webhookCredentials(address: string, privateHosts: readonly string[]): GivenCredentials {
  const parsed = portalAddress(address, { privateHosts });
  if (parsed.kind === "malformed") {
    const { value, rule, remedy } = parsed.problem;
    throw wrongInput(`webhook ${value}: ${rule} ${remedy}`);
  }
  return { credentials: { kind: "webhook", url: parsed.base }, host: new URL(parsed.base).host };
}

const ASK_WEBHOOK = "Address of the incoming webhook (Bitrix24: Developer resources, Other, Inbound webhook)";

/** @throws {CliError} 2 when something is missing or wrong. */
export async function readCredentials(context: Context, flags: CredentialFlags): Promise<GivenCredentials> {
  const { privateHosts } = context.config();
  if (flags.oauth === true) return oauthCredentials(context, flags);
  const read = secretReader(context.host);
  const address =
    flags.webhook === undefined
      ? await askSecret(
          context,
          ASK_WEBHOOK,
          "the webhook's address is missing: give --webhook URL, --webhook @file or --webhook -",
        )
      : await read("--webhook", flags.webhook);
  return webhookCredentials(address, privateHosts);
}

async function oauthCredentials(context: Context, flags: CredentialFlags): Promise<GivenCredentials> {
  const { privateHosts } = context.config();
  const { domain, clientId } = flags;
  if (domain === undefined) throw wrongInput("--oauth needs --domain, such as your-company.bitrix24.com");
  if (clientId === undefined)
    throw wrongInput("--oauth needs --client-id, as the application's page in Bitrix24 shows it");
  const parsed = portalAddress(domain, { token: "given", privateHosts });
  if (parsed.kind === "malformed")
    throw wrongInput(`--domain ${parsed.problem.value}: ${parsed.problem.rule} ${parsed.problem.remedy}`);
  const read = secretReader(context.host);
  const missing = "--oauth needs --client-secret, as it is, @file or -";
  const clientSecret =
    flags.clientSecret === undefined
      ? await askSecret(context, "Client secret of the application", missing)
      : await read("--client-secret", flags.clientSecret);
  const { host } = new URL(parsed.base);
  const named = namedServer(flags, privateHosts);
  const server = named ?? authServerOf(parsed.base);
  const tokens = await readTokens(flags, { read, clientEndpoint: parsed.base, server, now: context.clock() });
  const serverEndpoint = named === undefined ? {} : { serverEndpoint: named };
  const known = {
    kind: "oauth",
    domain: host,
    endpoint: parsed.base,
    clientId,
    clientSecret,
    ...serverEndpoint,
  } as const;
  const memberId = tokens?.memberId ?? "";
  const installed = tokens ? { tokens, ...(memberId === "" ? {} : { memberId }) } : {};
  return { credentials: { ...known, ...installed }, host };
}

type Tokens = NonNullable<Extract<Credentials, { kind: "oauth" }>["tokens"]>;

/** OAuth documentation: an access token lives for an hour. One that is older is renewed at its first use. */
const ACCESS_MS = 3_600_000;

/** The authorisation server that the operator names, ending in `/`. @throws {CliError} 2 */
function namedServer({ serverEndpoint }: CredentialFlags, privateHosts: readonly string[]): string | undefined {
  if (serverEndpoint === undefined) return undefined;
  if (!URL.canParse(serverEndpoint) || !isSafe(new URL(serverEndpoint), privateHosts)) {
    throw wrongInput(
      `--server-endpoint ${serverEndpoint}: must be an https address, such as https://oauth.bitrix.info/rest/`,
    );
  }
  return serverEndpoint.endsWith("/") ? serverEndpoint : `${serverEndpoint}/`;
}

async function readTokens(
  { accessToken, refreshToken, memberId = "" }: CredentialFlags,
  given: { read: ReturnType<typeof secretReader>; clientEndpoint: string; server: string; now: number },
): Promise<Tokens | undefined> {
  if (accessToken === undefined && refreshToken === undefined) return undefined;
  if (accessToken === undefined || refreshToken === undefined)
    throw wrongInput("--access-token and --refresh-token go together");
  return {
    accessToken: await given.read("--access-token", accessToken),
    refreshToken: await given.read("--refresh-token", refreshToken),
    expiresAt: given.now + ACCESS_MS,
    clientEndpoint: given.clientEndpoint,
    serverEndpoint: given.server,
    memberId,
  };
}

const isSafe = ({ protocol, host }: URL, privateHosts: readonly string[]): boolean =>
  protocol === "https:" || isListed(host, privateHosts);
