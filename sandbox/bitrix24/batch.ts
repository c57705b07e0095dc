import { RestError } from "./errors.ts";
import { Interruption } from "./faults.ts";
import type { Call, Method, Result } from "./methods.ts";
import { asPhpArray, castText, isList, isMap, isTruthy, type PhpMap, type PhpValue, upperCaseNames } from "./php.ts";
import { parseQuery } from "./query.ts";
import { type Gathered, substituteMap } from "./references.ts";

const MAX_COMMANDS = 50;
const FORBIDDEN = ["batch", "upload", "download"];

export const batchMethods: readonly Method[] = [{ name: "batch", scopes: [], run: runBatch }];

type Maps = { readonly [Key in keyof Gathered]: Map<string, PhpValue> };

/** Runs the commands one after another; the surplus over 50 and every refusal are told per command, with HTTP 200. */
async function runBatch(call: Call): Promise<Result> {
  const parameters = upperCaseNames(call.parameters);
  const maps: Maps = { result: new Map(), next: new Map(), total: new Map(), time: new Map(), error: new Map() };
  const commands = commandsOf(parameters.CMD);
  for (const [index, [id, command]] of commands.entries()) {
    const isSurplus = index >= MAX_COMMANDS;
    const error = isSurplus
      ? { error: "ERROR_BATCH_LENGTH_EXCEEDED", error_description: "Max batch length exceeded" }
      : await runCommand(call, id, { command, maps });
    if (error !== undefined) maps.error.set(id, error);
    if (error !== undefined && isTruthy(parameters.HALT)) break;
  }
  const { result, error, total, next, time } = gather(maps);
  return {
    result: {
      result: asPhpArray(result),
      result_error: asPhpArray(error),
      result_total: asPhpArray(total),
      result_next: asPhpArray(next),
      result_time: asPhpArray(time),
    },
  };
}

/** Whatever is no text is skipped without a trace. */
function commandsOf(value: PhpValue | undefined): readonly (readonly [id: string, command: string])[] {
  const entries = isMap(value) || isList(value) ? Object.entries(value) : [];
  return entries.flatMap(([id, command]) => (typeof command === "string" ? [[id, command] as const] : []));
}

function gather(maps: Maps): Gathered {
  return {
    result: Object.fromEntries(maps.result),
    next: Object.fromEntries(maps.next),
    total: Object.fromEntries(maps.total),
    time: Object.fromEntries(maps.time),
    error: Object.fromEntries(maps.error),
  };
}

async function runCommand(
  call: Call,
  id: string,
  { command, maps }: { command: string; maps: Maps },
): Promise<PhpMap | undefined> {
  const [address = ""] = command.split("#");
  const question = address.indexOf("?");
  const method = (question < 0 ? address : address.slice(0, question)).replace(/\.json$/u, "");
  const query = question < 0 ? "" : address.slice(question + 1);
  if (FORBIDDEN.includes(method.toLowerCase())) {
    return { error: "ERROR_BATCH_METHOD_NOT_ALLOWED", error_description: "Method is not allowed for batch usage" };
  }
  try {
    const answer = await call.nested(method, substituteMap(parseQuery(query), gather(maps)));
    maps.result.set(id, answer.result);
    if (answer.next !== undefined) maps.next.set(id, answer.next);
    if (answer.total !== undefined) maps.total.set(id, answer.total);
    maps.time.set(id, answer.time);
    return undefined;
  } catch (error) {
    if (error instanceof RestError) return { error: error.code, error_description: error.message };
    return strikeCommand(error, id, maps);
  }
}

/** An announced JSON reply becomes this command's entry; every other fault strikes the whole answer. */
function strikeCommand(error: unknown, id: string, maps: Maps): PhpMap | undefined {
  if (!(error instanceof Interruption) || error.fault.kind !== "reply" || typeof error.fault.body === "string") {
    throw error;
  }
  const { body } = error.fault;
  if (body.error !== undefined) {
    return { error: body.error, error_description: castText(body.error_description) };
  }
  maps.result.set(id, body.result ?? null);
  return undefined;
}
