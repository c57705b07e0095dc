import type { Applications } from "./oauth.ts";

/** What the other side answered. */
export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** Fields in place of the true ones, for those who forge. */
export type Forged = Readonly<Record<string, string>>;

export interface InstallOptions {
  readonly clientId: string;
  /** The page in a frame, or the event `ONAPPINSTALL`, which is the default. */
  readonly form?: "iframe" | "event";
  /** Whom the tokens act as. */
  readonly userId?: number;
  readonly forged?: Forged;
}

/** What a portal does of its own accord when an application is installed, changed or removed. */
export interface Installing {
  /** Posts to the application's handler as the portal does when an administrator installs it. */
  install(handlerUrl: string, options: InstallOptions): Promise<Answered>;
  /** Posts `ONAPPUPDATE` with a new application token. */
  update(handlerUrl: string, options: { clientId: string; forged?: Forged }): Promise<Answered>;
  /** Removes the application: its tokens die, then every handler bound to `ONAPPUNINSTALL` hears of it, or `handlerUrl` alone. */
  uninstall(options: { clientId: string; handlerUrl?: string; forged?: Forged }): Promise<readonly Answered[]>;
  /** What a user's browser does with an authorisation link: consents, and follows the portal to the redirect address. */
  authorize(link: string, redirectUrl: string, forged?: Forged): Promise<Answered & { readonly address: string }>;
  applicationTokenOf(clientId: string): string;
}

const ACCESS_SECONDS = "3600";

interface Sender {
  readonly applications: Applications;
  readonly host: string;
  /** The portal's REST address, and its authorisation server's. */
  readonly endpoint: string;
  readonly memberId: string;
}

export function openInstalling(
  applications: Applications,
  { url, memberId }: { url: string; memberId: string },
): Installing {
  const sender: Sender = { applications, host: new URL(url).host, endpoint: `${url}/rest/`, memberId };
  return {
    applicationTokenOf: applications.applicationTokenOf,
    install: (handlerUrl, options) => {
      if (options.form === "iframe") return openPage(handlerUrl, options, sender);
      const { clientId, userId, forged } = options;
      const fields = { ...eventFields("ONAPPINSTALL", clientId, sender), ...tokenFields(sender, clientId, userId) };
      return post(handlerUrl, { ...fields, ...forged });
    },
    update: (handlerUrl, { clientId, forged }) => {
      applications.renewApplicationToken(clientId);
      const fields = { ...eventFields("ONAPPUPDATE", clientId, sender), ...tokenFields(sender, clientId) };
      return post(handlerUrl, { ...fields, ...forged });
    },
    uninstall: async ({ clientId, handlerUrl, forged }) => {
      if (forged === undefined) applications.revokeTokens(clientId);
      const handlers = handlerUrl === undefined ? applications.handlersOf(clientId, "ONAPPUNINSTALL") : [handlerUrl];
      const fields = { ...eventFields("ONAPPUNINSTALL", clientId, sender), "data[CLEAN]": "1", ...forged };
      return Promise.all(handlers.map((handler) => post(handler, fields)));
    },
    authorize: (link, redirectUrl, forged) => followBack(new URL(link), new URL(redirectUrl), { sender, forged }),
  };
}

function tokenFields({ applications }: Sender, clientId: string, userId?: number): Record<string, string> {
  const { accessToken, refreshToken } = applications.issueTokens(clientId, userId);
  return {
    "auth[access_token]": accessToken,
    "auth[refresh_token]": refreshToken,
    "auth[expires_in]": ACCESS_SECONDS,
    "auth[scope]": applications.appOf(clientId).scopes.join(" "),
    "auth[status]": "L",
  };
}

function eventFields(event: string, clientId: string, sender: Sender): Record<string, string> {
  const { applications, host, endpoint, memberId } = sender;
  return {
    event,
    ts: String(Math.floor(Date.now() / 1_000)),
    "data[VERSION]": "1",
    "data[LANGUAGE_ID]": "en",
    "auth[domain]": host,
    "auth[client_endpoint]": endpoint,
    "auth[server_endpoint]": endpoint,
    "auth[member_id]": memberId,
    "auth[application_token]": applications.applicationTokenOf(clientId),
  };
}

function openPage(handlerUrl: string, { clientId, userId, forged }: InstallOptions, sender: Sender): Promise<Answered> {
  const { applications, host, endpoint, memberId } = sender;
  const { accessToken, refreshToken } = applications.issueTokens(clientId, userId);
  const address = new URL(handlerUrl);
  const query = { DOMAIN: host, PROTOCOL: "0", LANG: "en", APP_SID: memberId };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, forged?.[name] ?? value);
  return post(address.href, {
    AUTH_ID: accessToken,
    AUTH_EXPIRES: ACCESS_SECONDS,
    REFRESH_ID: refreshToken,
    SERVER_ENDPOINT: endpoint,
    APPLICATION_TOKEN: applications.applicationTokenOf(clientId),
    APPLICATION_SCOPE: applications.appOf(clientId).scopes.join(","),
    member_id: memberId,
    status: "L",
    PLACEMENT: "DEFAULT",
    ...forged,
  });
}

async function followBack(
  link: URL,
  back: URL,
  { sender, forged }: { sender: Sender; forged: Forged | undefined },
): Promise<Answered & { address: string }> {
  const { applications, host, memberId } = sender;
  const clientId = link.searchParams.get("client_id") ?? "";
  const fields = {
    code: applications.issueCode(clientId),
    state: link.searchParams.get("state") ?? "",
    domain: host,
    member_id: memberId,
    scope: applications.appOf(clientId).scopes.join(","),
    server_domain: host,
    ...forged,
  };
  for (const [name, value] of Object.entries(fields)) back.searchParams.set(name, value);
  return { ...(await answered(fetch(back))), address: back.href };
}

const post = (address: string, fields: Readonly<Record<string, string>>): Promise<Answered> =>
  answered(fetch(address, { method: "POST", body: new URLSearchParams(fields) }));

async function answered(asked: Promise<Response>): Promise<Answered> {
  const response = await asked;
  return { status: response.status, text: await response.text() };
}
