import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Finding } from "../app/ports.ts";
import type { Config } from "../config.ts";

const PATIENCE_MS = 3_000;

const readiness = z.object({
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })),
});

/** Whether the service of this environment answers, and what it says of itself. */
export async function serviceFindings({ host, port, adminToken }: Config): Promise<readonly Finding[]> {
  const subject = "service";
  const open = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${open.includes(":") ? `[${open}]` : open}:${port}`;
  try {
    const answer = await ask(`${url}/healthz`, adminToken);
    await answer.body?.cancel();
    if (!answer.ok) {
      const fix = "see its log; another program may have this port";
      return [{ subject, state: "warning", detail: `${url}/healthz answers ${answer.status}`, fix }];
    }
    return [{ subject, state: "ok", detail: `running at ${url}` }, ...(await troubles(url, adminToken))];
  } catch {
    return [{ subject, state: "warning", detail: `nothing answers at ${url}`, fix: "npx herald24 start" }];
  }
}

const ask = (url: string, adminToken: string | undefined): Promise<Response> =>
  fetch(url, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "manual",
    headers: adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` },
  });

/** What stopped while it runs: a second poller, a refused token, a full disk. */
async function troubles(url: string, adminToken: string | undefined): Promise<readonly Finding[]> {
  const told = readiness.safeParse(await (await ask(`${url}/readyz`, adminToken)).json());
  if (!told.success) return [];
  const fix = "mend the cause, then start the service again";
  return told.data.checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => ({ subject: `service ${name}`, state: "broken", detail: detail ?? "not well", fix }));
}

const MEGABYTE = 1024 * 1024;
/** Below this the database may not be able to write. */
const FULL_BYTES = 50 * MEGABYTE;
const SCARCE_BYTES = 500 * MEGABYTE;

/** The disk that database and media lie on. */
export async function diskFindings(
  { dataDir }: Pick<Config, "dataDir">,
  freeBytes: (path: string) => Promise<number> = free,
): Promise<readonly Finding[]> {
  const subject = "disk";
  const bytes = await freeBytes(existsSync(dataDir) ? dataDir : dirname(dataDir)).catch(() => undefined);
  if (bytes === undefined) return [];
  const detail = `${Math.floor(bytes / MEGABYTE)} MB are free where ${dataDir} lies`;
  if (bytes >= SCARCE_BYTES) return [{ subject, state: "ok", detail }];
  const fix = "free some space, lower MEDIA_QUOTA_MEGABYTES, or move DATA_DIR to a larger disk";
  return [{ subject, state: bytes < FULL_BYTES ? "broken" : "warning", detail, fix }];
}

async function free(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
