import { type Limits, openRateLimit } from "../../sandbox/bitrix24/limits.ts";
import { FRESH_PACE, type Heard, heed, type Pace, type Spent, spend, spentOf, waitMs } from "../../src/core/pacing.ts";
import { nextStep } from "../../src/core/schedule.ts";
import { noTurns, takeTurns } from "../../src/core/turns.ts";
import { type Job, type NewJob, openQueue } from "./queue.ts";

export interface World {
  readonly limits: Limits;
  /** Portal seconds of one notification, and of a request besides. */
  readonly perCall: number;
  readonly roundTrip: number;
  /** What comes in, by `arrivedAt`. */
  readonly arrivals: Iterable<NewJob>;
  /** Calls in one request, at most, where fewer make the same requests of less work. */
  readonly mostCalls?: number;
  readonly pace?: Pace;
  /** From when to when the portal swallows every request. */
  readonly silence?: { readonly from: number; readonly to: number };
  /** How long a swallowed request is waited for. */
  readonly patienceMs?: number;
  /** No longer than this, in virtual time. */
  readonly untilMs?: number;
}

export interface Sent extends Job {
  readonly sentAt: number;
  readonly doneAt: number;
  /** Requests are numbered; those of one request go in order. */
  readonly request: number;
}

export interface Course {
  readonly sent: readonly Sent[];
  readonly requests: readonly { readonly at: number; readonly refused: boolean; readonly jobs: number }[];
  /** At these moments there were work, room and a free request, and yet nothing was sent. */
  readonly idled: readonly number[];
  readonly mostInFlight: number;
  readonly pace: Pace;
  readonly endedAt: number;
}

interface Flight {
  readonly endsAt: number;
  readonly jobs: readonly Job[];
  readonly spent: Spent;
  readonly heard: Heard;
  readonly request: number;
}

/**
 * One portal, its outbox and its drain in virtual time: decisions are those of the real core, the portal's bucket is the emulator's.
 * Nothing waits for a clock, so that hours pass in a second.
 */
export function simulate(world: World): Course {
  const { limits, untilMs = Number.POSITIVE_INFINITY, patienceMs = 75_000, mostCalls = 50 } = world;
  const arrivals = world.arrivals[Symbol.iterator]();
  let coming = arrivals.next();
  let now = coming.done ? 0 : coming.value.arrivedAt;
  let pace = world.pace ?? FRESH_PACE;
  const bucket = openRateLimit(limits, () => now);
  const queue = openQueue();
  const turns = noTurns();
  let flights: Flight[] = [];
  const sent: Sent[] = [];
  const requests: { at: number; refused: boolean; jobs: number }[] = [];
  const idled: number[] = [];
  let mostInFlight = 0;

  const isSilent = (): boolean => world.silence !== undefined && now >= world.silence.from && now < world.silence.to;

  /** Takes in what has happened by now. */
  const catchUp = (): void => {
    for (; !coming.done && coming.value.arrivedAt <= now; coming = arrivals.next()) queue.add(coming.value);
    for (const flight of flights.filter(({ endsAt }) => endsAt <= now)) {
      pace = heed(pace, flight.spent, flight.heard, { now, random: 0.5 });
      if (flight.heard.kind !== "answered") queue.released(flight.jobs);
      else {
        queue.settled(flight.jobs);
        const at = { sentAt: flight.spent.at, doneAt: flight.endsAt, request: flight.request };
        sent.push(...flight.jobs.map((job) => ({ ...job, ...at })));
      }
    }
    flights = flights.filter(({ endsAt }) => endsAt > now);
  };

  const send = (jobs: readonly Job[]): void => {
    pace = spend(pace, now);
    const spent = spentOf(pace);
    const took = { seconds: world.roundTrip + world.perCall * jobs.length, calls: jobs.length };
    const isRefused = !bucket.admit();
    const request = requests.length;
    requests.push({ at: now, refused: isRefused, jobs: jobs.length });
    const flight = { jobs, spent, request };
    if (isSilent()) flights.push({ ...flight, endsAt: now + patienceMs, heard: { kind: "failed" } });
    else if (isRefused) {
      const heard = { kind: "refused", isLimit: true } as const;
      flights.push({ ...flight, endsAt: now + world.roundTrip * 1_000, heard });
    } else {
      const heard: Heard = { kind: "answered", ...(jobs.length > 0 && { took }) };
      flights.push({ ...flight, endsAt: now + took.seconds * 1_000, heard });
    }
    mostInFlight = Math.max(mostInFlight, flights.length);
  };

  /** Until when nothing changes by itself; undefined when something was sent just now. */
  const act = (): number | undefined => {
    const step = nextStep(pace, { inFlight: flights.length, now });
    if (step.kind === "await-answer") return Number.POSITIVE_INFINITY;
    if (queue.size === 0) return Number.POSITIVE_INFINITY;
    if (step.kind === "rest") return now + step.ms;
    const wait = waitMs(pace, now);
    if (wait > 0) return now + wait;
    if (step.kind === "knock") {
      send([]);
      return undefined;
    }
    const limit = Math.min(step.limit, mostCalls);
    const candidates = queue.candidates(limit);
    const ids = takeTurns(candidates, limit, turns);
    if (ids.length > 0) {
      send(queue.take(ids));
      return undefined;
    }
    if (candidates.some(({ after }) => after.length === 0)) idled.push(now);
    return Number.POSITIVE_INFINITY;
  };

  while (now <= untilMs) {
    catchUp();
    const until = act();
    if (until === undefined) continue;
    const next = Math.min(until, ...flights.map(({ endsAt }) => endsAt), coming.done ? until : coming.value.arrivedAt);
    if (!Number.isFinite(next)) break;
    now = next;
  }
  return { sent, requests, idled, mostInFlight, pace, endedAt: now };
}
