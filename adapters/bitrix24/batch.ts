import type { PortalCall } from "../../src/app/ports.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { isFields, readError, readTime } from "./reply.ts";

/** REST documentation, `batch`: at most 50 commands. */
const MOST_COMMANDS = 50;
/**
 * Characters of all commands of one batch; encoded, each is a byte. Portals on their own servers take 8 MB of a POST as PHP is
 * shipped (`post_max_size`), and what exceeds it arrives as if nothing had been sent.
 */
const MOST_BYTES = 4 * 1024 * 1024;
/** PHP reads no more than 1000 variables from a query (`max_input_vars`); some room is left. */
const MOST_VARIABLES = 900;

/** The server replaces such references in any value by results of other commands: text holding one goes alone. */
const REFERENCE = /\$(?:result|next|total|time|error)/iu;

/** Pairs of PHP's bracket notation; absent when a query cannot say the same as the JSON (empty list or object inside). */
function pairs(name: string, value: unknown): readonly (readonly [string, string])[] | undefined {
  if (value === undefined || value === null) return [];
  if (typeof value === "boolean") return [[name, value ? "1" : "0"]];
  if (typeof value !== "object") return [[name, String(value).toWellFormed()]];
  const entries = Object.entries(value);
  if (entries.length === 0) return undefined;
  const inner = entries.map(([key, item]) => pairs(`${name}[${encodeURIComponent(key.toWellFormed())}]`, item));
  return inner.every((part) => part !== undefined) ? inner.flat() : undefined;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** The call as one command, `method?query`; absent when it has to go alone. */
export function encodeCommand(call: PortalCall): string | undefined {
  const given = Object.entries(call.params).filter(([, value]) => !isEmpty(value));
  const parts = given.map(([name, value]) => pairs(encodeURIComponent(name), value));
  if (!parts.every((part) => part !== undefined)) return undefined;
  const flat = parts.flat();
  if (flat.length > MOST_VARIABLES || flat.some(([name, value]) => REFERENCE.test(value) || REFERENCE.test(name)))
    return undefined;
  return `${call.method}?${flat.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

/** A run of calls that one request carries; `commands` is absent for a call that goes alone. */
export interface Run {
  readonly calls: readonly PortalCall[];
  readonly commands?: Readonly<Record<string, string>>;
}

const commandId = (index: number): string => `c${index}`;

/** Cuts calls into requests without changing their order, which keeps the order of every recipient. */
export function cutIntoRuns(calls: readonly PortalCall[]): readonly Run[] {
  const runs: { calls: PortalCall[]; commands?: Record<string, string>; bytes: number }[] = [];
  for (const call of calls) {
    const command = encodeCommand(call);
    const last = runs.at(-1);
    if (command === undefined) runs.push({ calls: [call], bytes: 0 });
    else if (last?.commands && last.calls.length < MOST_COMMANDS && last.bytes + command.length <= MOST_BYTES) {
      last.commands[commandId(last.calls.length)] = command;
      last.calls.push(call);
      last.bytes += command.length;
    } else runs.push({ calls: [call], commands: { [commandId(0)]: command }, bytes: command.length });
  }
  // A batch of one gains nothing, and would lose the types of its values.
  return runs.map(({ calls, commands }) => (commands && calls.length > 1 ? { calls, commands } : { calls }));
}

/** Empty maps arrive as `[]`. */
const entry = (map: unknown, id: string): unknown => (isFields(map) && Object.hasOwn(map, id) ? map[id] : undefined);

/** One reply for each of `count` commands. A request that failed as a whole is every command's reply. */
export function readBatch(reply: PortalReply, count: number): readonly PortalReply[] {
  const ids = Array.from({ length: count }, (_, index) => commandId(index));
  if (reply.kind !== "result") return ids.map(() => reply);
  const maps = isFields(reply.result) ? reply.result : {};
  return ids.map((id): PortalReply => {
    const time = entry(maps.result_time, id);
    const error = entry(maps.result_error, id);
    if (isFields(error)) return readError(error, 200, time);
    const result = entry(maps.result, id);
    if (result === undefined) return { kind: "unanswered", reason: "the batch's answer leaves this call out" };
    const { startedAt: began, ...times } = readTime(time);
    const startedAt = reply.startedAt ?? began;
    return { kind: "result", result, ...(startedAt === undefined ? {} : { startedAt }), ...times };
  });
}
