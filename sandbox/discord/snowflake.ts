/** Discord's epoch: 2015-01-01T00:00:00Z, in milliseconds. */
const EPOCH_MS = 1_420_070_400_000;

/** Ids that grow strictly, even while the clock stands still or goes back, and tell their time as Discord's do. */
export function snowflakes(clock: () => number): () => string {
  let last = 0n;
  return () => {
    const now = BigInt(Math.max(1, Math.floor(clock() - EPOCH_MS))) << 22n;
    last = now > last ? now : last + 1n;
    return String(last);
  };
}

export function isSnowflake(text: string): boolean {
  return /^\d{1,20}$/.test(text);
}

/** Orders ids by age; numbers would lose their last digits. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
