import { setTimeout as delay } from "node:timers/promises";

/**
 * Puts together what comes at almost the same moment, so that it is written at once: each commit costs a flush of the disk, and
 * nothing else goes on meanwhile.
 *
 * @param write Answers once for each entry, in their order, when all are durable; rejects for all of them.
 * @param limits `ms`: how long the first waits for others; `entries`: so many are written without waiting.
 * @returns A function that takes one entry and resolves with its own answer.
 */
export function createGather<Entry, Answer>(
  write: (entries: readonly Entry[]) => Promise<readonly Answer[]>,
  limits: { readonly ms: number; readonly entries: number },
): (entry: Entry) => Promise<Answer> {
  let open: Batch<Entry, Answer> | undefined;
  const begin = (): Batch<Entry, Answer> => {
    const entries: Entry[] = [];
    const { promise: full, resolve: fill } = Promise.withResolvers<void>();
    const begun: Batch<Entry, Answer> = {
      entries,
      fill,
      answers: Promise.race([delay(limits.ms), full]).then(() => {
        if (open === begun) open = undefined;
        return write(entries);
      }),
    };
    return begun;
  };
  return async (entry) => {
    open ??= begin();
    const { entries, answers, fill } = open;
    const place = entries.push(entry) - 1;
    if (entries.length >= limits.entries) {
      open = undefined;
      fill();
    }
    const answer = (await answers)[place];
    if (answer === undefined) throw new Error("an entry that was written had no answer");
    return answer;
  };
}

interface Batch<Entry, Answer> {
  readonly entries: Entry[];
  readonly answers: Promise<readonly Answer[]>;
  readonly fill: () => void;
}
