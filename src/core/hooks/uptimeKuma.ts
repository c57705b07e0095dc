import type { AlertField, Severity } from "../alert.ts";
import { FIELD_VALUE_LIMIT, TEXT_LIMIT, TITLE_LIMIT } from "./limits.ts";
import type { HookAlert, ParsedHook } from "./parsed.ts";
import { type Node, openPayload, written } from "./payload.ts";
import { oneLine } from "./prometheus.ts";

/** Of a heartbeat (Uptime Kuma): 0 down, 1 up, 2 pending, 3 maintenance. */
const STATES: readonly { readonly word: string; readonly severity: Severity; readonly status: HookAlert["status"] }[] =
  [
    { word: "down", severity: "critical", status: "firing" },
    { word: "up", severity: "critical", status: "resolved" },
    { word: "pending", severity: "warning", status: "firing" },
    { word: "maintenance", severity: "info", status: "firing" },
  ];

/** The notification type "webhook" of Uptime Kuma with its own JSON. Tests and certificate warnings have neither heartbeat nor monitor. */
export function parseUptimeKuma(body: unknown): ParsedHook {
  const payload = openPayload(body);
  const { root } = payload;
  const heartbeat = present(root, "heartbeat");
  const monitor = present(root, "monitor");
  const message = root.text("msg", TEXT_LIMIT);
  if (message === undefined && heartbeat === undefined)
    payload.fail("msg", "is absent, and so is heartbeat: this is no notification of Uptime Kuma");
  const state = heartbeat && STATES[heartbeat.number("status") ?? -1];
  if (heartbeat && !state) payload.fail("heartbeat.status", "must be 0 (down), 1 (up), 2 (pending) or 3 (maintenance)");
  const name = monitor?.text("name", TITLE_LIMIT);
  const id = monitor?.text("id") ?? heartbeat?.text("monitorID");
  const link = addressOf(monitor);
  const startedAt = heartbeat && utcTime(heartbeat, payload.note);
  const alert: HookAlert = {
    ...(name === undefined || !state ? {} : { title: oneLine(`${name} is ${state.word}`) }),
    text: heartbeat?.text("msg", TEXT_LIMIT) ?? message ?? "",
    fields: payload.fields(fieldsOf(monitor, heartbeat), "monitor"),
    tags: [],
    severity: state?.severity ?? "warning",
    status: state?.status ?? "firing",
    ...(id === undefined ? {} : { key: `monitor ${id}` }),
    ...(link === undefined ? {} : { link }),
    ...(startedAt === undefined ? {} : state?.status === "resolved" ? { endedAt: startedAt } : { startedAt }),
  };
  return payload.result([alert]);
}

const present = (root: Node, name: string): Node | undefined =>
  root.raw(name) === null || root.raw(name) === undefined ? undefined : root.node(name);

/** Monitors that have no address of their own carry a bare `https://`. */
function addressOf(monitor: Node | undefined): string | undefined {
  const url = monitor?.text("url");
  return url === undefined || /^https?:\/\/$/u.test(url) ? undefined : monitor?.link("url");
}

/** `2024-09-24 23:51:35.527`, in UTC. */
function utcTime(heartbeat: Node, note: (what: string) => void): number | undefined {
  const time = heartbeat.text("time");
  if (time === undefined) return undefined;
  const ms = Date.parse(`${time.replace(" ", "T")}Z`);
  if (Number.isFinite(ms) && ms > 0) return ms;
  note("heartbeat.time: is no time, left out");
  return undefined;
}

function fieldsOf(monitor: Node | undefined, heartbeat: Node | undefined): readonly AlertField[] {
  const from = (node: Node | undefined, names: readonly string[]): AlertField[] =>
    names.flatMap((name) => {
      const value = node?.raw(name);
      const isShown = typeof value === "string" || typeof value === "number";
      return isShown && value !== "" ? [{ name, value: String(value).slice(0, FIELD_VALUE_LIMIT) }] : [];
    });
  const tags = monitor?.raw("tags");
  const labels = (Array.isArray(tags) ? tags : []).flatMap((tag: unknown): AlertField[] => {
    if (typeof tag !== "object" || tag === null || !("name" in tag)) return [];
    return [{ name: written(tag.name), value: "value" in tag ? written(tag.value) : "" }];
  });
  return [...from(monitor, ["type", "hostname", "port"]), ...from(heartbeat, ["ping"]), ...labels];
}
