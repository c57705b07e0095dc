/** Where somebody waits for a portal: deliveries, or anything else. */
export type Line = "outbox" | "others";

interface Door {
  readonly waiting: Readonly<Record<Line, (() => void)[]>>;
  /** Who was let in last. */
  last: Line;
}

/** Lets one in at a time for each host: of the two lines by turns, of each in the order of asking. */
export function createLines() {
  const doors = new Map<string, Door>();

  /** Resolves when the door is ours. */
  function enter(host: string, line: Line): Promise<void> | undefined {
    const door = doors.get(host);
    if (!door) {
      doors.set(host, { waiting: { outbox: [], others: [] }, last: line });
      return undefined;
    }
    return new Promise((resolve) => void door.waiting[line].push(resolve));
  }

  function leave(host: string): void {
    const door = doors.get(host);
    if (!door) return;
    const order: readonly Line[] = door.last === "outbox" ? ["others", "outbox"] : ["outbox", "others"];
    const line = order.find((each) => door.waiting[each].length > 0);
    if (line === undefined) {
      doors.delete(host);
      return;
    }
    door.last = line;
    door.waiting[line].shift()?.();
  }

  return async <Result>(host: string, line: Line, work: () => Promise<Result>): Promise<Result> => {
    await enter(host, line);
    try {
      return await work();
    } finally {
      leave(host);
    }
  };
}
