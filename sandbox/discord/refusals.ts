import type { z } from "zod";
import type { Json, JsonObject } from "./model.ts";

/** An answer with Discord's error body; thrown by handlers, written by rest.ts. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: JsonObject | undefined;

  constructor(status: number, code: number, message: string, errors?: JsonObject) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  body(): JsonObject {
    const base = { message: this.message, code: this.code };
    return this.errors ? { ...base, errors: this.errors } : base;
  }
}

export const refusals = {
  notFound: () => new Refusal(404, 0, "404: Not Found"),
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  unknownChannel: () => new Refusal(404, 10003, "Unknown Channel"),
  unknownGuild: () => new Refusal(404, 10004, "Unknown Guild"),
  unknownMember: () => new Refusal(404, 10007, "Unknown Member"),
  unknownMessage: () => new Refusal(404, 10008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10013, "Unknown User"),
  unknownEmoji: () => new Refusal(400, 10014, "Unknown Emoji"),
  unknownWebhook: () => new Refusal(404, 10015, "Unknown Webhook"),
  unknownInteraction: () => new Refusal(404, 10062, "Unknown interaction"),
  unknownCommand: () => new Refusal(404, 10063, "Unknown application command"),
  tooManyReactions: () => new Refusal(400, 30010, "Maximum number of reactions reached (20)"),
  dailyCommands: () =>
    new Refusal(400, 30034, "Max number of daily application command creates has been reached (200)"),
  tooLarge: () => new Refusal(413, 40005, "Request entity too large"),
  alreadyAcknowledged: () => new Refusal(400, 40060, "Interaction has already been acknowledged."),
  missingAccess: () => new Refusal(403, 50001, "Missing Access"),
  othersMessage: () => new Refusal(403, 50005, "Cannot edit a message authored by another user"),
  emptyMessage: () => new Refusal(400, 50006, "Cannot send an empty message"),
  dmsClosed: () => new Refusal(403, 50007, "Cannot send messages to this user"),
  missingPermissions: () => new Refusal(403, 50013, "Missing Permissions"),
  invalidWebhookToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
  noCommonServer: () => new Refusal(403, 50278, "Cannot send messages to this user due to having no mutual guilds"),
  blockedByAuthor: () => new Refusal(403, 90001, "Reaction was blocked"),
} as const;

type Path = readonly (string | number)[];
export interface FormProblem {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
}

function nested(path: Path, leaf: Json): Json {
  return path.reduceRight<Json>((inner, key) => ({ [String(key)]: inner }), leaf);
}

function merged(left: Json | undefined, right: Json): Json {
  if (!isObject(left) || !isObject(right)) return right;
  const result: JsonObject = { ...left };
  for (const [key, value] of Object.entries(right)) result[key] = merged(result[key], value);
  return result;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Error 50035, which names each wrong position: `{"embeds": {"0": {"title": {"_errors": [...]}}}}`. */
export function formRefusal(...problems: readonly FormProblem[]): Refusal {
  let errors: Json = {};
  for (const { path, code, message } of problems) {
    errors = merged(errors, nested(path, { _errors: [{ code, message }] }));
  }
  return new Refusal(400, 50035, "Invalid Form Body", isObject(errors) ? errors : {});
}

/** Reads a body; what does not fit becomes 50035. A rule of its own sets the code with `params.code`. */
export function readForm<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw formRefusal(...read.error.issues.map(problemOf));
}

function problemOf(issue: z.core.$ZodIssue): FormProblem {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  if (issue.code === "custom" && typeof issue.params?.code === "string") {
    return { path, code: issue.params.code, message: issue.message };
  }
  const isLength = issue.code === "too_big" || issue.code === "too_small";
  return { path, code: isLength ? "BASE_TYPE_BAD_LENGTH" : "BASE_TYPE_INVALID", message: issue.message };
}
