/** Most pressing first. In the order of letters they ascend, too, which the database makes use of. */
export const PRIORITIES = ["urgent", "normal", "digest"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A delivery that may be claimed. */
export interface Candidate {
  readonly id: number;
  /** What turns are taken between. */
  readonly chat: string;
  readonly priority: Priority;
  /** Deliveries to the same recipient that have to go before; they must be in the same claim. */
  readonly after: readonly number[];
}

/** Who had a turn lately. Only fairness depends on it, so a restart may forget it; what is passed in here is kept up to date. */
export interface Turns {
  place: number;
  readonly served: Map<string, number>;
}

export const noTurns = (): Turns => ({ place: 0, served: new Map() });

const FOUR_URGENT: readonly Priority[] = ["urgent", "urgent", "urgent", "urgent"];
/**
 * Whose place it is first, over and over: of sixteen places twelve are for what is urgent, three for the normal, one for digests, so
 * that nothing starves. A place that its own cannot use goes to the most pressing of the others.
 */
const PLACES: readonly Priority[] = [
  ...FOUR_URGENT,
  "normal",
  ...FOUR_URGENT,
  "normal",
  ...FOUR_URGENT,
  "normal",
  "digest",
];

interface Line {
  readonly key: string;
  readonly waiting: Candidate[];
}

/**
 * Up to `limit` of the candidates, which come oldest first: within a priority one of each chat in turn, beginning with whoever
 * waited longest for one. The order answered is the order to send in; none stands before what it has to come after.
 */
export function takeTurns(found: readonly Candidate[], limit: number, turns: Turns): number[] {
  const lines = new Map(PRIORITIES.map((priority) => [priority, linesOf(found, priority)]));
  const taken = new Set<number>();
  while (taken.size < limit) {
    const first = PLACES[turns.place % PLACES.length] ?? "urgent";
    const order = [first, ...PRIORITIES.filter((priority) => priority !== first)];
    const next = firstOf(order, (priority) => pick(lines.get(priority) ?? [], taken, turns));
    if (next === undefined) break;
    turns.place += 1;
    taken.add(next);
  }
  keepPresent(turns, [...lines.values()].flat());
  return [...taken];
}

function linesOf(found: readonly Candidate[], priority: Priority): readonly Line[] {
  const ofPriority = found.filter((candidate) => candidate.priority === priority);
  const byChat = Map.groupBy(ofPriority, ({ chat }) => chat);
  return [...byChat].map(([chat, waiting]) => ({ key: `${priority} ${chat}`, waiting }));
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first that may go of the line that was served longest ago; of lines never served the one with the oldest. */
function pick(lines: readonly Line[], taken: ReadonlySet<number>, turns: Turns): number | undefined {
  let best: { line: Line; at: number; served: number } | undefined;
  for (const line of lines) {
    const served = turns.served.get(line.key) ?? -1;
    if (best && served >= best.served) continue;
    const at = line.waiting.findIndex(({ after }) => after.every((id) => taken.has(id)));
    if (at >= 0) best = { line, at, served };
  }
  if (!best) return undefined;
  const [candidate] = best.line.waiting.splice(best.at, 1);
  turns.served.set(best.line.key, turns.place);
  return candidate?.id;
}

/** Chats that have nothing waiting need not be remembered. */
function keepPresent({ served }: Turns, lines: readonly Line[]): void {
  const present = new Set(lines.map(({ key }) => key));
  for (const key of served.keys()) if (!present.has(key)) served.delete(key);
}
