import type { IncomingMessage, ServerResponse } from "node:http";
import { type Faults, tooManyRequests } from "./faults.ts";
import { fileBehind } from "./files.ts";
import { sendReply } from "./http.ts";
import type { StoredFile } from "./model.ts";
import type { World } from "./world.ts";

/** Serves attachment links: signed, expiring after 24 hours, with ranges. */
export function createCdn(world: World, faults: Faults) {
  return (request: IncomingMessage, response: ServerResponse, url: URL): void => {
    const fault = faults.take(request.method ?? "GET", url.pathname);
    const note = (status: number) => {
      const { range, authorization } = request.headers;
      world.downloads.push({ path: url.pathname, status, range, authorized: authorization !== undefined });
      world.changed();
    };
    const cutAfter = fault?.kind === "reset" ? fault.afterBytes : undefined;
    if (fault?.kind === "reset" && cutAfter === undefined) return void request.socket.destroy();
    if (fault?.kind === "hang") return;
    if (fault && fault.kind !== "reset") {
      const reply = fault.kind === "429" ? tooManyRequests(fault.retryAfterS ?? 1, fault.scope ?? "user") : fault;
      note(reply.status);
      sendReply(response, reply);
      return;
    }
    const file = fileBehind(world, url);
    note(file ? serve(file, request, { response, cutAfter }) : gone(response));
  };
}

function gone(response: ServerResponse): number {
  response.writeHead(404, { "content-type": "text/plain;charset=UTF-8" }).end("This content is no longer available.");
  return 404;
}

interface Answering {
  readonly response: ServerResponse;
  /** Breaks the connection after so many bytes. */
  readonly cutAfter: number | undefined;
}

/** Returns the status. */
function serve(file: StoredFile, request: IncomingMessage, { response, cutAfter }: Answering): number {
  const total = file.bytes.length;
  const headers = { "content-type": file.contentType ?? "application/octet-stream", "accept-ranges": "bytes" };
  const send = (bytes: Buffer) => {
    if (request.method === "HEAD") response.end();
    else if (cutAfter === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, cutAfter), () => response.destroy());
  };
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (!range || (range[1] === "" && range[2] === "")) {
    response.writeHead(200, { ...headers, "content-length": total });
    send(file.bytes);
    return 200;
  }
  const start = range[1] === "" ? Math.max(0, total - Number(range[2])) : Number(range[1]);
  const end = range[1] === "" || range[2] === "" ? total - 1 : Math.min(Number(range[2]), total - 1);
  if (start > end) {
    response.writeHead(416, { "content-range": `bytes */${total}` }).end();
    return 416;
  }
  const part = file.bytes.subarray(start, end + 1);
  const contentRange = `bytes ${start}-${end}/${total}`;
  response.writeHead(206, { ...headers, "content-range": contentRange, "content-length": part.length });
  send(part);
  return 206;
}
