import { databaseFile } from "../adapters/database/sqlite.ts";
import { settleShipment } from "../src/app/settle.ts";
import { claimShipment } from "../src/app/shipment.ts";
import type { Store } from "../src/app/store/store.ts";
import { FRESH_PACE } from "../src/core/pacing.ts";
import { age } from "./support/ageing.ts";
import { addWorkspace, newPlace, notify, openAt, outboxParts, type Person, temporaryFolder } from "./support/outbox.ts";
import { percentile, report } from "./support/report.ts";

/** Claim and settle beside a million rows of history, against the same beside none, by turns. */
const HISTORY = 1_000_000;
const PEOPLE = 200;
const SHIPMENT = 50;
const ROUNDS = 60;
const WARM_UP = 5;

interface Side {
  readonly store: Store;
  readonly workspaceId: number;
  readonly persons: readonly Person[];
  readonly claimMs: number[];
  readonly settleMs: number[];
}

async function open(name: string, history: number): Promise<Side> {
  const place = newPlace(temporaryFolder(), name);
  const store = await openAt(place);
  const webhook = "https://bench.example/rest/1/x/";
  const { id, persons } = await store.tx((tx) => addWorkspace(tx, { name, webhook, people: PEOPLE }));
  if (history === 0) return { store, workspaceId: id, persons, claimMs: [], settleMs: [] };
  await store.close();
  age(databaseFile(place.databaseUrl), history);
  return { store: await openAt(place), workspaceId: id, persons, claimMs: [], settleMs: [] };
}

/** One request's worth: made, claimed, and answered by nobody but this line. */
async function round({ store, workspaceId, persons, claimMs, settleMs }: Side, number: number): Promise<void> {
  const { parts } = outboxParts(store, []);
  const from = (number * SHIPMENT) % PEOPLE;
  await store.tx((tx) => notify(tx, workspaceId, persons.slice(from, from + SHIPMENT)));
  await store.tx((tx) => tx.pacing.put("bench.example", FRESH_PACE));
  const begun = performance.now();
  const shipment = await claimShipment({ workspaceId, limit: SHIPMENT }, parts);
  const claimed = performance.now();
  if (shipment?.deliveries.length !== SHIPMENT)
    throw new Error(`claimed ${shipment?.deliveries.length} of ${SHIPMENT}`);
  const replies = shipment.deliveries.map(({ id }) => ({ kind: "result", result: 2_000_000 + id }) as const);
  const answered = performance.now();
  await settleShipment(shipment, { replies, seconds: 0.1 }, parts);
  claimMs.push(claimed - begun);
  settleMs.push(performance.now() - answered);
}

const empty = await open("empty", 0);
const filled = await open("filled", HISTORY);
for (let number = 0; number < ROUNDS + WARM_UP; number += 1) {
  const order = number % 2 === 0 ? [empty, filled] : [filled, empty];
  for (const side of order) await round(side, number);
}
for (const what of ["claimMs", "settleMs"] as const) {
  const [without, beside] = [empty, filled].map((side) => percentile(side[what].slice(WARM_UP), 0.5));
  const more = `${beside?.toFixed(1)} ms against ${without?.toFixed(1)} ms for ${SHIPMENT}, medians of ${ROUNDS} by turns`;
  const measured = (beside ?? 0) / (without ?? 1);
  report(`history of ${HISTORY} rows, ${what.replace("Ms", "")}`, {
    measured,
    bound: 1.2,
    is: "at most",
    unit: "times",
    more,
  });
}
await Promise.all([empty.store.close(), filled.store.close()]);
