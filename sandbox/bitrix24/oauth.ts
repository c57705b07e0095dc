import { randomBytes } from "node:crypto";
import { castText, type PhpMap } from "./php.ts";

export interface PortalApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** The user its tokens act as. */
  readonly userId: number;
  /** Put in front of system notifications; the client id when absent. */
  readonly name?: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface Grant {
  readonly app: PortalApp;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface Applications {
  /** @throws {RangeError} For an application the portal was not started with. */
  /** @param userId Whom they act as, instead of the application's usual user. */
  issueTokens(clientId: string, userId?: number): Tokens;
  /** An authorisation code: 30 seconds, one use. */
  issueCode(clientId: string): string;
  expireTokens(): void;
  /** Of this application alone, or of all. */
  revokeTokens(clientId?: string): void;
  appOf(clientId: string): PortalApp;
  /** What events of the application prove themselves with. */
  applicationTokenOf(clientId: string): string;
  /** A changed application may have another one. */
  renewApplicationToken(clientId: string): void;
  bindHandler(clientId: string, event: string, handler: string): void;
  handlersOf(clientId: string, event: string): readonly string[];
  grantOf(accessToken: string): Grant | undefined;
  /** The authorisation server's `/oauth/token/`. */
  exchange(query: PhpMap): { readonly status: number; readonly body: PhpMap };
}

export interface ApplicationsOptions {
  readonly apps: readonly PortalApp[];
  readonly memberId: string;
  readonly clock: () => number;
  /** Base address, without a slash at the end. */
  readonly url: () => string;
}

const ACCESS_SECONDS = 3_600;
const CODE_MS = 30_000;
const REFRESH_MS = 180 * 86_400_000;

type Refusal = { readonly status: number; readonly body: PhpMap };

export function openApplications({ apps, memberId, clock, url }: ApplicationsOptions): Applications {
  const access = new Map<string, Grant>();
  const refresh = new Map<string, Grant>();
  const codes = new Map<string, Grant>();
  const appOf = (clientId: string): PortalApp => {
    const app = apps.find((candidate) => candidate.clientId === clientId);
    if (app === undefined) throw new RangeError(`no application "${clientId}" on this portal`);
    return app;
  };
  const issue = (app: PortalApp): Tokens => {
    const [accessToken, refreshToken] = [randomBytes(20).toString("hex"), randomBytes(20).toString("hex")];
    const expiresAt = clock() + ACCESS_SECONDS * 1_000;
    access.set(accessToken, { app, expiresAt });
    refresh.set(refreshToken, { app, expiresAt: clock() + REFRESH_MS });
    return { accessToken, refreshToken, expiresAt };
  };
  const redeem = (store: Map<string, Grant>, key: string, clientId: string): PortalApp | undefined => {
    const grant = store.get(key);
    if (grant === undefined || grant.app.clientId !== clientId || grant.expiresAt <= clock()) return undefined;
    store.delete(key);
    return grant.app;
  };
  return {
    appOf,
    issueTokens: (clientId, userId) => issue({ ...appOf(clientId), ...(userId === undefined ? {} : { userId }) }),
    ...openEventSide(apps),
    issueCode(clientId) {
      const code = randomBytes(20).toString("hex");
      codes.set(code, { app: appOf(clientId), expiresAt: clock() + CODE_MS });
      return code;
    },
    expireTokens() {
      for (const [token, grant] of access) access.set(token, { ...grant, expiresAt: clock() });
    },
    revokeTokens(clientId) {
      for (const store of [access, refresh]) {
        for (const [token, { app }] of store) {
          if (clientId === undefined || app.clientId === clientId) store.delete(token);
        }
      }
    },
    grantOf: (accessToken) => access.get(accessToken),
    exchange(query) {
      const grantType = castText(query.grant_type);
      if (grantType !== "refresh_token" && grantType !== "authorization_code") return refusal("invalid_request");
      const app = apps.find(({ clientId }) => clientId === query.client_id);
      if (app === undefined || app.clientSecret !== query.client_secret) return refusal("invalid_client", 401);
      const redeemed =
        grantType === "refresh_token"
          ? redeem(refresh, castText(query.refresh_token), app.clientId)
          : redeem(codes, castText(query.code), app.clientId);
      if (redeemed === undefined) return refusal("invalid_grant");
      return { status: 200, body: tokenReply(redeemed, issue(redeemed), { memberId, url: url() }) };
    },
  };
}

type EventSide = "applicationTokenOf" | "renewApplicationToken" | "bindHandler" | "handlersOf";

function openEventSide(apps: readonly PortalApp[]): Pick<Applications, EventSide> {
  const tokens = new Map(apps.map(({ clientId }) => [clientId, randomBytes(16).toString("hex")]));
  const handlers = new Map<string, Set<string>>();
  return {
    applicationTokenOf: (clientId) => tokens.get(clientId) ?? "",
    renewApplicationToken: (clientId) => void tokens.set(clientId, randomBytes(16).toString("hex")),
    bindHandler(clientId, event, handler) {
      const key = `${clientId} ${event.toUpperCase()}`;
      handlers.set(key, (handlers.get(key) ?? new Set()).add(handler));
    },
    handlersOf: (clientId, event) => [...(handlers.get(`${clientId} ${event}`) ?? [])],
  };
}

function refusal(error: string, status = 400): Refusal {
  return { status, body: { error, error_description: error.replace("_", " ") } };
}

function tokenReply(app: PortalApp, tokens: Tokens, portal: { memberId: string; url: string }): PhpMap {
  return {
    access_token: tokens.accessToken,
    expires: Math.floor(tokens.expiresAt / 1_000),
    expires_in: ACCESS_SECONDS,
    scope: app.scopes.join(","),
    domain: new URL(portal.url).host,
    server_endpoint: `${portal.url}/rest/`,
    status: "L",
    client_endpoint: `${portal.url}/rest/`,
    member_id: portal.memberId,
    user_id: app.userId,
    refresh_token: tokens.refreshToken,
  };
}
