import { cpus, loadavg } from "node:os";

/** What has to wait longer than this for its turn is a machine in trouble, of which nothing can be said. */
const SLOWEST = 5;

/**
 * How many times as long our own work takes as on a machine at rest: as many as are waiting for each processor, over the last
 * minute. 1 where the system does not count them.
 */
export const slowness = (): number => {
  const [lastMinute = 0] = loadavg();
  return Math.min(SLOWEST, Math.max(1, lastMinute / Math.max(1, cpus().length)));
};
