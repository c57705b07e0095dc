import type { AlertField } from "../alert.ts";
import { FIELD_NAME_LIMIT, FIELD_VALUE_LIMIT, KEY_LIMIT, LINK_LIMIT, MOST_ALERTS, MOST_FIELDS } from "./limits.ts";
import type { HookAlert, ParsedHook, Problem } from "./parsed.ts";

/** Reads somebody's JSON step by step, and remembers the first thing that cannot be right and all that was cut. */
export interface Payload {
  /** The body itself, which must be an object. */
  readonly root: Node;
  node(value: unknown, path: string): Node;
  /** A list of objects. */
  nodes(value: unknown, path: string): readonly Node[];
  /** Text within a limit; what does not fit is cut at a character, and said. */
  fit(text: string, path: string, most: number): string;
  fields(found: readonly AlertField[], path: string): readonly AlertField[];
  fail(path: string, rule: string): void;
  note(what: string): void;
  /** What has come of it: the alerts, or the first problem. */
  result(alerts: readonly HookAlert[]): ParsedHook;
}

/** One object in the JSON. Fields that are absent, null or empty are `undefined`. */
export interface Node {
  readonly path: string;
  readonly names: readonly string[];
  raw(name: string): unknown;
  /** Numbers and booleans are written out; a list or an object is a problem. */
  text(name: string, most?: number): string | undefined;
  /** What tells incidents apart: one that is too long is a problem, since cut it could be another's. */
  key(name: string): string | undefined;
  /** A number, also as text. */
  number(name: string): number | undefined;
  /** Epoch milliseconds of an ISO time, or of seconds or milliseconds. One that is no time is left out, and it is said. */
  time(name: string): number | undefined;
  /** An address of the web; another one is left out, and it is said. */
  link(name: string): string | undefined;
  /** An object that may be absent. */
  node(name: string): Node;
  nodes(name: string): readonly Node[];
  /** What an object such as `labels` holds, by name. */
  fields(name: string): readonly AlertField[];
}

export function openPayload(body: unknown): Payload {
  let problem: Problem | undefined;
  const cut: string[] = [];
  const payload: Omit<Payload, "root"> = {
    node: (value, path) => nodeOf(value, path, payload),
    nodes(value, path) {
      if (!Array.isArray(value)) payload.fail(path, "must be a list");
      else if (value.length > MOST_ALERTS)
        payload.fail(path, `has ${value.length} entries, at most ${MOST_ALERTS} go in one request: send several`);
      else return value.map((each: unknown, index) => nodeOf(each, `${path}[${index}]`, payload));
      return [];
    },
    fit(text, path, most) {
      if (text.length <= most) return text.toWellFormed();
      payload.note(`${path}: ${text.length} characters, the first ${most} are kept`);
      const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
      return `${kept.toWellFormed()}… (+${text.length - kept.length})`;
    },
    fields: (found, path) => fitFields(found, path, payload),
    fail(path, rule) {
      problem ??= { path, rule };
    },
    note: (what) => void cut.push(what),
    result: (alerts) => (problem ? { kind: "malformed", ...problem } : { kind: "alerts", alerts, cut }),
  };
  return { ...payload, root: nodeOf(body, "", payload) };
}

type Reader = Omit<Payload, "root">;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function nodeOf(value: unknown, path: string, reader: Reader): Node {
  if (!isObject(value)) reader.fail(path === "" ? "body" : path, "must be an object");
  const own = isObject(value) ? value : {};
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const raw = (name: string): unknown => (Object.hasOwn(own, name) ? own[name] : undefined);
  const text: Node["text"] = (name, most = FIELD_VALUE_LIMIT) => {
    const found = raw(name);
    if (found === undefined || found === null) return undefined;
    if (typeof found === "object") {
      reader.fail(at(name), "must be text");
      return undefined;
    }
    const said = String(found).trim();
    return said === "" ? undefined : reader.fit(said, at(name), most);
  };
  return {
    path,
    names: Object.keys(own),
    raw,
    text,
    key(name) {
      const key = text(name, Number.POSITIVE_INFINITY);
      if (key !== undefined && key.length > KEY_LIMIT)
        reader.fail(at(name), `has ${key.length} characters, at most ${KEY_LIMIT} make a key`);
      return key;
    },
    number: (name) => asNumber(text(name)),
    time: (name) => readTime(raw(name), at(name), reader),
    link: (name) => readLink(text(name, LINK_LIMIT + 1), at(name), reader),
    node: (name) => nodeOf(raw(name) ?? {}, at(name), reader),
    nodes: (name) => reader.nodes(raw(name), at(name)),
    fields(name) {
      const inner = nodeOf(raw(name) ?? {}, at(name), reader);
      const found = inner.names.map((each) => ({ name: each, value: written(inner.raw(each)) }));
      return found.filter(({ value }) => value !== "");
    },
  };
}

/** Any value as one text. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).trim();
}

function fitFields(found: readonly AlertField[], path: string, reader: Reader): readonly AlertField[] {
  const kept = found.slice(0, MOST_FIELDS).map(({ name, value }) => ({
    name: reader.fit(name.trim() === "" ? "?" : name, `${path}: name of a field`, FIELD_NAME_LIMIT),
    value: reader.fit(value, `${path}: ${name.slice(0, FIELD_NAME_LIMIT)}`, FIELD_VALUE_LIMIT),
  }));
  const beyond = found.length - kept.length;
  if (beyond === 0) return kept;
  reader.note(`${path}: ${found.length} fields, the first ${MOST_FIELDS} are kept`);
  return [...kept, { name: "…", value: `+${beyond}` }];
}

function asNumber(text: string | undefined): number | undefined {
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Go writes its zero time, the year 1, where there is none (Alertmanager's and Grafana's `endsAt`). */
const EARLIEST_MS = Date.UTC(1971, 0, 1);
const LATEST_MS = Date.UTC(9999, 0, 1);
/** A number below this counts seconds: as milliseconds it would be in 1973. */
const SECONDS_BELOW = 100_000_000_000;

export function readTime(value: unknown, path: string, reader: Pick<Payload, "note">): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "number" || (typeof value === "string" && /^\d{9,16}(?:\.\d+)?$/u.test(value));
  const ms = number ? Number(value) * (Number(value) < SECONDS_BELOW ? 1_000 : 1) : Date.parse(String(value));
  if (ms >= EARLIEST_MS && ms < LATEST_MS) return Math.round(ms);
  if (!String(value).startsWith("0001-01-01")) reader.note(`${path}: is no time, left out`);
  return undefined;
}

function readLink(text: string | undefined, path: string, reader: Reader): string | undefined {
  if (text === undefined) return undefined;
  if (text.length <= LINK_LIMIT && /^https?:\/\/[^\s]+$/iu.test(text) && URL.canParse(text)) return text;
  reader.note(`${path}: is no address of the web with at most ${LINK_LIMIT} characters, left out`);
  return undefined;
}
