import type { AlertField, Severity } from "../alert.ts";
import { TEXT_LIMIT, TITLE_LIMIT } from "./limits.ts";
import type { HookAlert, ParsedHook } from "./parsed.ts";
import { type Node, openPayload, written } from "./payload.ts";
import { oneLine } from "./prometheus.ts";
import { readSeverity } from "./severity.ts";

/** Zabbix' own numbers, 0 "Not classified" to 5 "Disaster" (Zabbix: `{EVENT.NSEVERITY}`). */
const BY_NUMBER: readonly (Severity | undefined)[] = [undefined, "info", "warning", "warning", "error", "critical"];

/** What is told beside title and text, in this order. */
const SHOWN = ["host", "host_ip", "severity", "opdata", "update_user", "event_id", "trigger_id"] as const;

/**
 * What the parameters of Zabbix' media type "webhook" hold, as docs/hooks.md names them. A parameter whose macro says nothing
 * in the message at hand arrives unexpanded, or as `*UNKNOWN*`, and counts as absent.
 */
export function parseZabbix(body: unknown): ParsedHook {
  const payload = openPayload(body);
  const { root } = payload;
  const said = (name: string, most?: number): string | undefined => expanded(root.text(name, most));
  const title = said("event_name", TITLE_LIMIT) ?? said("trigger", TITLE_LIMIT) ?? said("subject", TITLE_LIMIT);
  const told = [said("update_message", TEXT_LIMIT), said("message", TEXT_LIMIT)];
  const text = told.filter((each) => each !== undefined).join("\n\n");
  if (title === undefined && text === "")
    payload.fail("event_name", "is absent, and so are trigger, subject and message: one of them must say what it is");
  const status = statusOf(root);
  if (status === undefined)
    payload.fail("event_value", "must be 1 (problem) or 0 (resolved): give the parameter event_value = {EVENT.VALUE}");
  const severity = BY_NUMBER[root.number("nseverity") ?? 0] ?? zabbixWord(said("severity"));
  const key = expanded(root.key("event_id")) ?? expanded(root.key("trigger_id"));
  const link = expanded(root.text("url")) === undefined ? undefined : root.link("url");
  const startedAt = expanded(root.text("event_timestamp")) === undefined ? undefined : root.time("event_timestamp");
  const shown = SHOWN.flatMap((name): AlertField[] => {
    const value = said(name);
    return value === undefined ? [] : [{ name, value }];
  });
  const alert: HookAlert = {
    ...(title === undefined ? {} : { title: oneLine(title) }),
    text,
    fields: payload.fields([...shown, ...tagsOf(root)], "body"),
    tags: [],
    ...(severity === undefined ? {} : { severity }),
    status: status ?? "firing",
    ...(key === undefined ? {} : { key }),
    ...(link === undefined ? {} : { link }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
  return payload.result([alert]);
}

/** `{EVENT.VALUE}` is 1 or 0; the word of `{EVENT.STATUS}` will do too. */
function statusOf(root: Node): HookAlert["status"] | undefined {
  switch ((expanded(root.text("event_value")) ?? expanded(root.text("status")) ?? "").toLowerCase()) {
    case "1":
    case "problem":
      return "firing";
    case "0":
    case "resolved":
    case "ok":
      return "resolved";
    default:
      return undefined;
  }
}

/** "Average" lies below "High": what Zabbix calls a warning and an average one are both warnings here. */
const zabbixWord = (word: string | undefined): Severity | undefined =>
  word?.toLowerCase() === "not classified" ? undefined : readSeverity(word);

/** `{EVENT.TAGSJSON}`: a list of pairs, as text or as it is. */
function tagsOf(root: Node): readonly AlertField[] {
  const given = root.raw("tags");
  const list = typeof given === "string" ? parsed(given) : given;
  if (!Array.isArray(list)) return [];
  return list.flatMap((pair: unknown): AlertField[] => {
    if (typeof pair !== "object" || pair === null || !("tag" in pair)) return [];
    return [{ name: written(pair.tag), value: "value" in pair ? written(pair.value) : "" }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const expanded = (text: string | undefined): string | undefined =>
  text === undefined || text === "*UNKNOWN*" || /^\{[A-Z$#][A-Z0-9_.$#]*\}$/u.test(text) ? undefined : text;
