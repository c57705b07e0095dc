import { startChild } from "./support/child.ts";
import { addWorkspace, newPlace, notify, openAt, startOutbox, temporaryFolder } from "./support/outbox.ts";
import { startPortals } from "./support/portals.ts";
import { report } from "./support/report.ts";

/**
 * The same work for a minute by other means: each on a portal of its own with the same bucket, times and people, all of them in
 * the same minute.
 */
const SECONDS = 60;
const ROUND_TRIP_MS = 150;
const PEOPLE = 1_000;
/** More than the portal takes in that time. */
const ROUNDS = 10;
const PEERS = ["sdk-single", "sdk-batch", "paced-loop"] as const;
type Peer = (typeof PEERS)[number];

interface Came {
  readonly perSecond: number;
  readonly duplicates: number;
  readonly refused: number;
}

const portalsOf = (perCall: number) =>
  startPortals({ people: PEOPLE, secondsPerNotification: perCall, roundTripMs: ROUND_TRIP_MS });

const afterwards = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));

async function cameOf(portals: Awaited<ReturnType<typeof portalsOf>>): Promise<Came> {
  const { stored, duplicates, refused } = await portals.tally();
  return { perSecond: stored / SECONDS, duplicates, refused: refused.length };
}

async function peer(way: Peer, perCall: number): Promise<Came> {
  const portals = await portalsOf(perCall);
  const child = startChild(new URL("support/peer.ts", import.meta.url));
  await child.ask({ way, webhook: portals.webhooks[0], people: PEOPLE });
  await afterwards();
  const came = await cameOf(portals);
  if (came.perSecond === 0) throw new Error(`${way} sent nothing: there is nothing to compare with`);
  await child.close();
  await portals.close();
  return came;
}

async function ours(perCall: number): Promise<Came & { readonly verdicts: number; readonly settled: number }> {
  const portals = await portalsOf(perCall);
  const store = await openAt(newPlace(temporaryFolder()));
  const [webhook = ""] = portals.webhooks;
  await store.tx(async (tx) => {
    const { id, persons } = await addWorkspace(tx, { name: "bench", webhook, people: PEOPLE });
    for (let round = 0; round < ROUNDS; round += 1) await notify(tx, id, persons);
  });
  const outbox = startOutbox(store, [new URL(webhook).host]);
  await afterwards();
  const came = await cameOf(portals);
  await outbox.close();
  const settled = await store.read.deliveries.list({ state: "settled", limit: PEOPLE * ROUNDS });
  const { length: verdicts } = settled.filter(({ verdict }) => verdict === "delivered");
  await Promise.allSettled([store.close(), portals.close()]);
  return { ...came, verdicts, settled: settled.length };
}

async function measure(perCall: number): Promise<void> {
  const [own, ...others] = await Promise.all([ours(perCall), ...PEERS.map((way) => peer(way, perCall))]);
  const at = `t = ${perCall * 1_000} ms`;
  const by = new Map(PEERS.map((way, index) => [way, others[index]]));
  const plan = `plan 50 + 2/s, round trip ${ROUND_TRIP_MS} ms, over ${SECONDS} s from a fresh bucket`;
  for (const [way, came] of [["ours", own] as const, ...by])
    console.log(
      `  ${at.padEnd(10)} ${way.padEnd(12)} ${came?.perSecond.toFixed(1).padStart(8)} per s; 503: ${came?.refused}; shown twice: ${came?.duplicates}`,
    );
  const against = (way: Peer, factor: number): void => {
    const rate = by.get(way)?.perSecond ?? 0;
    const measured = own.perSecond / rate;
    report(`peers at ${at}, ours against ${way}`, {
      measured,
      bound: factor,
      is: "at least",
      unit: "times",
      more: plan,
    });
  };
  against("sdk-single", 40);
  against("paced-loop", 40);
  against("sdk-batch", perCall === 0 ? 1 : 4);
  const hard = { bound: 0, is: "at most", hard: true } as const;
  // One of them shows how much the plan holds.
  report(`peers at ${at}, ours: 503`, { ...hard, measured: own.refused, bound: 1, unit: "answers" });
  report(`peers at ${at}, ours: duplicates`, { ...hard, measured: own.duplicates, unit: "shown twice" });
  report(`peers at ${at}, ours: settled without a verdict of its own`, {
    ...hard,
    measured: own.settled - own.verdicts,
    unit: "deliveries",
    more: `${own.verdicts} delivered`,
  });
}

for (const perCall of [0, 0.04]) await measure(perCall);
