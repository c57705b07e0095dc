import type { Finding } from "../app/ports.ts";
import type { Config } from "../config.ts";

const PATIENCE_MS = 3_000;

/** Whether the service of this environment answers. */
export async function serviceFinding({ host, port }: Config): Promise<Finding> {
  const subject = "service";
  const open = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${open.includes(":") ? `[${open}]` : open}:${port}`;
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: "manual" });
    await answer.body?.cancel();
    if (answer.ok) return { subject, state: "ok", detail: `running at ${url}` };
    const fix = "see its log; another program may have this port";
    return { subject, state: "warning", detail: `${url}/healthz answers ${answer.status}`, fix };
  } catch {
    return { subject, state: "warning", detail: `nothing answers at ${url}`, fix: "npx herald24 start" };
  }
}
