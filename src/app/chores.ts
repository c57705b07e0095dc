import type { Alarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import type { Clock, Log } from "./ports.ts";
import type { Chore, ChoreWork } from "./store/chores.ts";
import type { Repositories, Store } from "./store/store.ts";
import { traceOfSlot } from "./trace.ts";

/** One portal that hangs for a minute must not hold up the others' chores. */
const AT_ONCE = 8;
/** While some are under way, others are looked after this often. */
const BUSY_LOOK_MS = 500;
const LONGEST_PAUSE_MS = 300_000;
/** A chore that fails for a reason nobody foresaw is given up after this many tries, about two hours. */
const MOST_FAILURES = 30;

export type ChoreOutcome =
  /** `write` is what came of it, in the transaction that ends the chore: either all of it happens or none. */
  | { readonly kind: "done"; readonly write?: (tx: Repositories) => Promise<void> }
  | { readonly kind: "again"; readonly afterMs: number };

/** Works outside any transaction; may be begun again after a crash in the middle. Rejects only when aborted, or on a bug. */
export type ChoreHandler<Work> = (
  work: Work,
  chore: Pick<Chore, "attempts" | "createdAt">,
  signal: AbortSignal,
) => Promise<ChoreOutcome>;

/** A kind without a handler waits for a program that has one. */
export type ChoreHandlers = { readonly [K in ChoreWork["kind"]]?: ChoreHandler<Extract<ChoreWork, { kind: K }>> };

export interface ChoreParts {
  readonly store: Store;
  readonly chores: ChoreHandlers;
  readonly clock: Clock;
  readonly log: Log;
  readonly alarm: Alarm;
  /** Rung after a chore has written: what it says may be due. */
  readonly changed: Pick<Alarm, "ring">;
}

/** Does what answers need from the network, one durable row at a time and several rows at once, until `signal` aborts. */
export async function doChores(parts: ChoreParts, signal: AbortSignal): Promise<void> {
  const { store, alarm, clock } = parts;
  const busy = new Map<number, Promise<void>>();
  const failures: unknown[] = [];
  while (!signal.aborted && failures.length === 0) {
    const due = await store.read.chores.due(clock(), AT_ONCE * 2);
    const free = due.filter(({ id }) => !busy.has(id)).slice(0, AT_ONCE - busy.size);
    for (const chore of free) {
      const done = doOne(chore, parts, signal)
        .catch((error: unknown) => void failures.push(error))
        .then(() => {
          busy.delete(chore.id);
          alarm.ring();
        });
      busy.set(chore.id, done);
    }
    if (free.length > 0) continue;
    const next = busy.size > 0 ? clock() + BUSY_LOOK_MS : await store.read.chores.nextDue();
    await alarm.wait(next === undefined ? Number.POSITIVE_INFINITY : Math.max(next - clock(), 1), signal);
  }
  await Promise.all(busy.values());
  if (failures.length > 0) throw failures[0];
}

async function doOne(chore: Chore, parts: ChoreParts, signal: AbortSignal): Promise<void> {
  const { store, clock, changed } = parts;
  const outcome = await attempt(chore, parts, signal);
  if (signal.aborted && outcome.kind === "again") return;
  await store.tx(async (tx) => {
    if (outcome.kind === "again") await tx.chores.again(chore.id, clock() + outcome.afterMs);
    else if (await tx.chores.done(chore.id)) await outcome.write?.(tx);
  });
  changed.ring();
}

async function attempt(chore: Chore, { chores, log }: ChoreParts, signal: AbortSignal): Promise<ChoreOutcome> {
  const { id, work, attempts } = chore;
  try {
    // The right key may come back.
    if (work === undefined) throw new UnopenedChoreError();
    return (await handle(work, { chore, chores, signal })) ?? { kind: "again", afterMs: LONGEST_PAUSE_MS };
  } catch (error) {
    const givenUp = attempts + 1 >= MOST_FAILURES;
    if (!signal.aborted) {
      const name = errorName(error);
      log.error(
        { ...traceOfWork(work), chore: id, kind: work?.kind, attempts: attempts + 1, givenUp, error: name },
        "chore failed",
      );
    }
    if (givenUp) return { kind: "done" };
    return { kind: "again", afterMs: Math.min(1_000 * 2 ** attempts, LONGEST_PAUSE_MS) };
  }
}

/** Of the message that is to be answered. */
function traceOfWork(work: ChoreWork | undefined): object {
  const slot = work && ("slot" in work ? work.slot : "asker" in work ? work.asker?.slot : undefined);
  return slot === undefined ? {} : { trace: traceOfSlot(slot) };
}

function handle(
  work: ChoreWork,
  { chore, chores, signal }: { chore: Chore; chores: ChoreHandlers; signal: AbortSignal },
): Promise<ChoreOutcome> | undefined {
  switch (work.kind) {
    case "link":
      return chores.link?.(work, chore, signal);
    case "connect":
      return chores.connect?.(work, chore, signal);
    case "explore":
      return chores.explore?.(work, chore, signal);
    case "hide":
      return chores.hide?.(work, chore, signal);
    case "search":
      return chores.search?.(work, chore, signal);
    case "map":
      return chores.map?.(work, chore, signal);
    default:
      return work satisfies never;
  }
}

class UnopenedChoreError extends Error {
  override readonly name = "UnopenedChoreError";
}
