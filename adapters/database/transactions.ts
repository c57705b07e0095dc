import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Sqlite } from "./sqlite.ts";
import { asStoreError, storeError } from "./storeError.ts";

/** How long a transaction waits in all for another process that writes, before it is refused as `locked`. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 20;

export interface Transactions {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for what is under way, then lets nothing else begin. */
  end(close: () => void): Promise<void>;
}

/**
 * One transaction at a time on one connection. The engine's own are synchronous, so the lines between `begin` and `commit`
 * are kept free of strangers by a queue.
 */
export function createTransactions(client: Sqlite, file: string, patienceMs = PATIENCE_MS): Transactions {
  // Waiting inside the engine would stop the whole process, heartbeats included.
  client.pragma("busy_timeout = 0");
  const inside = new AsyncLocalStorage<true>();
  let tail: Promise<unknown> = Promise.resolve();
  let ended = false;

  const queued = <T>(job: () => Promise<T>): Promise<T> => {
    const result = tail.then(job);
    tail = result.catch(() => undefined);
    return result;
  };

  return {
    run: async (work) => {
      if (inside.getStore()) throw new Error("a transaction was begun inside another one, which would wait for ever");
      if (ended) throw new Error(`database ${file} is closed`);
      return queued(() => transact({ client, file, patienceMs }, () => inside.run(true, work)));
    },
    end: async (close) => {
      if (ended) return;
      ended = true;
      await queued(async () => close());
    },
  };
}

interface Connection {
  readonly client: Sqlite;
  readonly file: string;
  readonly patienceMs: number;
}

async function transact<T>({ client, file, patienceMs }: Connection, work: () => Promise<T>): Promise<T> {
  try {
    await begin(client, patienceMs);
    const result = await work();
    // The engine rolls back by itself when the disk is full: a caller that went on regardless must not believe in a commit.
    if (!client.inTransaction) throw storeError("full", file);
    client.exec("commit");
    return result;
  } catch (error) {
    if (client.inTransaction) client.exec("rollback");
    throw asStoreError(error, file);
  }
}

async function begin(client: Sqlite, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      client.exec("begin immediate");
      return;
    } catch (error) {
      if (waitedMs >= patienceMs || !isBusy(error)) throw error;
    }
    await delay(RETRY_MS);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}
