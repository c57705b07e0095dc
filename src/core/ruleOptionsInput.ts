import { readDuration, writeDuration } from "./duration.ts";
import {
  inside,
  readChoice,
  readFields,
  readList,
  readSpan,
  readText,
  readWhole,
  readYesNo,
  refuse,
  type Spot,
} from "./inputSpot.ts";
import type { CompilePattern } from "./pattern.ts";
import { DEFAULT_OPTIONS, type IncidentKey } from "./rule.ts";
import { readPattern } from "./ruleFilterInput.ts";
import type { EscalationInput, EscalationStepInput, RuleOptionsInput } from "./ruleInput.ts";
import { readTargets, writeTarget } from "./targetInput.ts";
import { PRIORITIES } from "./turns.ts";

const KEYS = [
  "stop",
  "priority",
  "key",
  "group",
  "update",
  "storm-after",
  "cap",
  "inhibit-by",
  "escalate",
  "repeat",
  "edits",
  "media",
] as const;

const HOUR = 3_600;
const DAY = 24 * HOUR;
const MOST_STEPS = 20;
/** The first word of an incident is not kept back longer than that. */
const GROUP = [0, HOUR] as const;
const UPDATE = [0, DAY] as const;
const COUNT = [1, 10_000] as const;
const REPEATS = [0, 100] as const;

/** What is not given is as it usually is. */
export function readOptions(value: unknown, spot: Spot, compile: CompilePattern): RuleOptionsInput | undefined {
  const before = spot.problems.length;
  const given = readFields(value, spot, KEYS);
  const at = (key: (typeof KEYS)[number]) => inside(spot, key);
  const inhibitBy = readList(given["inhibit-by"], at("inhibit-by"), (each, where) => readText(each, where));
  const escalation = readEscalation(given, spot);
  const usual = DEFAULT_OPTIONS;
  const options = {
    stop: readYesNo(given.stop, at("stop")) ?? usual.stop,
    priority: readChoice(given.priority, at("priority"), PRIORITIES) ?? usual.priority,
    key: (given.key === undefined ? undefined : readKey(given.key, at("key"), compile)) ?? usual.key,
    groupSeconds: readSpan(given.group, at("group"), GROUP) ?? usual.groupSeconds,
    updateSeconds: readSpan(given.update, at("update"), UPDATE) ?? usual.updateSeconds,
    stormAfter: readWhole(given["storm-after"], at("storm-after"), COUNT) ?? usual.stormAfter,
    capPerMinute: readWhole(given.cap, at("cap"), COUNT) ?? usual.capPerMinute,
    ...(inhibitBy.length === 0 ? {} : { inhibitBy }),
    ...(escalation === undefined ? {} : { escalation }),
    edits: readYesNo(given.edits, at("edits")) ?? usual.edits,
    media: readYesNo(given.media, at("media")) ?? usual.media,
  };
  return spot.problems.length > before ? undefined : options;
}

const KEY_RULE = {
  rule: "What makes two alerts one incident is source, shape, pattern:<expression> or fields:<name>,<name>.",
  remedy: "Give one of these; source is what holds when it is left out.",
};

/** `source`, `pattern:…`, or `{ pattern: … }` where that is easier to write. */
function readKey(value: unknown, spot: Spot, compile: CompilePattern): IncidentKey | undefined {
  if (typeof value === "object" && value !== null) {
    const { pattern, fields } = readFields(value, spot, ["pattern", "fields"]);
    if (pattern !== undefined && fields !== undefined) return refuse(spot, value, KEY_RULE);
    if (pattern !== undefined) return patternKey(pattern, inside(spot, "pattern"), compile);
    const names = readList(fields, inside(spot, "fields"), (each, where) => readText(each, where));
    return names.length === 0 ? refuse(spot, value, KEY_RULE) : { kind: "fields", names };
  }
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "source" || text === "shape") return { kind: text };
  const { kind, rest = "" } = /^(?<kind>pattern|fields):(?<rest>.+)$/su.exec(text)?.groups ?? {};
  if (kind === "pattern") return patternKey(rest, spot, compile);
  const names = rest.split(",").flatMap((name) => name.trim() || []);
  return kind === "fields" && names.length > 0 ? { kind: "fields", names } : refuse(spot, value, KEY_RULE);
}

