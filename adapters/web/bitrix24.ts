import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { Believed, Consent, PortalEvent } from "../../src/app/install.ts";
import type { Clock, WordsIn } from "../../src/app/ports.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import { readBody } from "./body.ts";
import { plainPage, viewerLanguage } from "./page.ts";
import { openRateLimit } from "./rateLimit.ts";

export interface Bitrix24Parts {
  readonly believe: (event: PortalEvent) => Promise<Believed>;
  readonly consented: (consent: Consent) => Promise<Believed>;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
}

/** What Bitrix24 sends is a few short fields. */
const MAX_BODY_BYTES = 64 * 1024;
/** A token is an hour good (OAuth documentation); nobody installs in bursts. */
const DEFAULT_LIFE_S = 3_600;
const LONGEST_LIFE_S = 86_400;
const RATE = { burst: 20, perSecond: 0.5 } as const;
/** Of all addresses together: each installation that is announced, true or not, makes us ask Bitrix24 about it. */
const RATE_OF_ALL = { burst: 100, perSecond: 2 } as const;

const INSTALLING = new Set(["ONAPPINSTALL", "ONAPPUPDATE"]);

/**
 * `/bitrix24/install` and `/bitrix24/events` take what portals send of their own accord, `/bitrix24/oauth` is where a browser
 * comes back to from a portal's consent page. Whatever is not believed gets one and the same answer.
 */
export function bitrix24Routes(parts: Bitrix24Parts): RouteGroup {
  const waitSeconds = openRateLimit(RATE, parts.clock);
  const waitTogether = openRateLimit(RATE_OF_ALL, parts.clock);
  const isTooFast = (c: Context<WebEnv>): boolean =>
    waitSeconds(c.get("client").address) > 0 || waitTogether("all") > 0;
  return (app) => {
    // An application with a page of its own has that page opened where browsers come back to.
    for (const path of ["/bitrix24/install", "/bitrix24/events", "/bitrix24/oauth"]) {
      app.post(path, async (c) => {
        if (isTooFast(c)) return c.text("too many requests", 429, { "Retry-After": "10" });
        const body = await readBody(c.env.incoming, MAX_BODY_BYTES);
        if (body === undefined) return c.text("too large", 413, { Connection: "close" });
        const form = new URLSearchParams(body);
        const query = new URL(c.req.url).searchParams;
        const event = readEvent(form, query);
        const believed = event ? await parts.believe(event) : ({ kind: "refused" } as const);
        if (believed.kind === "refused") return c.text("forbidden", 403);
        return form.has("AUTH_ID")
          ? c.html(installedPage(query.get("LANG") ?? undefined, parts.wordsIn))
          : c.text("ok");
      });
    }
    app.get("/bitrix24/oauth", async (c) => {
      if (isTooFast(c)) return c.text("too many requests", 429, { "Retry-After": "10" });
      // The address holds a code: it must not be sent on with a click, nor kept.
      c.header("Referrer-Policy", "no-referrer");
      c.header("Cache-Control", "no-store");
      const query = new URL(c.req.url).searchParams;
      const field = (name: string): string => query.get(name) ?? "";
      const consent = {
        code: field("code"),
        state: field("state"),
        memberId: field("member_id"),
        serverHost: field("server_domain").toLowerCase(),
      };
      const believed =
        consent.code === "" || consent.state === "" ? ({ kind: "refused" } as const) : await parts.consented(consent);
      const language = c.req.header("accept-language");
      if (believed.kind === "refused") return c.html(plainPage("connect-refused", language, parts.wordsIn), 403);
      return c.html(plainPage("connected", language, parts.wordsIn));
    });
  };
}

/** Either form that Bitrix24's documentation describes: an event, or the page that is opened in a frame. */
function readEvent(form: URLSearchParams, query: URLSearchParams): PortalEvent | undefined {
  const field = (name: string): string => form.get(name) ?? "";
  const name = field("event").toUpperCase();
  if (name === "ONAPPUNINSTALL") {
    const [memberId, applicationToken] = [field("auth[member_id]"), field("auth[application_token]")];
    return memberId === "" || applicationToken === "" ? undefined : { kind: "uninstalled", memberId, applicationToken };
  }
  if (INSTALLING.has(name)) {
    return complete({
      kind: "installed",
      isPage: false,
      domain: field("auth[domain]"),
      accessToken: field("auth[access_token]"),
      refreshToken: field("auth[refresh_token]"),
      lifeSeconds: lifeOf(field("auth[expires_in]")),
      serverEndpoint: field("auth[server_endpoint]"),
      memberId: field("auth[member_id]"),
      applicationToken: field("auth[application_token]"),
    });
  }
  if (name !== "") return undefined;
  return complete({
    kind: "installed",
    isPage: true,
    domain: query.get("DOMAIN") ?? field("DOMAIN"),
    accessToken: field("AUTH_ID"),
    refreshToken: field("REFRESH_ID"),
    lifeSeconds: lifeOf(field("AUTH_EXPIRES")),
    serverEndpoint: field("SERVER_ENDPOINT"),
    memberId: field("member_id"),
    applicationToken: field("APPLICATION_TOKEN"),
  });
}

function complete(event: Extract<PortalEvent, { kind: "installed" }>): PortalEvent | undefined {
  const { domain, accessToken, refreshToken, serverEndpoint, memberId } = event;
  return [domain, accessToken, refreshToken, serverEndpoint, memberId].includes("") ? undefined : event;
}

function lifeOf(given: string): number {
  const seconds = Number(given);
  return seconds > 0 && seconds <= LONGEST_LIFE_S ? seconds : DEFAULT_LIFE_S;
}

/** Where Bitrix24 keeps the script with which a page in its frame speaks to it. */
const FRAME_SCRIPT = "https://api.bitrix24.com/api/v1/";

/** An application with a page of its own counts as installed only once that page says so (Bitrix24: `BX24.installFinish`). */
function installedPage(language: string | undefined, wordsIn: WordsIn) {
  const spoken = viewerLanguage(language);
  const { say } = wordsIn(spoken);
  return html`<!doctype html>
<html lang="${spoken}">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>${say("page-connected-title")}</title>
<script src="${FRAME_SCRIPT}"></script>
</head>
<body>
<h1>${say("page-connected-title")}</h1>
<p>${say("page-connected-text")}</p>
<script>${raw("window.BX24 && BX24.init(function () { BX24.installFinish(); });")}</script>
</body>
</html>
`;
}
