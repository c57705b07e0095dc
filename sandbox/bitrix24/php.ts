/** A value as the portal's PHP code sees it; an ordered PHP array is a list or a map here. */
export type PhpValue = string | number | boolean | null | readonly PhpValue[] | PhpMap;

export interface PhpMap {
  readonly [name: string]: PhpValue;
}

const LEADING_NUMBER = /^[ \t\n\r\v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/iu;
const BLANKS = " \t\n\r\0\v";

export function isMap(value: PhpValue | undefined): value is PhpMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: PhpValue | undefined): value is readonly PhpValue[] {
  return Array.isArray(value);
}

/** The elements of a PHP array whatever its keys are; nothing for a scalar. */
export function elements(value: PhpValue | undefined): readonly PhpValue[] {
  if (isList(value)) return value;
  return isMap(value) ? Object.values(value) : [];
}

/** PHP's `(int)`: `"12abc"` is 12, `"abc"` is 0, `true` and any non-empty array are 1. */
export function castInt(value: PhpValue | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : 0;
  if (typeof value === "string") return Math.trunc(Number(LEADING_NUMBER.exec(value)?.[0] ?? 0));
  return elements(value).length > 0 ? 1 : 0;
}

/** PHP's `(string)`: an array becomes the word `Array`. */
export function castText(value: PhpValue | undefined): string {
  if (value === undefined || value === null || value === false) return "";
  if (value === true) return "1";
  return typeof value === "object" ? "Array" : String(value);
}

/** PHP's truth: `"0"`, `""` and empty arrays are false, the text `false` is true. */
export function isTruthy(value: PhpValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "object") return elements(value).length > 0;
  return value !== "0" && Boolean(value);
}

/** PHP's `trim`: ASCII blanks only, so a no-break space survives. */
export function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANKS.includes(text.charAt(from))) from += 1;
  while (to > from && BLANKS.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

export function upperCaseNames(map: PhpMap): PhpMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name.toUpperCase(), value]));
}

/** As `json_encode` shows a PHP array: keys 0, 1, 2 … become a list, and so does an empty map. */
export function asPhpArray(map: PhpMap): PhpValue {
  const names = Object.keys(map);
  return names.every((name, index) => name === String(index)) ? Object.values(map) : map;
}
