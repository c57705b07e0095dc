import { readFile } from "node:fs/promises";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { addApi } from "./api.ts";
import type { Stage } from "./stage.ts";

const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "page.html", type: "text/html; charset=utf-8" },
  "/page.css": { file: "page.css", type: "text/css; charset=utf-8" },
  "/controls.css": { file: "controls.css", type: "text/css; charset=utf-8" },
  "/page.js": { file: "page.js", type: "text/javascript; charset=utf-8" },
  "/draw.js": { file: "draw.js", type: "text/javascript; charset=utf-8" },
  "/words.js": { file: "words.js", type: "text/javascript; charset=utf-8" },
};

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the one page of the demo, on the loopback address only. */
export async function startPage(stage: Stage, { port }: { port: number }): Promise<Page> {
  const app = new Hono();
  let host = "";
  app.use(async (context, next) => {
    // A page elsewhere could point its name at this address, or post a form here: neither gets an answer.
    const { origin } = new URL(`http://${host}`);
    if (context.req.header("host") !== host) return context.text("unknown host", 421);
    if (context.req.method === "POST" && context.req.header("origin") !== origin) return context.text("no", 403);
    await next();
    for (const [name, value] of Object.entries(headersFor(stage))) context.res.headers.set(name, value);
    return undefined;
  });
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(path, async (context) => {
      const content = await readFile(new URL(file, import.meta.url), "utf8");
      return context.body(content, 200, { "content-type": type, "cache-control": "no-store" });
    });
  }
  const ending = new AbortController();
  addApi(app, stage, ending.signal);
  const server = createAdaptorServer({ fetch: app.fetch });
  host = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(`127.0.0.1:${address !== null && typeof address === "object" ? address.port : port}`);
    });
  });
  return {
    url: `http://${host}/`,
    close: () =>
      new Promise((resolve) => {
        ending.abort();
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

/** Pictures of notifications come from the service itself, which has another port. */
function headersFor({ house }: Stage): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: ${new URL(house.serviceUrl).origin}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
}
