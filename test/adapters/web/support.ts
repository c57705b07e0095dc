import { request } from "undici";
import { afterEach } from "vitest";
import type { RouteGroup } from "../../../adapters/web/app.ts";
import { startWeb, type Web } from "../../../adapters/web/server.ts";
import type { Log } from "../../../src/app/ports.ts";

export interface Line {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A log that keeps its lines, and says when one has come. */
export function openLines(): { log: Log; lines: Line[]; until: (message: string) => Promise<Line> } {
  const lines: Line[] = [];
  const waiting: (() => void)[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
    for (const look of waiting.splice(0)) look();
  };
  const until = async (message: string): Promise<Line> => {
    for (;;) {
      const found = lines.find((line) => line.message === message);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }, lines, until };
}

const running: Web[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((web) => web.close()));
});

export async function serve(
  routes: readonly RouteGroup[],
  options: { trustedProxies?: readonly string[]; log?: Log; graceMs?: number } = {},
): Promise<Web> {
  const web = await startWeb({
    host: "127.0.0.1",
    port: 0,
    trustedProxies: options.trustedProxies ?? [],
    log: options.log ?? openLines().log,
    routes,
    graceMs: options.graceMs ?? 100,
  });
  running.push(web);
  return web;
}

/** One request, its body read as text. */
export async function ask(url: string, options: Parameters<typeof request>[1] = {}) {
  const { statusCode, headers, body } = await request(url, options);
  return { status: statusCode, headers, text: await body.text() };
}
