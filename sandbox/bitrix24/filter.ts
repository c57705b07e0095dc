import { castText, elements, isList, type PhpMap, type PhpValue } from "./php.ts";

const OPERATORS = ["!=%", ">=", "<=", "!@", "%=", "=%", "!%", "!=", ">", "<", "@", "%", "=", "!", ""] as const;
type Operator = (typeof OPERATORS)[number];

/**
 * Whether a record passes a `user.get` filter. A key that names no field of the record is ignored, so a filter made of
 * such keys alone lets everybody through.
 */
export function passes(record: PhpMap, filter: PhpMap): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const operator = OPERATORS.find((candidate) => key.startsWith(candidate)) ?? "";
    const field = record[key.slice(operator.length).toUpperCase()];
    return field === undefined || fieldPasses(field, operator, wanted);
  });
}

function fieldPasses(field: PhpValue, operator: Operator, wanted: PhpValue): boolean {
  const values = isList(field) ? field : [field];
  const options = typeof wanted === "object" && wanted !== null ? elements(wanted) : [wanted];
  const some = (test: (value: PhpValue, option: PhpValue) => boolean) =>
    values.some((value) => options.some((option) => test(value, option)));
  switch (operator) {
    case "":
    case "=%":
    case "%=":
      return some(isLike);
    case "!":
    case "!=%":
      return !some(isLike);
    case "=":
    case "@":
      return some(isEqual);
    case "!=":
    case "!@":
      return !some(isEqual);
    case "%":
      return some((value, option) => plain(value).includes(plain(option)));
    case "!%":
      return !some((value, option) => plain(value).includes(plain(option)));
    case ">":
    case ">=":
    case "<":
    case "<=":
      return some((value, option) => isOrdered(value, operator, option));
    default:
      return operator satisfies never;
  }
}

function plain(value: PhpValue): string {
  return castText(value).toLowerCase();
}

function isEqual(value: PhpValue, option: PhpValue): boolean {
  if (typeof value === "boolean") return value === ["1", "y", "true"].includes(plain(option));
  return plain(value) === plain(option);
}

/** Case-insensitive SQL `LIKE`: `%` and `_` in what was asked are wildcards. */
function isLike(value: PhpValue, option: PhpValue): boolean {
  if (typeof value === "boolean") return isEqual(value, option);
  const escaped = plain(option).replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  const pattern = escaped.replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${pattern}$`, "su").test(plain(value));
}

function isOrdered(value: PhpValue, operator: ">" | ">=" | "<" | "<=", option: PhpValue): boolean {
  const [one, other] = [Number(plain(value)), Number(plain(option))];
  const difference = Number.isNaN(one - other) ? plain(value).localeCompare(plain(option)) : one - other;
  if (difference === 0) return operator.endsWith("=");
  return operator.startsWith(">") ? difference > 0 : difference < 0;
}
