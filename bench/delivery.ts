import { boundOf, FREE } from "./support/bound.ts";
import { addWorkspace, newPlace, notify, openAt, startOutbox, temporaryFolder } from "./support/outbox.ts";
import { ORDINARY_PLAN, startPortals } from "./support/portals.ts";
import { report } from "./support/report.ts";

/**
 * How near to the limit of an ordinary plan's portal the outbox comes. The bound is what nobody could beat: arithmetic, no
 * measurement.
 */
const PEOPLE = 1_000;
const EACH = 10;
const TOTAL = PEOPLE * EACH;
const ROUND_TRIP_MS = 150;
/** Of the bound. */
const SHARE = 0.95;

async function measure(seconds: number): Promise<void> {
  const portals = await startPortals({ people: PEOPLE, secondsPerNotification: seconds, roundTripMs: ROUND_TRIP_MS });
  const store = await openAt(newPlace(temporaryFolder()));
  await store.tx(async (tx) => {
    const [webhook = ""] = portals.webhooks;
    const { id, persons } = await addWorkspace(tx, { name: "bench", webhook, people: PEOPLE });
    for (let round = 0; round < EACH; round += 1) await notify(tx, id, persons);
  });
  const before = process.cpuUsage();
  const outbox = startOutbox(store, [new URL(portals.webhooks[0] ?? "").host]);
  await portals.reached(TOTAL);
  const { user, system } = process.cpuUsage(before);
  await outbox.close();
  const { firstAt, lastAt, duplicates, refused, requests, stored } = await portals.tally();
  const took = (lastAt - firstAt) / 1_000;
  const { perSecond, seconds: least } = boundOf({ total: TOTAL, perCall: seconds, roundTrip: ROUND_TRIP_MS / 1_000 });
  const { burst, drainPerSecond } = ORDINARY_PLAN;
  const plan = `plan ${burst} + ${drainPerSecond}/s, t ${seconds * 1_000} ms, round trip ${ROUND_TRIP_MS} ms`;
  const name = `delivery, ${TOTAL} at t = ${seconds * 1_000} ms`;
  report(`${name}, share of the bound`, {
    measured: TOTAL / took,
    bound: (SHARE * TOTAL) / least,
    is: "at least",
    unit: "per s",
    more: `${((100 * least) / took).toFixed(1)} % of ${(TOTAL / least).toFixed(1)} per s = ${TOTAL} in ${least.toFixed(1)} s (steady ${perSecond.toFixed(0)} per s after ${FREE} free); took ${took.toFixed(1)} s, ${requests} requests, at most 8 in flight; ${plan}; ${((user + system) / 1e6 / took).toFixed(2)} cores`,
  });
  report(`${name}, 503`, { measured: refused, bound: 0, is: "at most", unit: "answers", hard: true });
  report(`${name}, duplicates`, { measured: duplicates, bound: 0, is: "at most", unit: "shown twice", hard: true });
  report(`${name}, delivered`, { measured: stored, bound: TOTAL, is: "at least", unit: "shown", hard: true });
  await Promise.allSettled([store.close(), portals.close()]);
}

for (const seconds of [0, 0.04]) await measure(seconds);
