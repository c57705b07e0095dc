import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import type { Workspace } from "../app/store/workspaces.ts";
import { type Alert, SEVERITIES } from "../core/alert.ts";
import { alertOf } from "../core/alertOf.ts";
import type { ChatRef } from "../core/chat.ts";
import { alertsOf, parseHook } from "../core/hooks/parse.ts";
import { type PlacedProblem, readChoice, type Spot } from "../core/inputSpot.ts";
import { plain } from "../core/richText.ts";
import type { RuleSource } from "../core/rule.ts";
import { readSource } from "../core/targetInput.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { fieldsOf, flagProblem } from "./ruleFlags.ts";

export interface TrialFlags {
  readonly file?: string;
  readonly from?: string;
  readonly author?: string;
  readonly person?: boolean;
  readonly severity?: string;
  readonly status?: string;
  readonly tag?: readonly string[];
  readonly field?: readonly string[];
  readonly event?: string;
}

interface Asked {
  readonly workspace: Workspace;
  readonly message: string;
  readonly flags: TrialFlags;
}

/** What is tried out: usually one alert; what a hook is sent may be several. `source` is absent where all rules are asked. */
export interface Trials {
  readonly alerts: readonly Alert[];
  readonly source: RuleSource | undefined;
}

export async function readTrials(context: Context, { workspace, message, flags }: Asked): Promise<Trials> {
  if ((message === "") === (flags.file === undefined))
    throw wrongInput("which message? Give its text, or --file FILE, or --file - for standard input");
  const text = flags.file === undefined ? message : await contentOf(context, flags.file);
  if (text.trim() === "") throw wrongInput("the message is empty");
  const problems: PlacedProblem[] = [];
  const spot = (key: string): Spot => ({ path: [key], problems });
  const input = flags.from === undefined ? undefined : readSource(flags.from, spot("from"));
  const severity = readChoice(flags.severity, spot("severity"), SEVERITIES);
  const status = readChoice(flags.status, spot("status"), ["firing", "resolved"]);
  const fields = Object.entries(fieldsOf("--field", flags.field) ?? {}).map(([name, value]) => ({ name, value }));
  if (problems.length > 0) throw wrongInput(problems.map(flagProblem).join("; "));
  const hook = input?.kind === "hook" ? await hookNamed(context, workspace, input.name) : undefined;
  const read = hook ? hookAlerts({ hook, text, flags, now: context.clock() }) : undefined;
  const chat: ChatRef = input?.kind === "chat" ? input.chat : { platform: "telegram", chatId: "0", threadId: "" };
  const alerts = read ?? [messageAlert({ chat, text, flags, now: context.clock() })];
  const source: RuleSource | undefined = hook ? { kind: "hook", hookId: hook.id } : input && { kind: "chat", chat };
  return {
    alerts: alerts.map((alert) => ({
      ...alert,
      fields: [...alert.fields, ...fields],
      tags: [...alert.tags, ...(flags.tag ?? []).map((tag) => tag.replace(/^#/u, ""))],
      ...(severity === undefined ? {} : { severity }),
      ...(status === undefined ? {} : { status }),
      ...(flags.author === undefined ? {} : { author: { ...alert.author, name: flags.author } }),
    })),
    source,
  };
}

async function contentOf({ host }: Context, file: string): Promise<string> {
  if (file === "-") return textOf(host.stdin);
  return readFile(resolve(host.cwd, file), "utf8").catch(() => {
    throw wrongInput(`--file ${file}: the file cannot be read; check its path and permissions`);
  });
}

async function hookNamed(context: Context, { id, name: workspace }: Workspace, name: string) {
  const { hooks } = (await context.store()).read;
  const found = await hooks.byName(id, name);
  if (found) return found;
  const names = (await hooks.list(id)).map((each) => each.name).join(", ");
  throw wrongInput(`--from hook:${name}: ${workspace} has no such hook; there is ${names || "none"}`);
}

type FoundHook = Awaited<ReturnType<typeof hookNamed>>;

/** What the hook would make of the file; a text that is no JSON is taken for the text of an alert. */
function hookAlerts({ hook, text, flags, now }: { hook: FoundHook; text: string; flags: TrialFlags; now: number }) {
  const from = { hook, delivery: "trial", now };
  const body = flags.file === undefined ? undefined : jsonOf(text);
  const { kind, mapping } = hook;
  if (body === undefined || kind === "api")
    return alertsOf([{ text: text.trim(), fields: [], tags: [], status: "firing" }], from);
  const parsed = parseHook({ kind, body, event: flags.event, mapping });
  if (parsed.kind === "malformed") throw wrongInput(`${hook.name} would refuse this: ${parsed.path}: ${parsed.rule}`);
  if (parsed.kind === "ignored") throw wrongInput(`${hook.name} would take this and tell nobody: ${parsed.what}`);
  return alertsOf(parsed.alerts, from);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const messageAlert = ({ chat, text, flags, now }: { chat: ChatRef; text: string; flags: TrialFlags; now: number }) =>
  alertOf({
    at: { ...chat, messageId: "trial" },
    place: { kind: "group", title: "trial" },
    sender: { kind: flags.person === true ? "person" : "bot", userId: "0", name: flags.author ?? "trial" },
    text: plain(text.trim()),
    media: [],
    parts: [],
    sentAt: now,
    edited: false,
  });
