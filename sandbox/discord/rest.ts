import type { IncomingMessage, ServerResponse } from "node:http";
import { type Buckets, createBuckets } from "./buckets.ts";
import { type Faults, tooManyRequests } from "./faults.ts";
import { objectBody, type ReceivedBody, type Reply, readBody, sendReply } from "./http.ts";
import { Refusal, refusals } from "./refusals.ts";
import type { Route } from "./routes/route.ts";
import type { Call, World } from "./world.ts";

interface Compiled extends Route {
  readonly shape: RegExp;
}

export interface RestOptions {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly faults: Faults;
}

export type HandleRest = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** Answers everything under `/api/v10`: faults first, then access, buckets, and the route. */
export function createRest({ world, routes, faults }: RestOptions): HandleRest {
  const compiled = routes.map(
    (route): Compiled => ({ ...route, shape: new RegExp(`^${route.pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`) }),
  );
  const buckets = createBuckets();
  return async (request, response, url) => {
    const path = url.pathname.replace(/^\/api(\/v10)?/, "");
    const method = request.method ?? "GET";
    const call: Call = { method, path, query: url.search, body: undefined, fileNames: [], status: undefined };
    world.calls.push(call);
    const fault = faults.take(method, path);
    const answer = () => answerCall({ world, buckets, routes: compiled }, { request, url, call });
    const reply = await faultedReply(fault, answer);
    if (reply === "reset") request.socket.destroy();
    else if (reply !== "hang") finish(response, call, reply);
    world.changed();
  };
}

type Ending = Reply | "reset" | "hang";

async function faultedReply(fault: ReturnType<Faults["take"]>, answer: () => Promise<Reply>): Promise<Ending> {
  if (!fault) return answer();
  switch (fault.kind) {
    case "reply":
      return { status: fault.status, body: fault.body ?? "", headers: fault.headers ?? {} };
    case "429":
      return tooManyRequests(fault.retryAfterS ?? 1, fault.scope ?? "user");
    case "reset":
    case "hang":
      if (fault.executed) await answer();
      return fault.kind;
    default:
      return fault satisfies never;
  }
}

function finish(response: ServerResponse, call: Call, reply: Reply): void {
  call.status = reply.status;
  sendReply(response, reply);
}

interface Table {
  readonly world: World;
  readonly buckets: Buckets;
  readonly routes: readonly Compiled[];
}
interface Incoming {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly call: Call;
}

async function answerCall(table: Table, incoming: Incoming): Promise<Reply> {
  try {
    const body = await readBody(incoming.request);
    Object.assign(incoming.call, {
      body: body.json === undefined ? undefined : objectBody(body.json),
      fileNames: body.uploads.map((upload) => upload.name),
    });
    return route(table, incoming, body);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body() };
    throw error;
  }
}

function route({ world, buckets, routes }: Table, { request, url, call }: Incoming, body: ReceivedBody): Reply {
  const found = routes.find((each) => each.method === call.method && each.shape.test(call.path));
  if (!found) throw refusals.notFound();
  if (found.access === "bot" && request.headers.authorization !== `Bot ${world.settings.token}`) {
    throw refusals.unauthorized();
  }
  const path = decoded(found.shape.exec(call.path)?.groups ?? {});
  const handle = () => answered(() => found.handle({ path, query: url.searchParams, ...named(body) }));
  if (found.access === "token" || !world.settings.rateLimits) return handle();
  const taken = buckets.take(call.method, found.pattern, path.channel ?? path.guild ?? "");
  if (taken.kind === "full") {
    const refused = tooManyRequests(taken.retryAfterS, "user");
    return { ...refused, headers: { ...taken.headers, ...refused.headers } };
  }
  const reply = handle();
  return { ...reply, headers: { ...taken.headers, ...reply.headers } };
}

/** Refusals carry rate-limit headers too. */
function answered(handle: () => Reply): Reply {
  try {
    return handle();
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body() };
    throw error;
  }
}

function named(body: ReceivedBody) {
  return { body: body.json, uploads: body.uploads };
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
}
