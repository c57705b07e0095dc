import { isOperator } from "./access.ts";
import type { RouteGroup } from "./app.ts";

/** One thing this service needs in order to do its work. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<Look>;
}

/** All but whether it is well is shown to the operator only. */
interface Look {
  readonly ok: boolean;
  readonly detail?: string;
  /** The detail for programs, which may say it in another language: `cause` is a name that stays, `reason` is English. */
  readonly causes?: readonly { readonly of: string; readonly cause: string; readonly reason: string }[];
}

interface Reading extends Look {
  readonly name: string;
}

/** Orchestrators give up on a probe after 10 s or sooner; a check that hangs is a finding, not a reason to hang. */
const PATIENCE_MS = 5_000;

/** `GET /healthz`: the process answers. `GET /readyz`: every check is well, else 503. */
export function healthRoutes(parts: {
  checks: readonly Check[];
  adminToken?: string | undefined;
  patienceMs?: number;
}): RouteGroup {
  return (app) => {
    app.get("/healthz", (c) => c.text("ok", 200, { "Cache-Control": "no-store" }));
    app.get("/readyz", async (c) => {
      const readings = await Promise.all(parts.checks.map((check) => read(check, parts.patienceMs ?? PATIENCE_MS)));
      const ready = readings.every(({ ok }) => ok);
      const checks = isOperator(c, parts.adminToken) ? readings : readings.map(({ name, ok }) => ({ name, ok }));
      return c.json({ ready, checks }, ready ? 200 : 503, { "Cache-Control": "no-store" });
    });
  };
}

async function read({ name, look }: Check, patienceMs: number): Promise<Reading> {
  const { promise: late, resolve } = Promise.withResolvers<Look>();
  const reason = `no answer within ${patienceMs} ms`;
  const silent = { ok: false, detail: reason, causes: [{ of: name, cause: "silent", reason }] };
  const timer = setTimeout(() => resolve(silent), patienceMs);
  try {
    return { name, ...(await Promise.race([look(), late])) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.name : "failed" };
  } finally {
    clearTimeout(timer);
  }
}
