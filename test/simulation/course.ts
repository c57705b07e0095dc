import type { NewJob } from "./queue.ts";
import { type Course, simulate, type World } from "./simulate.ts";

export const START = 1_800_000_000_000;
export const HOUR_MS = 3_600_000;
export const ORDINARY = { burst: 50, drainPerSecond: 2 } as const;
export const ENTERPRISE = { burst: 250, drainPerSecond: 5 } as const;

let people = 0;

/** To a person of its own each, unless told otherwise. */
export const job = (change: Partial<NewJob> = {}): NewJob => {
  people += 1;
  return { chat: "a", person: people, tag: `t${people}`, priority: "normal", arrivedAt: START, ...change };
};

export const jobs = (count: number, change: Partial<NewJob> = {}): NewJob[] =>
  Array.from({ length: count }, () => job(change));

export const run = (arrivals: readonly NewJob[], change: Partial<World> = {}): Course =>
  simulate({
    limits: ORDINARY,
    perCall: 0.01,
    roundTrip: 0.1,
    arrivals: [...arrivals].sort((a, b) => a.arrivedAt - b.arrivedAt),
    ...change,
  });

export const refusalsIn = ({ requests }: Course): number => requests.filter(({ refused }) => refused).length;
