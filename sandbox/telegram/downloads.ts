import type { IncomingMessage, ServerResponse } from "node:http";
import { refused, send } from "./answer.ts";
import { Refusal } from "./errors.ts";
import type { FileStore } from "./files.ts";

interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** RFC 9110, single byte ranges; undefined for the whole file, `outside` when nothing of it exists. */
function readRange(header: string | undefined, length: number): Range | "outside" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/u.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  const from = first === "" ? Math.max(length - Number(last), 0) : Number(first);
  const to = first === "" || last === "" ? length : Math.min(Number(last) + 1, length);
  return from < to ? { from, to } : "outside";
}

export interface Download {
  readonly path: string;
  readonly now: number;
  /** Breaks the connection after so many bytes. */
  readonly cutAfter?: number | undefined;
}

function write(response: ServerResponse, part: Uint8Array, cutAfter: number | undefined): void {
  if (cutAfter === undefined) {
    response.end(part);
    return;
  }
  response.write(part.subarray(0, cutAfter), () => response.destroy());
}

/** Serves the bytes behind a link of getFile. @returns The HTTP status. */
export function serveFile(files: FileStore, exchange: [IncomingMessage, ServerResponse], download: Download): number {
  const [request, response] = exchange;
  const file = files.follow(download.path, download.now);
  if (!file) {
    send(response, refused(new Refusal(404, "Not Found")));
    return 404;
  }
  const { bytes } = file;
  const range = readRange(request.headers.range, bytes.length);
  if (range === "outside") {
    send(response, { status: 416, body: "", headers: { "content-range": `bytes */${bytes.length}` } });
    return 416;
  }
  const { from, to } = range ?? { from: 0, to: bytes.length };
  const status = range ? 206 : 200;
  response.writeHead(status, {
    "content-type": "application/octet-stream",
    "accept-ranges": "bytes",
    "content-length": String(to - from),
    ...(range && { "content-range": `bytes ${from}-${to - 1}/${bytes.length}` }),
  });
  write(response, bytes.subarray(from, to), download.cutAfter);
  return status;
}
