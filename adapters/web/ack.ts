import { createHash } from "node:crypto";
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { AckAsk, AckPage, AckView } from "../../src/app/ackPage.ts";
import type { Clock, WordsIn } from "../../src/app/ports.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import { readBytes } from "./body.ts";
import { plainPage } from "./page.ts";
import { openRateLimit, type Rate } from "./rateLimit.ts";

export interface AckRouteParts {
  readonly page: AckPage;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  /** Of one client. The default lets a whole office behind one address look at the same alert at once. */
  readonly rate?: Rate;
}

const DEFAULT_RATE: Rate = { burst: 200, perSecond: 5 };
/** The form has no fields. */
const MAX_BODY_BYTES = 4_096;

const STYLE = `:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: .25rem 0 .5rem; }
p { margin: .5rem 0; }
.quiet { opacity: .75; font-size: .95rem; }
button { font: inherit; font-weight: 600; width: 100%; margin-top: 1rem; padding: .9rem 1rem; border: 0; border-radius: .6rem; background: #1a6fd4; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid #8fbdf3; outline-offset: 2px; }`;

/** No script runs here, nothing is fetched, and no other page may frame it to borrow a tap. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const GUARDS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": POLICY,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "X-Robots-Tag": "noindex, nofollow",
} as const;

/**
 * `/ack/<incident>/<recipient>/<signature>`: GET shows how an incident stands, POST takes it. Whoever only fetches addresses, as
 * previews of links and filters of mail do, therefore takes nothing; whoever can post there has been given the address.
 */
export function ackRoutes(parts: AckRouteParts): RouteGroup {
  const waitSeconds = openRateLimit(parts.rate ?? DEFAULT_RATE, parts.clock);
  const tooFast = (c: Context<WebEnv>): Response | undefined => {
    const wait = waitSeconds(c.get("client").address);
    return wait > 0 ? c.text("too many requests", 429, { ...GUARDS, "Retry-After": String(wait) }) : undefined;
  };
  return (app) => {
    app.get("/ack/:incident/:recipient/:signature", async (c) => {
      const slow = tooFast(c);
      if (slow) return slow;
      const asked = askedIn(c.req.param());
      const view = asked && (await parts.page.find(asked));
      return view ? c.html(incidentPage(view, parts.wordsIn), 200, GUARDS) : absent(c, parts);
    });
    app.post("/ack/:incident/:recipient/:signature", async (c) => {
      const slow = tooFast(c);
      if (slow) return slow;
      if ((await readBytes(c.env.incoming, MAX_BODY_BYTES)) === undefined)
        return c.text("too large", 413, { ...GUARDS, Connection: "close" });
      const asked = askedIn(c.req.param());
      const view = asked && (await parts.page.take(asked));
      // Loading the page anew asks nothing anew. Relative, since a proxy may have put a path of its own in front.
      return asked && view ? c.body(null, 303, { ...GUARDS, Location: asked.signature }) : absent(c, parts);
    });
  };
}

function askedIn(given: { incident: string; recipient: string; signature: string }): AckAsk | undefined {
  const { incident, recipient, signature } = given;
  return /^[1-9]\d{0,14}$/u.test(recipient) ? { incident, bitrixId: Number(recipient), signature } : undefined;
}

/** One and the same for a link that never was, one that has ended, and one that was changed. */
const absent = (c: Context<WebEnv>, { wordsIn }: AckRouteParts): Response | Promise<Response> =>
  c.html(plainPage("ack-absent", c.req.header("accept-language"), wordsIn), 404, {
    ...GUARDS,
    Vary: "Accept-Language",
  });

function incidentPage(view: AckView, wordsIn: WordsIn) {
  const { say } = wordsIn(view.language);
  return html`<!doctype html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${view.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<p class="state">${view.state}</p>
<h1>${view.title}</h1>
<p class="quiet">${view.about}</p>
${standing(view, say)}
</main>
</body>
</html>
`;
}

function standing({ status, isMine, reader }: AckView, say: ReturnType<WordsIn>["say"]) {
  switch (status) {
    case "open":
      return html`<form method="post"><button type="submit">${say("ack-label")}</button></form>
<p class="quiet">${say("ack-page-reader", { name: reader })}</p>`;
    case "acknowledged":
      return html`<p>${say(isMine ? "ack-page-mine" : "ack-page-taken")}</p>`;
    case "resolved":
      return html`<p>${say("ack-page-over")}</p>`;
    default:
      return status satisfies never;
  }
}
