import type { Alert, AlertField, Severity } from "./alert.ts";
import { readSeverity } from "./hooks/severity.ts";

/** What the looks of a message say about it; absent where they say nothing. */
export interface Signs {
  readonly severity?: Severity;
  readonly status?: Alert["status"];
}

export interface Looks {
  /** The title and the first line, as plain text. */
  readonly head: string;
  readonly fields: readonly AlertField[];
  /** Red, green and blue, eight bits each. */
  readonly color?: number;
  /** People say "ok" and put ✅ in front of what is done; of a program the same is a state. */
  readonly isPerson: boolean;
}

interface Word extends Signs {
  readonly words: readonly string[];
  /** Also an everyday word: from a person it counts only where it is marked as a label, never because it is written large. */
  readonly everyday?: true;
}

/**
 * Words that are labels: in brackets, in front of a colon, or in capitals. Of several severities the gravest counts, and what still
 * fires outweighs what is over: Grafana and Alertmanager write `[FIRING:1, RESOLVED:2]` above a group of which a part is over.
 */
const WORDS: readonly Word[] = [
  {
    words: ["critical", "crit", "fatal", "disaster", "emergency", "p0", "p1", "sev0", "sev1", "sev-0", "sev-1"],
    severity: "critical",
  },
  { words: ["критично", "критический", "критическая", "критическое", "авария", "чп"], severity: "critical" },
  { words: ["error", "failed", "failure", "major", "p2", "sev2", "sev-2", "ошибка", "сбой"], severity: "error" },
  { words: ["warning", "warn", "p3", "sev3", "sev-3", "предупреждение"], severity: "warning" },
  { words: ["info", "notice", "информация"], severity: "info", everyday: true },
  // How it stands says nothing about how much it matters: whatever its severity, a check is DOWN or UP.
  { words: ["firing", "problem", "triggered", "alerting", "down", "проблема"], status: "firing" },
  {
    words: ["resolved", "recovered", "recovery", "решено", "решена", "восстановлено", "устранено"],
    status: "resolved",
  },
  { words: ["ok", "up", "normal", "healthy", "closed", "норма"], status: "resolved", everyday: true },
];

const BY_WORD: ReadonlyMap<string, Word> = new Map(
  WORDS.flatMap((entry) => entry.words.map((word) => [word, entry] as const)),
);

/** What programs say in a sentence. */
const PHRASES: readonly (Signs & { readonly pattern: RegExp })[] = [
  { pattern: /\b(?:is|went|are) (?:now )?(?:down|offline|unreachable)\b/iu, status: "firing" },
  { pattern: /\b(?:is|are|came|went) (?:now )?(?:back )?(?:up|online|reachable|healthy)\b/iu, status: "resolved" },
  { pattern: /(?<!\p{L})(?:не работает|не отвечает|недоступ(?:ен|на|но|ны))(?!\p{L})/iu, status: "firing" },
  { pattern: /(?<!\p{L})(?:снова работает|снова доступ(?:ен|на|но|ны))(?!\p{L})/iu, status: "resolved" },
];

/** Signs in front of everything else. The circles are a scale of their own, the one that our notifications show as well. */
const EMOJI: readonly (Signs & { readonly signs: readonly string[] })[] = [
  { signs: ["🔴", "🟥", "🚨", "🆘"], severity: "critical", status: "firing" },
  { signs: ["🟠", "🟧", "❌", "⛔", "🛑"], severity: "error", status: "firing" },
  { signs: ["🟡", "🟨", "⚠"], severity: "warning", status: "firing" },
  { signs: ["🔵", "🟦", "ℹ"], severity: "info" },
  // Templates put it above whatever fires, so it says no more than that.
  { signs: ["🔥"], status: "firing" },
  { signs: ["✅", "🟢", "🟩", "✔", "☑", "💚"], status: "resolved" },
];

const SEVERITY_FIELDS = ["severity", "level", "priority", "важность", "критичность", "приоритет", "серьёзность"];
const STATUS_FIELDS = ["status", "state", "статус", "состояние"];

