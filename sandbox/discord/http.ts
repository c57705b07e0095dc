import type { IncomingMessage, ServerResponse } from "node:http";
import type { Json } from "./model.ts";
import { formRefusal, isObject, refusals } from "./refusals.ts";

/** Documented ceiling of one request. */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

export interface Upload {
  /** The n of `files[n]`. */
  readonly index: number;
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Record<string, string>;
}

export interface ReceivedBody {
  readonly json: Json | undefined;
  readonly uploads: readonly Upload[];
}

/** @throws {Refusal} 40005 when the request is larger than 25 MiB. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (size > MAX_REQUEST_BYTES) throw refusals.tooLarge();
  return Buffer.concat(chunks);
}

/** JSON, or multipart with `payload_json` and `files[n]`. */
export async function readBody(request: IncomingMessage): Promise<ReceivedBody> {
  const bytes = await readBytes(request);
  const type = request.headers["content-type"] ?? "";
  if (bytes.length === 0) return { json: undefined, uploads: [] };
  if (type.startsWith("multipart/form-data")) return readMultipart(bytes, type);
  return { json: parseJson(bytes.toString("utf8")), uploads: [] };
}

function parseJson(text: string): Json {
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch {
    throw formRefusal({ path: [], code: "JSON_INVALID", message: "The request body contains invalid JSON." });
  }
}

async function readMultipart(bytes: Buffer, type: string): Promise<ReceivedBody> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const uploads: Upload[] = [];
  let json: Json | undefined;
  for (const [key, value] of form) {
    if (key === "payload_json" && typeof value === "string") json = parseJson(value);
    const index = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (index === undefined || typeof value === "string") continue;
    uploads.push({ index: Number(index), name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  return { json: json ?? {}, uploads };
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  // A fault may answer with a text, as a proxy in front of Discord would.
  const isText = typeof reply.body === "string";
  const type = isText ? "text/html; charset=utf-8" : "application/json";
  const body = isText ? String(reply.body) : JSON.stringify(reply.body);
  response.writeHead(reply.status, { "content-type": type, ...reply.headers }).end(body);
}

/** What the journal of calls shows of a body that is no object. */
export function objectBody(json: Json | undefined): Json {
  return isObject(json) || Array.isArray(json) ? json : {};
}
