import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnswerFault } from "./faults.ts";
import { type ReceivedFile, readMultipart } from "./multipart.ts";
import { isMap, type PhpMap, type PhpValue } from "./php.ts";
import { nest, parseQuery } from "./query.ts";

/** A request as PHP sees it. */
export interface Incoming {
  readonly verb: string;
  /** Path and query as sent, the secret included. */
  readonly path: string;
  readonly pathname: string;
  readonly query: PhpMap;
  readonly body: PhpMap;
  /** Of a multipart body. */
  readonly files: readonly ReceivedFile[];
  readonly cookie: string;
  readonly bearer: string | undefined;
  readonly userAgent: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The front server cuts longer GET addresses. */
const MAX_GET_CHARACTERS = 2_048;

/** Files larger than `keepFileBytes` are counted and hashed only. */
export async function readIncoming(request: IncomingMessage, keepFileBytes: number): Promise<Incoming> {
  const verb = request.method ?? "GET";
  const path = request.url ?? "/";
  const used = verb === "GET" ? path.slice(0, MAX_GET_CHARACTERS) : path;
  const question = used.indexOf("?");
  const { authorization = "", "content-type": contentType = "", "user-agent": userAgent = "" } = request.headers;
  return {
    verb,
    path,
    pathname: question < 0 ? used : used.slice(0, question),
    query: question < 0 ? {} : parseQuery(used.slice(question + 1)),
    ...(await readBody(request, contentType, keepFileBytes)),
    cookie: request.headers.cookie ?? "",
    bearer: /^Bearer (?<token>\S+)$/iu.exec(authorization)?.groups?.token,
    userAgent,
  };
}

type Body = Pick<Incoming, "body" | "files">;

/** A body that cannot be read is no error: the call goes on without parameters. */
async function readBody(request: IncomingMessage, contentType: string, keepFileBytes: number): Promise<Body> {
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  if (type === "multipart/form-data") return readForm(request, contentType, keepFileBytes);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  if (type === "application/json") return { body: parseJson(text), files: [] };
  return { body: type === "application/x-www-form-urlencoded" ? parseQuery(text) : {}, files: [] };
}

function parseJson(text: string): PhpMap {
  try {
    const value: PhpValue = JSON.parse(text);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

async function readForm(request: IncomingMessage, contentType: string, keepFileBytes: number): Promise<Body> {
  const quoted = /boundary=(?:"(?<quoted>[^"]+)"|(?<bare>[^;\s]+))/iu.exec(contentType)?.groups;
  try {
    const { fields, files } = await readMultipart(request, quoted?.quoted ?? quoted?.bare ?? "", keepFileBytes);
    return { body: nest(fields), files };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { body: {}, files: [] };
  }
}

export function jsonReply(status: number, body: PhpMap, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  };
}

export function htmlReply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = `<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>\n`;
  return { status, body, headers: { "content-type": "text/html; charset=utf-8", ...headers } };
}

/** Sends the reply as an announced fault leaves it; the status that went out, or undefined when none did. */
export function write(response: ServerResponse, reply: Reply, fault: AnswerFault | undefined): number | undefined {
  switch (fault?.kind) {
    case undefined:
      return send(response, reply);
    case "hang":
      return undefined;
    case "reset":
      response.socket?.destroy();
      return undefined;
    case "truncate":
      return sendHalf(response, reply);
    case "twice":
      return sendTwice(response, reply);
    case "html":
      return send(response, htmlReply(fault.status ?? 502, "Bad Gateway"));
    case "reply":
      return send(response, announcedReply(fault));
    default:
      return fault satisfies never;
  }
}

function announcedReply({ status, body, headers }: Extract<AnswerFault, { kind: "reply" }>): Reply {
  if (typeof body !== "string") return jsonReply(status, body, headers);
  return { status, body, headers: { "content-type": "text/html; charset=utf-8", ...headers } };
}

function send(response: ServerResponse, { status, body, headers }: Reply): number {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
  return status;
}

function sendTwice(response: ServerResponse, reply: Reply): number {
  const { socket } = response;
  const { status, body, headers } = reply;
  const fields = Object.entries({ ...headers, "content-length": Buffer.byteLength(body) });
  const head = [`HTTP/1.1 ${status} Again`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n");
  response.once("finish", () => socket?.write(Buffer.concat([Buffer.from(head), Buffer.from(body)])));
  return send(response, reply);
}

function sendHalf(response: ServerResponse, { status, body, headers }: Reply): number {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.socket?.destroy());
  return status;
}
