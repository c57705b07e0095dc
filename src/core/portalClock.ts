/**
 * How far the portal's clock is ahead of ours when it begins with a request: the difference of the clocks and the way there. The
 * difference stays, so that what this swings by is how unevenly requests arrive, since the bucket was last empty.
 */
export interface PortalClock {
  /** In milliseconds. */
  readonly least: number;
  readonly most: number;
  /** Answers that told it. */
  readonly heard: number;
}

export const UNHEARD: PortalClock = { least: 0, most: 0, heard: 0 };

/** From so many answers on they show nearly all there is. */
export const TELLING_ANSWERS = 20;
/** What the next request may do beyond what was seen. */
const CAUTION = 1.5;
/** Portals tell their time in milliseconds or finer, and timers are as exact. */
const GRAIN_MS = 20;

/** The clock after an answer to what left us at `sentAt` and was begun with at `startedAt`, each by its own clock, in milliseconds. */
export function hearClock({ least, most, heard }: PortalClock, sentAt: number, startedAt: number): PortalClock {
  const ahead = startedAt - sentAt;
  if (heard === 0) return { least: ahead, most: ahead, heard: 1 };
  return { least: Math.min(least, ahead), most: Math.max(most, ahead), heard: heard + 1 };
}

/** As if something had been late by so much more: what was seen was not all there is. */
export const distrust = (clock: PortalClock, ms: number): PortalClock => ({ ...clock, most: clock.most + ms });

/** By how many milliseconds one request may come sooner after another than it was sent; undefined while that is not known. */
export const unevenMs = ({ least, most, heard }: PortalClock): number | undefined =>
  heard < TELLING_ANSWERS ? undefined : (most - least) * CAUTION + GRAIN_MS;
