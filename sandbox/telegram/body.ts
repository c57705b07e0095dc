import type { IncomingMessage } from "node:http";
import { type Args, isRecord, type Upload } from "./args.ts";
import { badRequest } from "./errors.ts";

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function readJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("can't parse request: invalid JSON");
  }
  if (!isRecord(parsed)) throw badRequest("can't parse request: JSON object expected");
  return parsed;
}

async function readMultipart(body: Buffer, contentType: string): Promise<Args> {
  const payload: Record<string, unknown> = {};
  const uploads = new Map<string, Upload>();
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } })
    .formData()
    .catch(() => {
      throw badRequest("can't parse request: broken multipart body");
    });
  for (const [name, value] of form) {
    if (typeof value === "string") payload[name] = value;
    else {
      const bytes = new Uint8Array(await value.arrayBuffer());
      uploads.set(name, { fileName: value.name, mimeType: value.type, bytes });
    }
  }
  return { payload, uploads };
}

/** Bot API, "Making requests": query string, urlencoded form, JSON or multipart, together if need be. */
export async function readArgs(request: IncomingMessage, query: URLSearchParams): Promise<Args> {
  const body = await readAll(request);
  const contentType = request.headers["content-type"] ?? "";
  const fromQuery = Object.fromEntries(query);
  if (contentType.startsWith("application/json")) {
    return { payload: { ...fromQuery, ...readJson(body) }, uploads: new Map() };
  }
  if (contentType.startsWith("multipart/form-data")) {
    const { payload, uploads } = await readMultipart(body, contentType);
    return { payload: { ...fromQuery, ...payload }, uploads };
  }
  const fromForm = contentType.startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(body.toString("utf8")))
    : {};
  return { payload: { ...fromQuery, ...fromForm }, uploads: new Map() };
}
