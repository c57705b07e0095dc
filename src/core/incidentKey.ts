import type { Alert, AlertOrigin } from "./alert.ts";
import { alertText, type CompilePattern } from "./pattern.ts";
import { plainText } from "./richText.ts";
import type { IncidentKey } from "./rule.ts";

/**
 * What makes alerts of one rule the same incident: equal keys. Where what the rule asks for is not there, the source's own key
 * counts, and without that the alert is an incident of its own, told apart by where it came from.
 */
export function incidentKey(alert: Alert, of: IncidentKey, compile: CompilePattern): string {
  const asked = askedKey(alert, of, compile);
  if (asked !== undefined) return `${of.kind}:${asked}`;
  return alert.key === undefined ? `origin:${originKey(alert.origin)}` : `source:${alert.key}`;
}

/** The same for an alert and its later edits. */
function originKey(origin: AlertOrigin): string {
  if (origin.kind === "hook") return JSON.stringify(["hook", origin.hookId, origin.delivery]);
  const { platform, chatId, messageId } = origin.at;
  return JSON.stringify([platform, chatId, messageId]);
}

function askedKey(alert: Alert, of: IncidentKey, compile: CompilePattern): string | undefined {
  switch (of.kind) {
    case "source":
      return undefined;
    case "pattern": {
      const groups = compile(of.pattern)?.(alertText(alert));
      return groups && (groups.slice(1).find((group) => group !== undefined) ?? groups[0])?.trim().toLowerCase();
    }
    case "shape":
      return shapeOf(alert) || undefined;
    case "fields":
      return valuesOf(alert, of.names);
    default:
      return of satisfies never;
  }
}

/** All of the named fields; `undefined` when the alert has none of them. */
export function valuesOf({ fields }: Pick<Alert, "fields">, names: readonly string[]): string | undefined {
  const values = names.map((name) => fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value);
  return values.every((value) => value === undefined)
    ? undefined
    : JSON.stringify(values.map((value) => value ?? null));
}

/** Words that say how it stands, not what it is: both states of one thing have the same shape. */
const STATE_WORDS =
  /(?<![\p{L}\p{N}_])(?:firing|resolved|alerting|problem|recovery|recovered|ok|down|up|warning|critical|error|info|проблема|решено|восстановлено|сбой)(?::\d+)?(?![\p{L}\p{N}_])/gu;

/** In this order: what is longer is taken out first. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/gu, "<url>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu, "<id>"],
  [/\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:z|[+-]\d\d:?\d\d)?/gu, "<time>"],
  [/\d{1,2}\.\d{1,2}\.\d{2,4}/gu, "<time>"],
  [/\d{1,2}:\d\d(?::\d\d)?/gu, "<time>"],
  [/(?<![\p{L}\p{N}])(?=[a-f]*\d)[0-9a-f]{7,64}(?![\p{L}\p{N}])/gu, "<id>"],
  [/\d+(?:[.,]\d+)*/gu, "<n>"],
  [/[^\p{L}\p{N}<>]+/gu, " "],
];

/** The title and the first lines, with numbers, times, ids and addresses taken out; what is left names the kind of trouble. */
function shapeOf({ title, text }: Alert): string {
  const said = [title ?? "", plainText(text)].join("\n").slice(0, LONGEST_SHAPE).normalize("NFKC").toLowerCase();
  const bare = said.replaceAll(STATE_WORDS, " ");
  return CHANGING.reduce((shape, [changing, word]) => shape.replaceAll(changing, word), bare).trim();
}

const LONGEST_SHAPE = 2_000;
