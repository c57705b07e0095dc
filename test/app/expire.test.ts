import { expect, test } from "vitest";
import { expire } from "../../src/app/removing.ts";
import { createAlarms, keepHouse } from "../../src/app/service.ts";
import type { Repositories } from "../../src/app/store/store.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openDesk } from "../support/desk.ts";

/** Counts how often the receipt of a notification is looked at. */
function counting(tx: Repositories): { readonly tx: Repositories; readonly count: () => number } {
  let count = 0;
  const bySlot = (slot: string) => {
    count += 1;
    return tx.receipts.bySlot(slot);
  };
  return { tx: { ...tx, receipts: { ...tx.receipts, bySlot } }, count: () => count };
}

test("whoever sent to many is told once that the deadline has passed, with every name", async () => {
  const desk = await openDesk();
  const names = Array.from({ length: 9 }, (_, index) => `p${index}`);
  for (const [index, name] of names.entries()) await desk.map(name, index + 10, name.toUpperCase());
  const at = await desk.say(`/notify ${names.map((name) => `@${name}`).join(", ")} hello`);
  const other = await desk.say("/notify @p0 something else");
  const later = desk.now + 9 * 86_400_000;
  const looked = await desk.store.tx(async (given) => {
    const { tx, count } = counting(given);
    await expire(tx, await tx.deliveries.expired(later), { wordsIn, now: later });
    return count();
  });
  expect(looked).toBe(2);
  expect((await desk.deliveries(at)).map(({ verdict, code }) => `${verdict} ${code}`)).toEqual(
    names.map(() => "undeliverable DEADLINE"),
  );
  const told = await desk.wish(at);
  expect(told?.mark).toBe("failed");
  for (const name of names) expect(told?.text).toContain(name.toUpperCase());
  expect(await desk.wish(other)).toMatchObject({ mark: "failed" });
});

test("on a quiet day too, the queues of the chats are woken to tell what was given up", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  const at = await desk.say("/notify @anna hello");
  const alarms = createAlarms();
  const stop = new AbortController();
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const clock = () => desk.now + 9 * 86_400_000;
  const kept = keepHouse({ store: desk.store, clock, wordsIn, log, alarms }, stop.signal);
  await alarms.receipts.telegram.wait(Number.POSITIVE_INFINITY, stop.signal);
  expect(await desk.wish(at)).toMatchObject({ mark: "failed" });
  stop.abort();
  await kept;
});
