/** Work that begins something, or work that ends what was begun. */
type Kind = "begin" | "end";

export type Gate = <Result>(kind: Kind, work: () => Promise<Result>) => Promise<Result>;

/**
 * Lets so many in at a time, those who end something first. What was begun and has not ended is in memory, so nothing more of it
 * is begun than can be ended as fast.
 */
export function createGate(most: number): Gate {
  const waiting: Readonly<Record<Kind, (() => void)[]>> = { begin: [], end: [] };
  let inside = 0;

  const leave = (): void => {
    const next = waiting.end.shift() ?? waiting.begin.shift();
    if (next) next();
    else inside -= 1;
  };

  return async (kind, work) => {
    if (inside < most) inside += 1;
    else await new Promise<void>((resolve) => void waiting[kind].push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
