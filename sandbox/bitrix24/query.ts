import type { PhpMap, PhpValue } from "./php.ts";

type Branch = Map<string, Branch | string>;

/** PHP's `max_input_vars`: whatever comes after is dropped without a word. */
const MAX_VARIABLES = 1_000;

/** PHP's `parse_str`: bracket names, `+` as a blank, broken percent signs left as they are. */
export function parseQuery(text: string): PhpMap {
  const pairs = text.split("&").filter((pair) => pair !== "");
  return nest(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return [decode(pair), ""];
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    }),
  );
}

/** Turns `ATTACH[0][IMAGE][LINK]` names into nested arrays, as PHP does for query, form and multipart fields. */
export function nest(pairs: readonly (readonly [name: string, value: string])[]): PhpMap {
  const root: Branch = new Map();
  for (const [name, value] of pairs.slice(0, MAX_VARIABLES)) place(root, name, value);
  return toMap(root);
}

function decode(text: string): string {
  const bytes: Buffer[] = [];
  const spaced = text.replaceAll("+", " ");
  for (const part of spaced.split(/((?:%[0-9a-f]{2})+)/iu)) {
    const encoded = /^(?:%[0-9a-f]{2})+$/iu.test(part);
    bytes.push(encoded ? Buffer.from(part.replaceAll("%", ""), "hex") : Buffer.from(part));
  }
  return Buffer.concat(bytes).toString("utf8");
}

function place(root: Branch, rawName: string, value: string): void {
  const [base, ...path] = splitName(rawName.replace(/^ +/u, ""));
  if (base === undefined || base === "") return;
  let branch = root;
  let name = base;
  for (const segment of path) {
    const existing = branch.get(name);
    const next: Branch = existing instanceof Map ? existing : new Map();
    branch.set(name, next);
    branch = next;
    name = segment === "" ? nextIndex(branch) : segment;
  }
  branch.set(name, value);
}

function splitName(name: string): string[] {
  const open = name.indexOf("[");
  if (open <= 0 || !name.includes("]", open)) return [name.replaceAll(/[. []/gu, "_")];
  const base = name.slice(0, open).replaceAll(/[. ]/gu, "_");
  const path: string[] = [];
  let at = open;
  while (name.charAt(at) === "[") {
    const close = name.indexOf("]", at);
    if (close < 0) break;
    path.push(name.slice(at + 1, close));
    at = close + 1;
  }
  return [base, ...path];
}

function nextIndex(branch: Branch): string {
  const indexes = [...branch.keys()].filter((key) => /^\d+$/u.test(key)).map(Number);
  return String(indexes.length === 0 ? 0 : Math.max(...indexes) + 1);
}

function toMap(branch: Branch): PhpMap {
  return Object.fromEntries([...branch].map(([name, value]) => [name, toValue(value)]));
}

function toValue(node: Branch | string): PhpValue {
  if (typeof node === "string") return node;
  const isSequence = [...node.keys()].every((key, index) => key === String(index));
  return isSequence ? [...node.values()].map(toValue) : toMap(node);
}