/**
 * Reads severity and status from a field of that name, else from words that are labels, else from a sign in front, and the severity
 * at last from the colour.
 */
export function signsOf(looks: Looks): Signs {
  const words = wordSigns(looks);
  const front = emojiSigns(looks);
  const status = fieldStatus(looks.fields) ?? words.status ?? front.status;
  const stated = fieldSeverity(looks.fields) ?? words.severity;
  // Green, and the sign in front, then tell that it is over, not how grave it was.
  const severity = stated ?? (status === "resolved" ? undefined : (front.severity ?? colorSeverity(looks.color)));
  return { ...(severity === undefined ? {} : { severity }), ...(status === undefined ? {} : { status }) };
}

const named = (fields: readonly AlertField[], names: readonly string[]): readonly string[] =>
  fields.filter(({ name }) => names.includes(bare(name).toLowerCase())).map(({ value }) => bare(value));

/** Without signs around it: `🔴 Critical`, `Severity:`. */
const bare = (text: string): string => text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

function fieldSeverity(fields: readonly AlertField[]): Severity | undefined {
  for (const value of named(fields, SEVERITY_FIELDS)) {
    const severity = readSeverity(value) ?? BY_WORD.get(value.toLowerCase())?.severity;
    if (severity) return severity;
  }
  return undefined;
}

function fieldStatus(fields: readonly AlertField[]): Alert["status"] | undefined {
  for (const value of named(fields, STATUS_FIELDS)) {
    const status = BY_WORD.get(value.toLowerCase())?.status;
    if (status) return status;
  }
  return undefined;
}

const TOKEN = /[\p{L}\p{N}]+(?:-\d+)?/gu;
const GRAVITY: readonly Severity[] = ["critical", "error", "warning", "info"];

function wordSigns({ head, isPerson }: Looks): Signs {
  const said = labels(head, isPerson);
  const phrases = isPerson ? [] : PHRASES.filter(({ pattern }) => pattern.test(head));
  const all: readonly Signs[] = [...said, ...phrases];
  const severity = GRAVITY.find((each) => all.some((sign) => sign.severity === each));
  const status = (["firing", "resolved"] as const).find((each) => all.some((sign) => sign.status === each));
  return { ...(severity ? { severity } : {}), ...(status ? { status } : {}) };
}

function labels(head: string, isPerson: boolean): readonly Word[] {
  const first = head.search(/[\p{L}\p{N}]/u);
  return Array.from(head.matchAll(TOKEN)).flatMap(({ 0: token, index }) => {
    const word = BY_WORD.get(token.toLowerCase());
    if (!word) return [];
    const [before, after] = [head.slice(0, index), head.slice(index + token.length)];
    const isBracketed = /[[(【][^\])】]*$/u.test(before) && /^[^[(【]*[\])】]/u.test(after);
    const isLabel = index === first && /^(?::\s|\s+[-–—|]\s|:$)/u.test(after);
    const isLoud = token === token.toUpperCase() && /\p{L}{2}/u.test(token);
    const isCode = /^\p{L}+-?\d$/u.test(token);
    const counts = isBracketed || isLabel || ((isLoud || isCode) && !(isPerson && word.everyday));
    return counts ? [word] : [];
  });
}

function emojiSigns({ head, isPerson }: Looks): Signs {
  // Unicode counts ℹ among the letters.
  const front = /^(?:ℹ|[^\p{L}\p{N}])*/u.exec(head)?.[0] ?? "";
  const found = EMOJI.find(({ signs }) => signs.some((sign) => front.includes(sign)));
  return !found || (isPerson && found.status === "resolved") ? {} : found;
}

/** Most tools paint red whatever fires, so it is no proof of the worst; a colour without a hue says nothing. */
function colorSeverity(color: number | undefined): Severity | undefined {
  if (color === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = [color >> 16, color >> 8, color].map((part) => part & 255);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most - least < 48) return undefined;
  if (most !== red) return "info";
  // Between the reds and magenta nothing is meant; yellow is as much green as red.
  if (blue > green + 64) return undefined;
  return green - least > (most - least) * 0.28 ? "warning" : "error";
}
