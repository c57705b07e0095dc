import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Clock, WordsIn } from "../../src/app/ports.ts";
import type { ServedFile } from "../../src/app/store/postFiles.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import { plainPage } from "./page.ts";
import { openRateLimit, type Rate } from "./rateLimit.ts";
import { askedRange, contentDisposition, isUnchanged, servedAs } from "./serving.ts";

export interface MediaRouteParts {
  readonly findLink: (capability: string) => Promise<ServedFile | undefined>;
  /** `end` is exclusive; absent when the file is not kept any more. */
  readonly openFile: (sha256: string, range?: { start: number; end: number }) => Promise<Readable | undefined>;
  /** Needs the catalogue's `page-absent-*` and `page-gone-*`. */
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  /** Of one client. The default lets a whole office behind one address open its notifications at nine in the morning. */
  readonly rate?: Rate;
}

const DEFAULT_RATE: Rate = { burst: 600, perSecond: 20 };

/** What a browser must not do with any answer of this route, pages included. */
const GUARDS = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Robots-Tag": "noindex",
} as const;

/** `GET|HEAD /media/<capability>/<name>`: who has the address may read. The name is for people and is not looked at. */
export function mediaRoutes(parts: MediaRouteParts): RouteGroup {
  const waitSeconds = openRateLimit(parts.rate ?? DEFAULT_RATE, parts.clock);
  return (app) => {
    app.get("/media/:capability/:name", async (c) => {
      const wait = waitSeconds(c.get("client").address);
      if (wait > 0) return c.text("too many requests", 429, { ...GUARDS, "Retry-After": String(wait) });
      const link = await parts.findLink(c.req.param("capability"));
      if (!link) return page(c, parts, { status: 404, id: "absent" });
      if (link.revokedAt !== undefined || link.expiresAt <= parts.clock())
        return page(c, parts, { status: 410, id: "gone" });
      return (await serve(c, link, parts)) ?? page(c, parts, { status: 410, id: "gone" });
    });
  };
}

function page(c: Context<WebEnv>, { wordsIn }: MediaRouteParts, { status, id }: { status: 404 | 410; id: string }) {
  return c.html(plainPage(id, c.req.header("accept-language"), wordsIn), status, {
    ...GUARDS,
    "Cache-Control": "no-store",
    Vary: "Accept-Language",
  });
}

async function serve(
  c: Context<WebEnv>,
  link: ServedFile,
  { openFile }: MediaRouteParts,
): Promise<Response | undefined> {
  const { outgoing } = c.env;
  const etag = `"${link.sha256}"`;
  const headers = { ...headersOf(link), ETag: etag };
  if (isUnchanged(c.req.header("if-none-match"), etag)) return sendEmpty(outgoing, 304, headers);
  const ifRange = c.req.header("if-range");
  const isRangeValid = c.req.raw.method === "GET" && (ifRange === undefined || ifRange === etag);
  const range = askedRange(isRangeValid ? c.req.header("range") : undefined, link.size);
  if (range.kind === "unsatisfiable")
    return sendEmpty(outgoing, 416, { ...GUARDS, "Content-Range": `bytes */${link.size}`, "Content-Length": 0 });
  const file = await openFile(link.sha256, range.kind === "part" ? range : undefined);
  if (!file) return undefined;
  if (c.req.raw.method === "HEAD") {
    file.destroy();
    return sendEmpty(outgoing, 200, { ...headers, "Content-Length": link.size });
  }
  if (range.kind === "whole") return sendFile(outgoing, file, { status: 200, "Content-Length": link.size, ...headers });
  return sendFile(outgoing, file, {
    status: 206,
    ...headers,
    "Content-Length": range.end - range.start,
    "Content-Range": `bytes ${range.start}-${range.end - 1}/${link.size}`,
  });
}

function headersOf(link: ServedFile) {
  const { contentType, disposition } = servedAs(link.mime);
  return {
    ...GUARDS,
    "Content-Type": contentType,
    "Content-Disposition": contentDisposition(disposition, link.name),
    // No longer than a revoked link may go on being seen where it was seen before.
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
  };
}

function sendEmpty(outgoing: ServerResponse, status: number, headers: Record<string, string | number>): Response {
  outgoing.writeHead(status, headers).end();
  return RESPONSE_ALREADY_SENT;
}

/** Straight from the file to the socket: its pace is the reader's, and an error on the way says nothing of the file's place. */
async function sendFile(
  outgoing: ServerResponse,
  file: Readable,
  { status, ...headers }: { status: number } & Record<string, string | number>,
): Promise<Response> {
  outgoing.writeHead(status, headers);
  // The reader left or the disk failed: the connection is cut, so that a part cannot pass for the whole.
  await pipeline(file, outgoing).catch(() => outgoing.destroy());
  return RESPONSE_ALREADY_SENT;
}
