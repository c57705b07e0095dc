import { setTimeout as pause } from "node:timers/promises";
import { boundOf, FREE } from "./support/bound.ts";
import { now } from "./support/clock.ts";
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
/** First contact, in which the portal's time is learnt; afterwards its bucket drains until it is empty again. */
const FIRST = 100;
const DRAINED_MS = 2_000;
/** The plan is learnt by one request more than it holds, tried once a day: it is refused, and nothing of it is carried out. */
const LEARNING = 1;

async function measure(seconds: number): Promise<void> {
  const portals = await startPortals({ people: PEOPLE, secondsPerNotification: seconds, roundTripMs: ROUND_TRIP_MS });
  const store = await openAt(newPlace(temporaryFolder()));
  const [webhook = ""] = portals.webhooks;
  const { id, persons } = await store.tx(async (tx) => {
    const added = await addWorkspace(tx, { name: "bench", webhook, people: PEOPLE });
    await notify(tx, added.id, added.persons.slice(0, FIRST));
    return added;
  });
  const first = startOutbox(store, [new URL(webhook).host]);
  await portals.reached(FIRST);
  await pause(DRAINED_MS);
  await first.close();
  await store.tx(async (tx) => {
    for (let round = 0; round < EACH; round += 1) await notify(tx, id, persons);
  });
  const before = process.cpuUsage();
  const startedAt = now();
  const outbox = startOutbox(store, [new URL(webhook).host]);
  await portals.reached(FIRST + TOTAL);
  const { user, system } = process.cpuUsage(before);
  await outbox.close();
  const { lastAt, duplicates, refused, requests, stored } = await portals.tally();
  const took = (lastAt - startedAt) / 1_000;
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
  const late = refused.slice(LEARNING);
  const learnt = `the plan was learnt with request ${refused[0] ?? "none"} of ${requests}`;
  const hard = { bound: 0, is: "at most", hard: true } as const;
  report(`${name}, 503 once the plan is learnt`, { ...hard, measured: late.length, unit: "answers", more: learnt });
  report(`${name}, duplicates`, { ...hard, measured: duplicates, unit: "shown twice" });
  report(`${name}, lost`, { ...hard, measured: FIRST + TOTAL - stored, unit: "notifications" });
  await Promise.allSettled([store.close(), portals.close()]);
}

for (const seconds of [0, 0.04]) await measure(seconds);
