import { badRequest } from "./errors.ts";

export interface Upload {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** The parameters of one call, whatever the encoding was: forms carry numbers and objects as text. */
export interface Args {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly uploads: ReadonlyMap<string, Upload>;
}

export function textArg(args: Args, name: string): string | undefined {
  const value = args.payload[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Like the real server: what is no integer counts as absent. */
export function intArg(args: Args, name: string): number | undefined {
  const value = textArg(args, name);
  return value !== undefined && /^-?\d+$/u.test(value) ? Number(value) : undefined;
}

export function flagArg(args: Args, name: string): boolean {
  const value = textArg(args, name)?.toLowerCase();
  return value === "true" || value === "1" || value === "yes" || value === "t" || value === "y";
}

function jsonArg(args: Args, name: string): unknown {
  const value = args.payload[name];
  if (typeof value !== "string" || value === "") return value === "" ? undefined : value;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(`can't parse ${name} JSON object`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function recordArg(args: Args, name: string): Record<string, unknown> | undefined {
  const value = jsonArg(args, name);
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw badRequest(`object expected as ${name}`);
  return value;
}

export function listArg(args: Args, name: string): unknown[] | undefined {
  const value = jsonArg(args, name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw badRequest(`can't parse ${name}: expected an Array`);
  return value;
}
