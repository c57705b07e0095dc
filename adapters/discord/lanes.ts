/** Work in lanes: within one in the order in which it came, between them side by side. */
export interface Lanes {
  /** `work` deals with its own failures; the next in the lane runs whatever became of it. */
  run(lane: string, work: () => Promise<void>): Promise<void>;
  settled(): Promise<void>;
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<void>>();
  return {
    run(lane, work) {
      const before = tails.get(lane) ?? Promise.resolve();
      const tail = before
        .catch(() => undefined)
        .then(work)
        .finally(() => {
          if (tails.get(lane) === tail) tails.delete(lane);
        });
      tails.set(lane, tail);
      return tail;
    },
    async settled() {
      await Promise.allSettled([...tails.values()]);
    },
  };
}
