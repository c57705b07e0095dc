import { expect, test } from "vitest";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const DAY_MS = 86_400_000;
const LONGEST_MS = 20 * 60_000;

/** Everything that can wait, put there by a clock a day ahead. */
async function fromTomorrow() {
  const { store } = await openTestStore();
  const now = DAY_MS * 20_000;
  const tomorrow = now + DAY_MS;
  const workspace = await addWorkspace(store, "main", now);
  await store.tx(async (tx) => {
    const people = await addPeople(tx, workspace.id, [1]);
    const media = { kind: "file", name: "a", source: { kind: "text", text: "b" } } as const;
    await tx.notifications.add(notification(workspace.id, people, { createdAt: tomorrow }));
    await tx.notifications.add(notification(workspace.id, people, { createdAt: tomorrow, attachments: [media] }));
    await tx.inbox.put([{ platform: "telegram", externalId: "1", payload: "{}", receivedAt: tomorrow }]);
    await tx.receipts.wish("telegram:1:2", message("2"), { text: "x" }, tomorrow);
    await tx.chores.add({ kind: "explore", workspaceId: workspace.id }, tomorrow);
    await tx.pacing.restMethod(workspace.id, "im.notify.personal.add", tomorrow);
  });
  return { store, now, workspace };
}

test("what a clock a day ahead has put off is due as soon as that is seen, in every queue", async () => {
  const { store, now, workspace } = await fromTomorrow();
  const { read } = store;
  expect(await read.inbox.due("telegram", { now: now, limit: 9 })).toEqual([]);
  expect(await store.tx((tx) => tx.tallies.pullIn(now, LONGEST_MS))).toBe(7);
  expect(await read.inbox.due("telegram", { now: now, limit: 9 })).toHaveLength(1);
  expect(await read.receipts.due("telegram", now, 9)).toHaveLength(1);
  expect(await read.chores.due(now, 9)).toHaveLength(1);
  expect(await read.media.due(now, 9)).toHaveLength(1);
  expect(await read.pacing.methodRest(workspace.id, "im.notify.personal.add")).toBe(0);
  expect((await read.deliveries.list({})).map(({ dueAt }) => dueAt)).toEqual([now, now]);
  expect(await store.tx((tx) => tx.tallies.pullIn(now, LONGEST_MS))).toBe(0);
});

test("what waits for a time that is in reach is left alone", async () => {
  const { store, now } = await fromTomorrow();
  expect(await store.tx((tx) => tx.tallies.pullIn(now + DAY_MS, LONGEST_MS))).toBe(0);
});
