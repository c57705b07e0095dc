import type { Caller } from "./callers.ts";
import { RestError } from "./errors.ts";
import { type Exchange, strike } from "./faults.ts";
import type { Answer, Method } from "./methods.ts";
import { castInt, type PhpMap } from "./php.ts";
import type { World } from "./world.ts";

/** Names the server takes for itself; no method sees them. */
const RESERVED = ["auth", "access_token", "ap", "aplogin", "state", "start", "token"];

export interface Request {
  readonly method: string;
  readonly parameters: PhpMap;
  readonly caller: Caller;
}

/** @throws {RestError} `ERROR_METHOD_NOT_FOUND`; names are compared without regard to case. */
export function findMethod(world: World, name: string): Method {
  const method = world.methods.get(name.toLowerCase());
  if (method === undefined) throw new RestError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404);
  return method;
}

/** Runs one method for a known caller: scope, operating time, announced faults, then the method itself. */
export async function execute(request: Request, world: World, exchange: Exchange, isInner = false): Promise<Answer> {
  const { caller, parameters } = request;
  const method = findMethod(world, request.method);
  admit(method, caller, world);
  const startedAt = world.clock();
  await strike(world.faults.take(method.name, isInner), exchange, world.sleep);
  const begunAt = world.clock();
  const seconds = method.sendsNotification ? world.secondsPerNotification : 0;
  if (seconds > 0) await world.sleep(seconds * 1_000);
  world.operating.add(caller.credential, method.name, seconds);
  const result = await method.run({
    method: method.name,
    parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => !RESERVED.includes(name))),
    start: castInt(parameters.start),
    caller,
    world,
    nested: (name, inner) => execute({ method: name, parameters: inner, caller }, world, exchange, true),
  });
  return { ...result, time: timeOf(method, caller, { world, startedAt, begunAt }) };
}

function admit(method: Method, caller: Caller, world: World): void {
  if (method.scopes.length > 0 && !method.scopes.some((scope) => caller.scopes.includes(scope))) {
    const description = `The request requires higher privileges than provided by the ${caller.kind} token`;
    throw new RestError("insufficient_scope", description, 403);
  }
  if (world.operating.isExhausted(caller.credential, method.name)) {
    throw new RestError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429);
  }
}

function timeOf(
  method: Method,
  caller: Caller,
  { world, startedAt, begunAt }: { world: World; startedAt: number; begunAt: number },
): PhpMap {
  const finishedAt = world.clock();
  const duration = (finishedAt - startedAt) / 1_000;
  const reading = world.operating.reading(caller.credential, method.name);
  return {
    start: startedAt / 1_000,
    finish: finishedAt / 1_000,
    duration,
    processing: (finishedAt - begunAt) / 1_000,
    date_start: isoSeconds(startedAt),
    date_finish: isoSeconds(finishedAt),
    ...(reading === undefined ? {} : { ...reading }),
  };
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/u, "+00:00");
}
