import type { Candidate, Priority } from "../../src/core/turns.ts";

export interface Job {
  readonly id: number;
  readonly chat: string;
  readonly person: number;
  readonly tag: string;
  readonly priority: Priority;
  readonly arrivedAt: number;
}

export type NewJob = Omit<Job, "id">;

/** What the claim of the outbox says, over lists in memory: who may be sent to, and what has to go before. */
export interface Queue {
  add(job: NewJob): Job;
  candidates(limit: number): readonly Candidate[];
  take(ids: readonly number[]): readonly Job[];
  settled(jobs: readonly Job[]): void;
  /** Back to where they stood. */
  released(jobs: readonly Job[]): void;
  readonly size: number;
}

const isUnder = (job: Job, other: Job): boolean =>
  other.id < job.id && (other.priority >= job.priority || other.tag === job.tag);

export function openQueue(): Queue {
  let lastId = 0;
  const waiting = new Map<number, Job>();
  const lines = new Map<string, Map<number, Job>>();
  const ofPerson = new Map<number, Map<number, Job>>();
  const busy = new Map<number, number>();

  const lineOf = (map: Map<string | number, Map<number, Job>>, key: string | number): Map<number, Job> => {
    const line = map.get(key) ?? new Map<number, Job>();
    map.set(key, line);
    return line;
  };
  const place = (job: Job): void => {
    waiting.set(job.id, job);
    for (const line of [lineOf(lines, `${job.priority} ${job.chat}`), lineOf(ofPerson, job.person)])
      line.set(job.id, job);
  };

  return {
    add(job) {
      lastId += 1;
      const added = { ...job, id: lastId };
      place(added);
      return added;
    },
    candidates(limit) {
      const found: Candidate[] = [];
      for (const line of lines.values()) {
        let taken = 0;
        for (const job of line.values()) {
          if (taken >= limit) break;
          if ((busy.get(job.person) ?? 0) > 0) continue;
          const others = [...(ofPerson.get(job.person)?.values() ?? [])];
          found.push({ ...job, after: others.filter((other) => isUnder(job, other)).map(({ id }) => id) });
          taken += 1;
        }
      }
      return found.sort((a, b) => a.id - b.id);
    },
    take(ids) {
      return ids.flatMap((id) => {
        const job = waiting.get(id);
        if (!job) return [];
        waiting.delete(id);
        lines.get(`${job.priority} ${job.chat}`)?.delete(id);
        ofPerson.get(job.person)?.delete(id);
        busy.set(job.person, (busy.get(job.person) ?? 0) + 1);
        return [job];
      });
    },
    settled(jobs) {
      for (const { person } of jobs) busy.set(person, (busy.get(person) ?? 1) - 1);
    },
    released(jobs) {
      for (const job of jobs) busy.set(job.person, (busy.get(job.person) ?? 1) - 1);
      // Lines keep the order of ids.
      const touched = new Set(jobs.map((job) => `${job.priority} ${job.chat}`));
      for (const job of jobs) place(job);
      for (const key of touched) lines.set(key, new Map([...(lines.get(key) ?? [])].sort(([a], [b]) => a - b)));
    },
    get size() {
      return waiting.size;
    },
  };
}
