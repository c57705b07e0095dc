import { startChild } from "./support/child.ts";
import { newPlace, openAt, startOutbox, temporaryFolder } from "./support/outbox.ts";
import { startPortals } from "./support/portals.ts";
import { megabytes, openGauge, report } from "./support/report.ts";

/** One process with the outboxes of many portals, all of them with work at the same moment. */
const PORTALS = 1_000;
const PEOPLE = 10;
const EACH = 10;
const TOTAL = PORTALS * PEOPLE * EACH;

const folder = temporaryFolder();

/** Fills a database in another process, and sends what is in it from this one. */
async function send(name: string, portals: Awaited<ReturnType<typeof startPortals>>, webhooks: readonly string[]) {
  const place = newPlace(folder, name);
  const filler = startChild(new URL("support/filler.ts", import.meta.url));
  const secretKey = Buffer.from(place.secretKeys[0] ?? []).toString("base64");
  await filler.ask({ databaseUrl: place.databaseUrl, secretKey, webhooks, people: PEOPLE, each: EACH });
  await filler.close();
  const store = await openAt(place);
  const { stored } = await portals.tally();
  const during = openGauge();
  const before = process.cpuUsage();
  const growth = await during(async () => {
    const outbox = startOutbox(
      store,
      webhooks.map((webhook) => new URL(webhook).host),
    );
    await portals.reached(stored + webhooks.length * PEOPLE * EACH);
    await outbox.close();
  });
  const { user, system } = process.cpuUsage(before);
  await store.close();
  return { ...growth, cores: (user + system) / 1e6 / growth.seconds };
}

const portals = await startPortals({ count: PORTALS, people: PEOPLE });
const warmUp = await startPortals({ count: 10, people: PEOPLE });
// What is loaded and made once belongs to no portal.
await send("first", warmUp, warmUp.webhooks);
await warmUp.close();
const { bytes, seconds, cores } = await send("bench", portals, portals.webhooks);
const { stored, duplicates, refused, requests } = await portals.tally();
const name = `${PORTALS} portals, ${TOTAL} deliveries`;
const more = `${requests} requests, all settled after ${seconds.toFixed(1)} s, ${cores.toFixed(2)} cores; ${(TOTAL / seconds / cores).toFixed(0)} per s of a core of its own; plan 50 + 2/s each`;
report(`${name}, sent and settled`, { measured: TOTAL / seconds, bound: 2_000, is: "at least", unit: "per s", more });
const hard = { is: "at most", hard: true } as const;
report(`${name}, RSS growth above idle`, { ...hard, measured: megabytes(bytes), bound: 150, unit: "MB" });
report(`${name}, 503`, { ...hard, measured: refused.length, bound: 0, unit: "answers" });
report(`${name}, duplicates`, { ...hard, measured: duplicates, bound: 0, unit: "shown twice" });
report(`${name}, lost`, { ...hard, measured: TOTAL - stored, bound: 0, unit: "notifications" });
await portals.close();
