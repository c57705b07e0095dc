import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseEnv } from "node:util";
import type { Clock, Words } from "../app/ports.ts";
import type { Repositories, Store } from "../app/store/store.ts";
import { type Config, type Environment, parseConfig } from "../config.ts";
import { CliError } from "./fault.ts";
import { operatorWords } from "./language.ts";
import { createOutput, type Output } from "./output.ts";
import { openPortal, type PortalAccess } from "./portal.ts";

/** Where a command line runs. */
export interface CliHost {
  /** Of the process; what `.env` in `cwd` says stands behind it. */
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable;
  /** Somebody sits there and can be asked. */
  readonly interactive: boolean;
  readonly clock?: Clock;
  /** Stops `start` and `demo` in place of a signal to the process. */
  readonly stop?: AbortSignal;
}

/** What one command works with. Everything is opened when it is first asked for, and closed behind the command. */
export interface Context {
  readonly host: CliHost;
  readonly out: Output;
  readonly clock: Clock;
  /** In the operator's language, as far as the locale tells it. */
  readonly words: Words;
  /** `.env` and process together. */
  readonly env: Environment;
  config(): Config;
  /** @param mayCreate Only `init`, `start`, `demo` and `workspace add` may make a database or a key. */
  store(mayCreate?: boolean): Promise<Store>;
  portal(): Promise<PortalAccess>;
  /** Changes something, and notes who did what. */
  change<T>(work: (tx: Repositories, note: Note) => Promise<T>): Promise<T>;
  /** The code that the process ends with when nothing is thrown. */
  exit(code: number): void;
}

/** Appends to the audit trail; `subject` never holds a secret. */
export type Note = (entry: { action: string; subject: string; workspaceId?: number }) => Promise<void>;

export function readEnvironment(host: CliHost): Environment {
  try {
    return { ...parseEnv(readFileSync(resolve(host.cwd, ".env"), "utf8")), ...host.env };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return host.env;
    throw new CliError(1, ".env is there but cannot be read: check its permissions");
  }
}

/** Paths in the environment count from the working directory of the command. */
export function readConfig(env: Environment, { cwd, stderr }: CliHost): Config {
  const url = env.DATABASE_URL?.trim() ?? "";
  const relative = /^file:(?!\/)(?<path>.+)$/u.exec(url)?.groups?.path;
  const placed = {
    ...env,
    DATA_DIR: resolve(cwd, env.DATA_DIR?.trim() || "data"),
    ...(relative === undefined ? {} : { DATABASE_URL: `file:${resolve(cwd, relative)}` }),
  };
  const terminal = "isTTY" in stderr && stderr.isTTY === true;
  return parseConfig(placed, { readFile: (path) => readFileSync(resolve(cwd, path), "utf8"), terminal });
}

/** Who works here, for the audit trail. */
export const actorOf = (env: Environment): string => {
  const user = env.USER ?? env.USERNAME ?? env.LOGNAME;
  return user === undefined || user === "" ? "cli" : `cli:${user}`;
};

/** Runs `act` and closes whatever it opened; answers the exit code. */
export async function withContext(
  host: CliHost,
  { json, words }: { json: boolean; words?: Words },
  act: (context: Context) => Promise<void>,
): Promise<number> {
  const env = readEnvironment(host);
  const clock = host.clock ?? Date.now;
  const closers: (() => Promise<void>)[] = [];
  let code = 0;
  let config: Config | undefined;
  let store: Promise<Store> | undefined;
  let portal: Promise<PortalAccess> | undefined;

  const context: Context = {
    host,
    out: createOutput(host.stdout, host.stderr, json),
    clock,
    env,
    words: words ?? operatorWords(host.env),
    config: () => {
      config ??= readConfig(env, host);
      return config;
    },
    store: (mayCreate = false) => {
      // Loaded here, so that help and the plain calls start without the database's libraries.
      store ??= import("./database.ts").then(async ({ openDatabase }) => {
        const made = (file: string) => context.out.note(context.words.say("init-key-made", { file }));
        const opened = await openDatabase(context.config(), { mayCreate, clock, made });
        closers.push(() => opened.close());
        return opened;
      });
      return store;
    },
    portal: () => {
      portal ??= Promise.resolve(openPortal(context)).then((opened) => {
        // Before the store, into which it may still write tokens.
        closers.unshift(() => opened.close());
        return opened;
      });
      return portal;
    },
    change: async (work) => {
      const opened = await context.store();
      return opened.tx((tx) => work(tx, (entry) => tx.audit.append({ at: clock(), actor: actorOf(env), ...entry })));
    },
    exit: (given) => {
      code = given;
    },
  };
  try {
    await act(context);
    return code;
  } finally {
    for (const close of closers) await close();
  }
}
