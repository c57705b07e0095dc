import { drizzle } from "drizzle-orm/better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { candidatesOf, hostsWithWork } from "../../../adapters/database/claim.ts";
import { openReader } from "../../../adapters/database/sqlite.ts";
import type { Delivery } from "../../../src/app/store/deliveries.ts";
import type { Store } from "../../../src/app/store/store.ts";
import { PRIORITIES } from "../../../src/core/turns.ts";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const HOLD_MS = 15_000;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("add"),
      person: fc.nat(2),
      chat: fc.nat(2),
      media: fc.boolean(),
      priority: fc.constantFrom(...PRIORITIES),
      tag: fc.nat(1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("claim"), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("settle"), pick: fc.nat(9), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release"), pick: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait"), ms: fc.constantFrom(100, 6_000, HOLD_MS) }) },
);

const add = { do: "add" as const, chat: 0, media: false, tag: 0 };
/** The urgent one has the tag of the digest, which waits for the media: it must not stand in the way of the last one. */
const behindADigestBehindMedia = [
  { ...add, person: 1, media: true, priority: "normal" as const },
  { ...add, person: 1, tag: 1, priority: "digest" as const },
  { ...add, person: 1, tag: 1, priority: "urgent" as const },
  { ...add, person: 0, priority: "urgent" as const },
  { do: "claim" as const, limit: 1 },
  { do: "claim" as const, limit: 1 },
];

async function everyDelivery(store: Store, workspaceId: number): Promise<Delivery[]> {
  return [...(await store.read.deliveries.list({ workspaceId, limit: 1_000 }))].reverse();
}

/** What a claim may never do, told from the rows before it and the ids it took. */
function expectAllowed(before: readonly Delivery[], taken: ReadonlySet<number>, now: number): void {
  for (const delivery of before.filter(({ id }) => taken.has(id))) {
    expect(delivery).toMatchObject({ state: "queued" });
    expect(delivery.dueAt).toBeLessThanOrEqual(now);
    const others = before.filter(({ id, personId }) => personId === delivery.personId && id !== delivery.id);
    expect(others.filter(({ state }) => state === "sending")).toEqual([]);
    const older = others.filter(
      ({ id, state, priority, tag }) =>
        id < delivery.id &&
        state !== "settled" &&
        !taken.has(id) &&
        (priority >= delivery.priority || tag === delivery.tag),
    );
    expect(older.filter(({ state, createdAt }) => state !== "media" || now - createdAt < HOLD_MS)).toEqual([]);
  }
}

test("whatever happens, no recipient is overtaken or sent to twice at once, and what hosts say about due work is true", async () => {
  const { store } = await openTestStore();
  let round = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
    round += 1;
    const { id: workspaceId } = await addWorkspace(store, `w${round}`);
    const people = await store.tx((db) => addPeople(db, workspaceId, [1, 2, 3]));
    let now = 0;
    for (const action of steps) {
      const rows = await everyDelivery(store, workspaceId);
      if ("ms" in action) now += action.ms;
      else if ("person" in action) {
        const source = message(`${round}-${rows.length}`, `-${action.chat}`);
        const media = { kind: "file", name: "f", source: { kind: "text", text: "t" } } as const;
        const { priority, person, tag } = action;
        const personId = people[person] ?? 0;
        const recipients = [{ personId, bitrixId: personId, tag: `t${tag}.${personId}`, subTag: "s" }];
        const entry = { source, createdAt: now, attachments: action.media ? [media] : [], priority, recipients };
        await store.tx((db) => db.notifications.add(notification(workspaceId, [], entry)));
      } else if ("limit" in action) {
        const due = (await store.read.deliveries.dueHosts()).find((host) => host.workspaceId === workspaceId);
        const taken = await store.tx((db) => db.deliveries.claim({ workspaceId, now, limit: action.limit }));
        expectAllowed(rows, new Set(taken.map(({ id }) => id)), now);
        expect(taken.length).toBeLessThanOrEqual(action.limit);
        expect(taken.length > 0).toBe(due !== undefined && due.dueAt <= now);
      } else if ("again" in action) {
        const sending = rows.filter(({ state }) => state === "sending");
        const one = sending[action.pick % Math.max(1, sending.length)];
        const again = { kind: "again", dueAt: now + 5_000, code: "c", doubtful: false } as const;
        const verdict = { kind: "verdict", verdict: "delivered" } as const;
        if (one) await store.tx((db) => db.deliveries.settle(one.id, action.again ? again : verdict, now));
      } else {
        const waiting = rows.filter(({ state }) => state === "media");
        const one = waiting[action.pick % Math.max(1, waiting.length)];
        if (one) await store.tx((db) => db.deliveries.releaseMedia(one.notificationId, now));
      }
    }
  });
  await fc.assert(property, { numRuns: 60, examples: [[behindADigestBehindMedia]] });
});

test("history is never read for the queue: every look at it goes through an index of what is still to do", async () => {
  const { store, file } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const client = openReader(file);
  const db = drizzle({ client });
  const planOf = (query: { toSQL(): { sql: string; params: unknown[] } }) => {
    const { sql, params } = query.toSQL();
    const steps = client.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...params);
    return steps.map(({ detail }) => detail).filter((detail) => /deliver|older|media/u.test(detail));
  };
  const plans = [
    ...planOf(candidatesOf(db, { workspaceId, now: 0, priority: "urgent", chat: "telegram/-1/", limit: 50 })),
    ...planOf(hostsWithWork(db)),
  ];
  expect(plans.length).toBeGreaterThan(5);
  const partial =
    /USING (?:COVERING )?INDEX deliveries_(?:unsettled|held|lane|busy|queued|fair|media|sending|overdue)\b/u;
  expect(plans.filter((step) => !partial.test(step))).toEqual([]);
  client.close();
});
