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
  /** How long each request is on its way before the portal sees it, in milliseconds. */
  readonly wayMs?: () => number;
  /** What the portal's own clock shows; the same as ours when absent. */
  readonly portalClock?: (now: number) => number;
  /** How long our own work for one request takes, before it goes out and the next can be made. */
  readonly ownMs?: number;
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
  readonly arrivesAt: number;
  readonly jobs: readonly Job[];
  readonly spent: Spent;
  readonly request: number;
  /** Absent until the portal has seen it. */
  answer?: { readonly endsAt: number; readonly heard: Heard };
}

/**
 * One portal, its outbox and its drain in virtual time: decisions are those of the real core, the portal's bucket is the emulator's.
 * Nothing waits for a clock, so that hours pass in a second.
 */
export function simulate(world: World): Course {
  const { limits, untilMs = Number.POSITIVE_INFINITY, patienceMs = 75_000, mostCalls = 50, ownMs = 0 } = world;
  const { wayMs = () => 0, portalClock = (at: number) => at } = world;
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
  let readyAt = now;

  const isSilent = (): boolean => world.silence !== undefined && now >= world.silence.from && now < world.silence.to;

  /** Takes in what has happened by now. */
  const catchUp = (): void => {
    for (; !coming.done && coming.value.arrivedAt <= now; coming = arrivals.next()) queue.add(coming.value);
    for (const flight of flights) if (flight.arrivesAt <= now) flight.answer ??= answerTo(flight);
    for (const { answer, jobs, spent, request } of flights) {
      if (!answer || answer.endsAt > now) continue;
      pace = heed(pace, spent, answer.heard, { now, random: 0.5 });
      if (answer.heard.kind !== "answered") queue.released(jobs);
      else {
        queue.settled(jobs);
        sent.push(...jobs.map((job) => ({ ...job, sentAt: spent.at, doneAt: answer.endsAt, request })));
      }
    }
    flights = flights.filter(({ answer }) => !answer || answer.endsAt > now);
  };

  const answerTo = ({ jobs, request }: Flight): NonNullable<Flight["answer"]> => {
    if (isSilent()) return { endsAt: now + patienceMs, heard: { kind: "failed" } };
    const back = now + world.roundTrip * 1_000;
    const seen = requests[request];
    if (seen && !bucket.admit()) {
      seen.refused = true;
      return { endsAt: back, heard: { kind: "refused", isLimit: true } };
    }
    const worked = world.perCall * jobs.length;
    const took = { seconds: world.roundTrip + worked, calls: jobs.length, worked };
    const heard: Heard = { kind: "answered", startedAt: portalClock(now), ...(jobs.length > 0 && { took }) };
    return { endsAt: back + worked * 1_000, heard };
  };

  const send = (jobs: readonly Job[]): void => {
    pace = spend(pace, now);
    const request = requests.length;
    requests.push({ at: now, refused: false, jobs: jobs.length });
    flights.push({ arrivesAt: now + ownMs + wayMs(), jobs, spent: spentOf(pace), request });
    readyAt = now + ownMs;
    mostInFlight = Math.max(mostInFlight, flights.length);
  };

  /** Until when nothing changes by itself; undefined when something was sent just now. */
  const act = (): number | undefined => {
    const step = nextStep(pace, { inFlight: flights.length, now });
    if (step.kind === "await-answer") return Number.POSITIVE_INFINITY;
    if (queue.size === 0) return Number.POSITIVE_INFINITY;
    if (step.kind === "rest") return now + step.ms;
    const at = Math.max(readyAt, now + waitMs(pace, now));
    if (at > now) return at;
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
    const events = flights.map(({ arrivesAt, answer }) => answer?.endsAt ?? arrivesAt);
    const next = Math.min(until, ...events, coming.done ? until : coming.value.arrivedAt);
    if (!Number.isFinite(next)) break;
    now = next;
  }
  return { sent, requests, idled, mostInFlight, pace, endedAt: now };
}
