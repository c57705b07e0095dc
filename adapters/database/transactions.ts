import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
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

/** Works that may share one commit. More would gain little and lose more with one failed commit. */
const MOST_WORKS = 64;
/** How long works are gathered for one commit: after that, the first of them waits for no other. */
const GATHER_MS = 20;

/** One caller's transaction. */
interface Job {
  /** Resolves with what tells the caller about it. */
  readonly work: () => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

interface Taken {
  readonly job: Job;
  /** Told after the commit; absent when the engine failed underneath the work. */
  tell?: () => void;
  /** It went wrong by itself and is undone, whatever becomes of the others. */
  isUndone: boolean;
}

interface TransactionTimes {
  /** How long one waits in all for another process that writes. */
  readonly patienceMs?: number | undefined;
  readonly gatherMs?: number | undefined;
}

interface Connection {
  readonly client: Sqlite;
  readonly file: string;
  readonly patienceMs: number;
  readonly gatherMs: number;
}

/**
 * One transaction at a time on one connection. The engine's own are synchronous, so the lines between `begin` and `commit`
 * are kept free of strangers by a queue. Those that wait at the same moment share a commit, since each commit costs a flush
 * of the disk; a savepoint keeps each apart, and no caller hears of its end before all is durable.
 */
export function createTransactions(client: Sqlite, file: string, times: TransactionTimes = {}): Transactions {
  const { patienceMs = PATIENCE_MS, gatherMs = GATHER_MS } = times;
  // Waiting inside the engine would stop the whole process, heartbeats included.
  client.pragma("busy_timeout = 0");
  const inside = new AsyncLocalStorage<true>();
  const waiting: Job[] = [];
  let drained = Promise.resolve();
  let isDraining = false;
  let ended = false;

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await commitTogether({ client, file, patienceMs, gatherMs }, waiting);
      // Who has just been told may have more to write, which can go along with what waits already. And whoever writes one thing
      // after the other, as the inbox does, would keep the process from hearing anything from outside meanwhile.
      await immediate();
    }
    isDraining = false;
  };

  return {
    run: async <T>(work: () => Promise<T>): Promise<T> => {
      if (inside.getStore()) throw new Error("a transaction was begun inside another one, which would wait for ever");
      if (ended) throw new Error(`database ${file} is closed`);
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const own = async () => {
        const result = await inside.run(true, work);
        return () => resolve(result);
      };
      // The one who drains is another caller, whose context is not this one's.
      waiting.push({ work: AsyncLocalStorage.bind(own), reject });
      if (!isDraining) {
        isDraining = true;
        drained = drained.then(drain);
      }
      return promise;
    },
    end: async (close) => {
      if (ended) return;
      ended = true;
      await drained;
      close();
    },
  };
}

/** Takes works from the front of the queue, at least one, and settles all that it took. Never rejects. */
async function commitTogether(connection: Connection, waiting: Job[]): Promise<void> {
  const { client, file } = connection;
  const patient = waiting.length;
  const taken: Taken[] = [];
  try {
    await begin(connection);
    await runSome(connection, waiting, taken);
    client.exec("commit");
    for (const { tell } of taken) tell?.();
  } catch (cause) {
    if (client.inTransaction) client.exec("rollback");
    const error = asStoreError(cause, file);
    // Whoever has waited for the lock as long as the first one has waited long enough.
    if (taken.length === 0) for (const { reject } of waiting.splice(0, patient)) reject(error);
    for (const { job, tell, isUndone } of taken) {
      if (isUndone) tell?.();
      else job.reject(error);
    }
  }
}

async function runSome(connection: Connection, waiting: Job[], taken: Taken[]): Promise<void> {
  const until = performance.now() + connection.gatherMs;
  do {
    const job = waiting.shift();
    if (job === undefined) return;
    const each: Taken = { job, isUndone: false };
    taken.push(each);
    await runOne(connection, each);
  } while (taken.length < MOST_WORKS && performance.now() < until);
}

async function runOne({ client, file }: Connection, each: Taken): Promise<void> {
  client.exec("savepoint work");
  try {
    const tell = await each.job.work();
    // The engine rolls back by itself when the disk is full: a caller that went on regardless must not believe in a commit.
    if (!client.inTransaction) throw storeError("full", file);
    client.exec("release work");
    each.tell = tell;
  } catch (error) {
    each.tell = () => each.job.reject(asStoreError(error, file));
    each.isUndone = true;
    // The works before this one are gone with it.
    if (!client.inTransaction) throw storeError("full", file, { cause: error });
    client.exec("rollback to work; release work");
  }
}

async function begin({ client, patienceMs }: Connection): Promise<void> {
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
