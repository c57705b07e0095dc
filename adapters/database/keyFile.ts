import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSecretKeys } from "../../src/core/secretKey.ts";

/** A secret key cannot be read or made. The message names the place and the rule, never the key. */
export class SecretKeyError extends Error {
  override readonly name = "SecretKeyError";
  readonly problem: "absent" | "malformed" | "unreadable" | "unwritable";
  /** The file, or the setting. */
  readonly place: string;

  constructor({ problem, place }: Pick<SecretKeyError, "problem" | "place">, rule: string, options?: ErrorOptions) {
    super(`${place}: ${rule}`, options);
    this.problem = problem;
    this.place = place;
  }
}

export interface SecretKeySource {
  /** `HERALD24_SECRET_KEY`: base64 of 32 bytes, or a comma list of such; undefined or blank where it is not set. */
  readonly value: string | undefined;
  /** Holds `secret.key` when the environment has no key. */
  readonly dataDir: string;
  /** Whether a key may be made. Not where a database already stands: it was sealed with another one. */
  readonly mayCreate: boolean;
}

export interface SecretKeys {
  /** At least one. The first seals, all of them open. */
  readonly keys: readonly Buffer[];
  /** A key file was made just now: the operator should hear of it, for without it a backup cannot be read. */
  readonly created: boolean;
}

/** @throws {SecretKeyError} */
export function loadSecretKeys({ value, dataDir, mayCreate }: SecretKeySource): SecretKeys {
  if (value !== undefined && value.trim() !== "")
    return { keys: parseKeys(value, "HERALD24_SECRET_KEY"), created: false };
  const file = keyFile(dataDir);
  const text = readIfThere(file);
  if (text !== undefined) return { keys: parseKeys(text, file), created: false };
  if (mayCreate) return { keys: parseKeys(createKeyFile(file), file), created: true };
  throw new SecretKeyError(
    { problem: "absent", place: file },
    `there is no such file, and HERALD24_SECRET_KEY is not set. Put the key of this database there, or begin with \`herald24 init\``,
  );
}

export const keyFile = (dataDir: string): string => join(resolve(dataDir), "secret.key");

function parseKeys(list: string, place: string): readonly Buffer[] {
  const read = readSecretKeys(list);
  if (read.kind === "keys") return read.keys;
  const which = read.of === 1 ? "the key" : `key ${read.which} of ${read.of}`;
  throw new SecretKeyError(
    { problem: "malformed", place },
    `${which} must be 32 bytes in base64 (44 characters). For a new folder make one with: openssl rand -base64 32; for an existing database put its own key back`,
  );
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new SecretKeyError(
      { problem: "unreadable", place: file },
      `cannot be read (${codeOf(error)}). Let the service's user read it`,
      { cause: error },
    );
  }
}

/** On disk before anything is sealed with it. When another process was quicker, its key counts. */
function createKeyFile(file: string): string {
  const text = `${randomBytes(32).toString("base64")}\n`;
  try {
    mkdirSync(resolve(file, ".."), { recursive: true, mode: 0o700 });
    const handle = openSync(file, "wx", 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(file, 0o600);
    return text;
  } catch (error) {
    const theirs = codeOf(error) === "EEXIST" ? readIfThere(file) : undefined;
    if (theirs !== undefined) return theirs;
    throw new SecretKeyError(
      { problem: "unwritable", place: file },
      `cannot be made (${codeOf(error)}). Let the service's user write there`,
      { cause: error },
    );
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
