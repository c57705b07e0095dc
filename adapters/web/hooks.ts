import type { Context } from "hono";
import type { HookAnswer, HookIntake, HookPost } from "../../src/app/hookIntake.ts";
import type { Clock } from "../../src/app/ports.ts";
import { malformed, notJson, openAdmission, refusal, unknownKey } from "./admission.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import type { Rate } from "./rateLimit.ts";

/** `POST /hooks/<key>`: alerts of another program. 202 is said once they are stored, and not before. */
export function hookRoutes(parts: { hooks: HookIntake; clock: Clock; rate?: Rate }): RouteGroup {
  const { hooks, clock, rate } = parts;
  const admit = openAdmission({ clock, rate, isFull: hooks.isFull });
  return (app) => {
    app.post("/hooks/:key", async (c) => {
      const hook = await hooks.find(c.req.param("key"), "alerts");
      if (!hook) return unknownKey(c);
      const type = (c.req.header("content-type") ?? "").toLowerCase();
      if (type.startsWith("multipart/"))
        return refusal(c, 415, { code: "multipart", message: `${type.split(";")[0]}: send JSON (application/json)` });
      const admitted = await admit(c, hook);
      if (admitted.kind === "refused") return admitted.response;
      return answerTo(c, await hooks.take(hook, readPost(c, type, admitted.bytes)));
    });
  };
}

/** Whatever the content type says, the body is JSON; GitHub can put it into a form's field `payload`, Uptime Kuma calls it `data`. */
function readPost(c: Context<WebEnv>, type: string, bytes: Buffer): HookPost {
  const decoded = new TextDecoder().decode(bytes);
  // `curl -d` calls everything a form, JSON with `&data=` in it too.
  const isForm = type.startsWith("application/x-www-form-urlencoded") && !/^\s*[[{]/u.test(decoded);
  const form = isForm ? new URLSearchParams(decoded) : undefined;
  return {
    bytes,
    text: form?.get("payload") ?? form?.get("data") ?? decoded,
    event: c.req.header("x-github-event"),
    delivery: c.req.header("x-github-delivery") ?? c.req.header("idempotency-key"),
    signature: c.req.header("x-hub-signature-256"),
  };
}

function answerTo(c: Context<WebEnv>, answer: HookAnswer): Response {
  switch (answer.kind) {
    case "taken": {
      const { taken, known, cut } = answer;
      return c.json({ taken, known, cut }, 202);
    }
    case "ignored":
      return c.json({ taken: 0, known: 0, cut: [], ignored: answer.what }, 202);
    case "not-json":
      return notJson(c, answer);
    case "malformed":
      return malformed(c, answer);
    case "unsigned":
      return refusal(c, 401, { code: "unsigned", message: answer.rule });
    case "revoked":
      return unknownKey(c);
    default:
      return answer satisfies never;
  }
}
