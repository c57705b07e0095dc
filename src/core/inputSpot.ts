import { closest } from "./closest.ts";
import { readDuration, writeDuration } from "./duration.ts";
import { type InputProblem, maskPortalUrl } from "./portalAddress.ts";

/** Where in what somebody has written: `["rules", 2, "filter", "pattern"]`. */
export type InputPath = readonly (string | number)[];

/** What is wrong at one place of something that was written by hand. */
export interface PlacedProblem extends InputProblem {
  readonly path: InputPath;
}

/** A place that is being read, and the list that takes what is wrong there. */
export interface Spot {
  readonly path: InputPath;
  readonly problems: PlacedProblem[];
}

/** `rules[2].filter.pattern` */
export const pathText = (path: InputPath): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");

export const inside = <S extends Spot>(spot: S, key: string | number): S => ({ ...spot, path: [...spot.path, key] });

const LONGEST_SHOWN = 60;
/** Discord: what stands behind a webhook's id is its credential. */
const WEBHOOK_TOKEN = /(webhooks\/+\d+\/+)[^\s/?#"'<>]+/giu;

/** A value as it may be quoted: cut, and without what could be a credential. */
export function quoted(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(missing)";
  const text = typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  const masked = maskPortalUrl(text).replace(WEBHOOK_TOKEN, "$1***");
  const characters = Array.from(masked);
  return characters.length > LONGEST_SHOWN ? `${characters.slice(0, LONGEST_SHOWN).join("")}…` : masked;
}

/** Notes what is wrong; the value is left out of what has been read. */
export function refuse(spot: Spot, value: unknown, { rule, remedy }: { rule: string; remedy: string }): undefined {
  spot.problems.push({ path: spot.path, value: quoted(value), rule, remedy });
  return undefined;
}

const MOST_LISTED = 100;
const LONGEST_TEXT = 1_000;

export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Its fields, each of a name that is known; what is not there is the same as nothing given. */
export function readFields(value: unknown, spot: Spot, known: readonly string[]): Fields {
  if (value === undefined) return {};
  if (!isFields(value)) {
    refuse(spot, value, { rule: "Here stand names with their values.", remedy: `Give some of: ${known.join(", ")}.` });
    return {};
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = closest(key, known);
    const remedy = near === undefined ? `Known are: ${known.join(", ")}.` : `Did you mean ${near}?`;
    refuse(inside(spot, key), value[key], { rule: `There is no such name as ${quoted(key)} here.`, remedy });
  }
  return Object.fromEntries(known.map((key) => [key, Object.hasOwn(value, key) ? value[key] : undefined]));
}

/** Named values of any name. */
export function readNamed(value: unknown, spot: Spot): readonly (readonly [string, string])[] {
  if (value === undefined) return [];
  if (!isFields(value)) {
    refuse(spot, value, { rule: "Here stand names with their values.", remedy: "Write name: value." });
    return [];
  }
  const entries = Object.entries(value);
  if (entries.length > MOST_LISTED) {
    refuse(spot, `${entries.length} names`, { rule: `At most ${MOST_LISTED} stand here.`, remedy: "Give fewer." });
    return [];
  }
  return entries.flatMap(([name, each]) => {
    const text = readText(each, inside(spot, name));
    return text === undefined ? [] : [[name, text] as const];
  });
}

/** A text of one line, without blanks around it; numbers count as what they look like. */
export function readText(value: unknown, spot: Spot, longest = LONGEST_TEXT): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "")
    return refuse(spot, value, { rule: "Here stands a text.", remedy: "Give one, or leave this out." });
  if (!text.isWellFormed() || /[\n\r\0]/u.test(text.trim()))
    return refuse(spot, value, { rule: "The text is one line of whole characters.", remedy: "Give it on one line." });
  if (text.length <= longest) return text.trim();
  return refuse(spot, value, { rule: `It has at most ${longest} characters.`, remedy: "Shorten it." });
}

/** A list, or one thing alone in place of it. */
export function readList<T>(
  value: unknown,
  spot: Spot,
  read: (each: unknown, spot: Spot) => T | undefined,
): readonly T[] {
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MOST_LISTED) {
    refuse(spot, `${list.length} entries`, { rule: `At most ${MOST_LISTED} stand here.`, remedy: "Give fewer." });
    return [];
  }
  return list.flatMap((each, index) => read(each, Array.isArray(value) ? inside(spot, index) : spot) ?? []);
}

export function readChoice<C extends string>(value: unknown, spot: Spot, choices: readonly C[]): C | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const near = typeof text === "string" ? closest(text, choices) : undefined;
  return refuse(spot, value, {
    rule: `It is one of: ${choices.join(", ")}.`,
    remedy: near === undefined ? "Give one of these." : `Did you mean ${near}?`,
  });
}

const YES = ["true", "yes", "on"];
const NO = ["false", "no", "off"];

export function readYesNo(value: unknown, spot: Spot): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  return refuse(spot, value, { rule: "It is true or false.", remedy: "Give one of the two." });
}

export function readWhole(value: unknown, spot: Spot, [least, most]: readonly [number, number]): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^\s*\d{1,15}\s*$/u.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(spot, value, {
    rule: `It is a whole number from ${least} to ${most}.`,
    remedy: "Give such a number.",
  });
}

/** In seconds. */
export function readSpan(value: unknown, spot: Spot, [least, most]: readonly [number, number]): number | undefined {
  if (value === undefined) return undefined;
  const seconds = typeof value === "string" ? readDuration(value) : value === 0 ? 0 : undefined;
  if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
  return refuse(spot, value, {
    rule: `It is a duration from ${writeDuration(least)} to ${writeDuration(most)}.`,
    remedy: "Write a number with its unit, such as 30s, 5m or 1h30m.",
  });
}
