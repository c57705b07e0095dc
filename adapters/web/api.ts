import type { Context } from "hono";
import type { Api, ApiAnswer, ApiNotificationView } from "../../src/app/apiNotifications.ts";
import type { HookIntake } from "../../src/app/hookIntake.ts";
import type { Clock } from "../../src/app/ports.ts";
import type { Delivery } from "../../src/app/store/deliveries.ts";
import type { Hook } from "../../src/app/store/hooks.ts";
import { malformed, notJson, openAdmission, refusal } from "./admission.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import type { Rate } from "./rateLimit.ts";

/** By then some thousand of those that wait have gone. */
const FULL_SECONDS = 60;

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/u;

/** `POST /api/v1/notifications` and `GET /api/v1/notifications/<id>`, with the key of a hook of kind `api` as bearer. */
export function apiRoutes(parts: { api: Api; hooks: HookIntake; clock: Clock; rate?: Rate }): RouteGroup {
  const { api, hooks, clock, rate } = parts;
  const admit = openAdmission({ clock, rate, isFull: async () => false });
  const hookOf = async (c: Context<WebEnv>): Promise<Hook | undefined> => {
    const key = /^Bearer +(?<key>\S+)$/iu.exec(c.req.header("authorization") ?? "")?.groups?.key;
    return hooks.find(key ?? "", "api");
  };
  return (app) => {
    app.post("/api/v1/notifications", async (c) => {
      const hook = await hookOf(c);
      if (!hook) return unauthorised(c);
      const idempotencyKey = c.req.header("idempotency-key");
      if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
        const message = "Idempotency-Key must be 1 to 255 visible ASCII characters without blanks";
        return refusal(c, 400, { code: "malformed", message, path: "Idempotency-Key" });
      }
      const admitted = await admit(c, hook);
      if (admitted.kind === "refused") return admitted.response;
      const text = new TextDecoder().decode(admitted.bytes);
      return answerTo(c, await api.notify(hook, { text, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }));
    });
    app.get("/api/v1/notifications/:id", async (c) => {
      const hook = await hookOf(c);
      if (!hook) return unauthorised(c);
      const id = c.req.param("id");
      const found = /^[1-9]\d{0,15}$/u.test(id) ? await api.find(hook, Number(id)) : undefined;
      if (!found) return refusal(c, 404, { code: "not-found", message: "there is no such notification" });
      const { notification } = found;
      const { createdAt, tag = null } = notification;
      return c.json({ ...view(found), createdAt: new Date(createdAt).toISOString(), tag }, 200, NO_STORE);
    });
  };
}

const NO_STORE = { "Cache-Control": "no-store" } as const;

function unauthorised(c: Context<WebEnv>): Response {
  c.header("WWW-Authenticate", "Bearer");
  const message =
    "Authorization must be: Bearer, and the key that `herald24 hook add <workspace> <name> --kind api` printed";
  return refusal(c, 401, { code: "unauthorized", message });
}

function answerTo(c: Context<WebEnv>, answer: ApiAnswer): Response {
  switch (answer.kind) {
    case "accepted": {
      const { unknown, ambiguous } = answer;
      return c.json({ ...view(answer), unknown, ambiguous }, 202, NO_STORE);
    }
    case "not-json":
      return notJson(c, answer);
    case "malformed":
      return malformed(c, answer);
    case "nobody": {
      const { unknown, ambiguous } = answer;
      const message = `to names nobody who is known here: ${[...unknown, ...ambiguous.map(({ label }) => label)].join(", ")}`;
      return refusal(c, 422, { code: "unknown-recipients", message, path: "to", unknown, ambiguous });
    }
    case "conflict": {
      const message = `this Idempotency-Key was used already, for another body or for a notification erased since (${answer.notificationId}): take a new one`;
      return refusal(c, 409, { code: "idempotency-conflict", message, path: "Idempotency-Key" });
    }
    case "full": {
      const { bound, most } = answer;
      c.header("Retry-After", String(FULL_SECONDS));
      const whose = bound === "sender" ? "of this key" : "of this workspace";
      const message = `${most} deliveries ${whose} wait already, nothing was taken: again in ${FULL_SECONDS} s`;
      return refusal(c, 429, { code: "full", message });
    }
    case "revoked":
      return unauthorised(c);
    default:
      return answer satisfies never;
  }
}

/** As `deliveries list --json` tells it. */
const view = ({ notification, deliveries }: ApiNotificationView) => ({
  id: notification.id,
  deliveries: deliveries.map((delivery: Delivery) => ({
    id: delivery.id,
    person: delivery.bitrixId,
    state: delivery.state,
    verdict: delivery.verdict ?? null,
    code: delivery.code ?? null,
  })),
});
