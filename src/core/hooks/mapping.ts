/** What a generic hook can be told where to find. `each` is the list whose entries are alerts of their own. */
export const MAPPED = [
  "each",
  "title",
  "text",
  "severity",
  "status",
  "key",
  "link",
  "picture",
  "tags",
  "startedAt",
  "delivery",
] as const;

export type Mapped = (typeof MAPPED)[number];

/** By what is mapped, or by `fields.<name>`: a path such as `data.items[0].name`, or `=` and the value itself. */
export type Mapping = Readonly<Record<string, string>>;

export type ReadMapping =
  | { readonly kind: "mapping"; readonly mapping: Mapping }
  | { readonly kind: "malformed"; readonly pair: string; readonly rule: string };

const FIELD = /^fields\.[^\s=].{0,99}$/u;
const STEP = String.raw`(?:[^.[\]\s]+|\[(?:\d{1,4}|\*)?\])`;
const PATH = new RegExp(String.raw`^\$?\.?${STEP}(?:\.?${STEP})*$`, "u");
const MOST_PAIRS = 60;
const LONGEST_PATH = 300;

/** @param pairs Each `what=path`, as they are typed. */
export function readMapping(pairs: readonly string[]): ReadMapping {
  const mapping: Record<string, string> = {};
  if (pairs.length > MOST_PAIRS)
    return { kind: "malformed", pair: `${pairs.length} pairs`, rule: `at most ${MOST_PAIRS}` };
  for (const pair of pairs) {
    const [, what, path] = /^([^=]+)=(.+)$/su.exec(pair) ?? [];
    const bad = (rule: string): ReadMapping => ({ kind: "malformed", pair, rule });
    if (what === undefined || path === undefined) return bad("must be what=path, such as title=alert.name");
    if (!MAPPED.some((each) => each === what) && !FIELD.test(what))
      return bad(`"${what}" cannot be mapped; there is ${MAPPED.join(", ")} and fields.<name>`);
    if (Object.hasOwn(mapping, what)) return bad(`"${what}" is mapped twice`);
    if (path.length > LONGEST_PATH) return bad(`a path has at most ${LONGEST_PATH} characters`);
    if (!path.startsWith("=") && !PATH.test(path))
      return bad("a path has names and places in lists, such as data.items[0].name, or labels[*] for all of a list");
    mapping[what] = path;
  }
  return { kind: "mapping", mapping };
}

/** Everything that a path leads to; `[*]` goes into each entry of a list. */
export function lookUp(value: unknown, path: string): readonly unknown[] {
  if (path.startsWith("=")) return [path.slice(1)];
  const steps = path.replace(/^\$\.?/u, "").match(/[^.[\]]+|\[(?:\d+|\*)?\]/gu) ?? [];
  return steps.reduce<readonly unknown[]>((found, step) => found.flatMap((each) => into(each, step)), [value]);
}

function into(value: unknown, step: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === "[*]" || step === "[]") return Array.isArray(value) ? value : [];
  const name = step.replaceAll(/[[\]]/gu, "");
  if (Array.isArray(value)) return /^\d+$/u.test(name) && Number(name) < value.length ? [value[Number(name)]] : [];
  return Object.hasOwn(value, name) ? [Object.getOwnPropertyDescriptor(value, name)?.value] : [];
}
