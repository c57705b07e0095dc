import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Finding, Words } from "../app/ports.ts";
import type { Config } from "../config.ts";

const PATIENCE_MS = 3_000;

const cause = z.object({ of: z.string(), cause: z.string(), reason: z.string() });
const readiness = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string().optional(),
      causes: z.array(cause).optional(),
    }),
  ),
});

/** Those that there are words for in the operator's language. */
const CAUSES = ["connecting", "stopped", "token", "conflict", "full", "silent"];

/** Whether the service of this environment answers, and what it says of itself. */
export async function serviceFindings({ host, port, adminToken }: Config, { say }: Words): Promise<readonly Finding[]> {
  const check = "service";
  const open = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${open.includes(":") ? `[${open}]` : open}:${port}`;
  try {
    const answer = await ask(`${url}/healthz`, adminToken);
    await answer.body?.cancel();
    if (!answer.ok) {
      const detail = say("service-strange", { url, status: String(answer.status) });
      return [{ check, state: "warning", detail, fix: say("service-strange-fix") }];
    }
    const running: Finding = { check, state: "ok", detail: say("service-ok", { url }) };
    return [running, ...(await troubles(url, adminToken, say))];
  } catch {
    return [{ check, state: "warning", detail: say("service-silent", { url }), fix: say("service-silent-fix") }];
  }
}

const ask = (url: string, adminToken: string | undefined): Promise<Response> =>
  fetch(url, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "manual",
    headers: adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` },
  });

/** What stopped while it runs: a second poller, a refused token, a full disk. */
async function troubles(url: string, adminToken: string | undefined, say: Words["say"]): Promise<readonly Finding[]> {
  const told = readiness.safeParse(await (await ask(`${url}/readyz`, adminToken)).json());
  if (!told.success) return [];
  return told.data.checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail, causes }) => ({
      check: "service-part",
      place: name,
      state: "broken",
      detail: causes?.length
        ? causes.map((each) => causeText(each, say)).join("; ")
        : detail === undefined
          ? say("service-part-unwell")
          : say("service-part-says", { detail }),
      fix: say(name === "portals" ? "service-part-fix-portals" : "service-part-fix"),
    }));
}

function causeText({ of, cause: why, reason }: z.output<typeof cause>, say: Words["say"]): string {
  const what = CAUSES.includes(why) ? say(`service-cause-${why}`) : say("service-part-says", { detail: reason });
  return say("service-cause", { of, what });
}

const MEGABYTE = 1024 * 1024;
/** Below this the database may not be able to write. */
const FULL_BYTES = 50 * MEGABYTE;
const SCARCE_BYTES = 500 * MEGABYTE;

/** The disk that database and media lie on. */
export async function diskFindings(
  { dataDir: folder }: Pick<Config, "dataDir">,
  { say }: Words,
  freeBytes: (path: string) => Promise<number> = free,
): Promise<readonly Finding[]> {
  const check = "disk";
  const bytes = await freeBytes(existsSync(folder) ? folder : dirname(folder)).catch(() => undefined);
  if (bytes === undefined) return [];
  const detail = say("disk-free", { megabytes: Math.floor(bytes / MEGABYTE), folder });
  if (bytes >= SCARCE_BYTES) return [{ check, state: "ok", detail }];
  return [{ check, state: bytes < FULL_BYTES ? "broken" : "warning", detail, fix: say("disk-fix") }];
}

async function free(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