function patternKey(value: unknown, spot: Spot, compile: CompilePattern): IncidentKey | undefined {
  const pattern = readPattern(value, spot, compile);
  return pattern === undefined ? undefined : { kind: "pattern", pattern };
}

function readEscalation(given: Readonly<Record<string, unknown>>, spot: Spot): EscalationInput | undefined {
  const repeats = readWhole(given.repeat, inside(spot, "repeat"), REPEATS);
  const steps = readList(given.escalate, inside(spot, "escalate"), readStep);
  if (steps.length > MOST_STEPS)
    return refuse(inside(spot, "escalate"), `${steps.length} steps`, {
      rule: `There are at most ${MOST_STEPS} steps.`,
      remedy: "Give fewer.",
    });
  if (steps.length > 0) return { steps, repeats: repeats ?? 0 };
  if (repeats === undefined || given.escalate !== undefined) return undefined;
  return refuse(inside(spot, "repeat"), given.repeat, {
    rule: "It says how often escalate is gone through again, and that is not given.",
    remedy: 'Give escalate too, such as "10m @oncall".',
  });
}

const STEP_MINUTES = [1, 7 * 24 * 60] as const;

function readStep(value: unknown, spot: Spot): EscalationStepInput | undefined {
  const { after = "", to = "" } =
    /^\s*(?<after>\S+)\s+(?<to>\S.*)$/su.exec(typeof value === "string" ? value : "")?.groups ?? {};
  const seconds = readDuration(after);
  const minutes = (seconds ?? 0) / 60;
  if (!Number.isInteger(minutes) || minutes < STEP_MINUTES[0] || minutes > STEP_MINUTES[1])
    return refuse(spot, value, {
      rule: "A step is how long nobody has acknowledged, in whole minutes up to 7d, and whom to tell then.",
      remedy: 'Write it such as "10m @oncall, id:42".',
    });
  const targets = readTargets(to, spot);
  return targets.length === 0 ? undefined : { afterMinutes: minutes, targets };
}

/** Only what is not as it usually is. */
export function writeOptions(options: RuleOptionsInput): object {
  const { key, escalation, inhibitBy } = options;
  const usual = DEFAULT_OPTIONS;
  const written = {
    stop: options.stop === usual.stop ? undefined : options.stop,
    priority: options.priority === usual.priority ? undefined : options.priority,
    key: writeKey(key),
    group: options.groupSeconds === usual.groupSeconds ? undefined : writeDuration(options.groupSeconds),
    update: options.updateSeconds === usual.updateSeconds ? undefined : writeDuration(options.updateSeconds),
    "storm-after": options.stormAfter === usual.stormAfter ? undefined : options.stormAfter,
    cap: options.capPerMinute === usual.capPerMinute ? undefined : options.capPerMinute,
    "inhibit-by": inhibitBy,
    escalate: escalation?.steps.map(
      ({ afterMinutes, targets }) => `${writeDuration(afterMinutes * 60)} ${targets.map(writeTarget).join(", ")}`,
    ),
    repeat: escalation === undefined || escalation.repeats === 0 ? undefined : escalation.repeats,
    edits: options.edits === usual.edits ? undefined : options.edits,
    media: options.media === usual.media ? undefined : options.media,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

function writeKey(key: IncidentKey): unknown {
  switch (key.kind) {
    case "source":
      return undefined;
    case "shape":
      return "shape";
    case "pattern":
      return { pattern: key.pattern };
    case "fields":
      return { fields: key.names };
    default:
      return key satisfies never;
  }
}
