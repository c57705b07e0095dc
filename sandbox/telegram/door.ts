import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Answer, refused, reset, scripted, send, settle } from "./answer.ts";
import { type Args, textArg } from "./args.ts";
import { readArgs } from "./body.ts";
import type { Call } from "./calls.ts";
import { serveFile } from "./downloads.ts";
import { Refusal, tooManyRequests } from "./errors.ts";
import type { Fault, FaultQueue } from "./faults.ts";
import type { Flood } from "./flood.ts";
import type { Method, Methods } from "./methods/method.ts";
import type { World } from "./world.ts";

/** Everything between the socket and a method. */
export interface Door {
  readonly world: World;
  readonly token: string;
  readonly methods: Methods;
  readonly faults: FaultQueue;
  readonly flood: Flood;
  readonly calls: Call[];
}

interface Target {
  readonly kind: "method" | "file";
  readonly token: string;
  readonly name: string;
}

function readTarget(pathname: string): Target | undefined {
  const [, file, token, name] = /^(\/file)?\/bot([^/]+)\/(.+)$/u.exec(pathname) ?? [];
  if (token === undefined || name === undefined) return undefined;
  return { kind: file ? "file" : "method", token: decodeURIComponent(token), name };
}

/** A token that cannot be one is an unknown path; one that could be is nobody's. */
function checkToken(door: Door, token: string): void {
  if (token === door.token) return;
  if (/^\d+:[\w-]{35}$/u.test(token)) throw new Refusal(401, "Unauthorized");
  throw new Refusal(404, "Not Found");
}

/** Bot API: all method names are case-insensitive. */
function findMethod(methods: Methods, name: string): Method {
  const found = Object.entries(methods).find(([known]) => known.toLowerCase() === name.toLowerCase());
  if (!found) throw new Refusal(404, "Not Found: method not found");
  return found[1];
}

function note(door: Door, method: string, args: Args): Call {
  const uploads = [...args.uploads.keys()];
  const call: Call = {
    method,
    payload: args.payload,
    uploads,
    at: door.world.now(),
    status: undefined,
    description: undefined,
  };
  door.calls.push(call);
  door.world.changes.changed();
  return call;
}

function conclude(door: Door, call: Call, answer: Answer | undefined): void {
  call.status = answer?.status ?? 0;
  if (answer && answer.status >= 400 && typeof answer.body === "string") {
    call.description = /"description":("(?:[^"\\]|\\.)*")/u.exec(answer.body)?.[1]?.slice(1, -1);
  }
  door.world.changes.changed();
}

/** The answer to send, or undefined when there is to be none. */
async function strike(fault: Fault, execute: () => Promise<Answer>): Promise<Answer | "reset" | "hang"> {
  switch (fault.kind) {
    case "reply":
      return scripted(fault);
    case "429":
      return refused(tooManyRequests(fault.retryAfter));
    case "reset":
    case "hang":
      if (fault.executed) await execute();
      return fault.kind;
    case "cut":
      return execute();
    default:
      return fault satisfies never;
  }
}

async function serveMethod(
  door: Door,
  exchange: [IncomingMessage, ServerResponse],
  call: [string, Args],
): Promise<void> {
  const [request, response] = exchange;
  const [name, args] = call;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const noted = note(door, name, args);
  const chatId = textArg(args, "chat_id");
  const execute = (): Promise<Answer> =>
    settle(() => {
      const method = findMethod(door.methods, name);
      door.flood.check(name, chatId);
      return method(args, gone.signal);
    });
  const fault = door.faults.take(name, chatId);
  const outcome = fault ? await strike(fault, execute) : await execute();
  if (outcome === "reset") reset(request);
  else if (outcome !== "hang" && !gone.signal.aborted) {
    send(response, outcome);
    return conclude(door, noted, outcome);
  }
  conclude(door, noted, undefined);
}

function serveDownload(door: Door, exchange: [IncomingMessage, ServerResponse], path: string): void {
  const [request, response] = exchange;
  const noted = note(door, "file", { payload: { path }, uploads: new Map() });
  const fault = door.faults.take("file");
  const now = door.world.now();
  if (fault?.kind === "reset") reset(request);
  else if (fault?.kind === "reply") send(response, scripted(fault));
  else if (fault?.kind === "429") send(response, refused(tooManyRequests(fault.retryAfter)));
  else if (fault?.kind !== "hang") {
    const cutAfter = fault?.kind === "cut" ? fault.afterBytes : undefined;
    noted.status = serveFile(door.world.files, exchange, { path, now, cutAfter });
  }
  noted.status ??= response.headersSent ? response.statusCode : 0;
  door.world.changes.changed();
}

async function serve(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sandbox");
  const target = readTarget(url.pathname);
  if (!target) throw new Refusal(404, "Not Found");
  checkToken(door, target.token);
  if (target.kind === "file") return serveDownload(door, [request, response], decodeURIComponent(target.name));
  const args = await readArgs(request, url.searchParams);
  return serveMethod(door, [request, response], [target.name, args]);
}

export function openDoor(door: Door): RequestListener {
  return (request, response) => {
    serve(door, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      send(response, refused(error instanceof Refusal ? error : new Refusal(500, `Internal Server Error: ${error}`)));
    });
  };
}
