import { expect, test } from "vitest";
import { followClock } from "../../src/app/clockSetBack.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { alert, openAlerts } from "../support/alerts.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const elsewhere = { platform: "discord", chatId: "1", threadId: "2" } as const;

const calling = (...minutes: readonly number[]) => ({
  escalation: {
    steps: minutes.map((afterMinutes) => ({ afterMinutes, targets: [{ kind: "person", bitrixId: 8 } as const] })),
    repeats: 0,
  },
});

async function opened(options: Parameters<Awaited<ReturnType<typeof openAlerts>>["addRule"]>[1]) {
  const desk = await openAlerts();
  const { store, clock, parts, addRule, told, bert } = desk;
  await addRule("all", options);
  const look = (wasSetBack = true) => store.tx((tx) => followClock(tx, { now: clock.now, wasSetBack }));
  /** How often Bert has been called in by then. */
  const calledAfter = async (minutes: number) => {
    clock.now += minutes * MINUTE;
    while (await tickAll(store, parts));
    return (await told(bert)).length;
  };
  return { ...desk, look, calledAfter };
}

test("who is called in next is not a day late after the clock was set back by a day", async () => {
  const { clock, forward, look, calledAfter } = await opened({ options: calling(5) });
  clock.now += DAY;
  await forward(alert());
  clock.now -= DAY;
  await look();
  expect(await look()).toBe(0);
  expect(await calledAfter(4)).toBe(0);
  expect(await calledAfter(1)).toBe(1);
});

test("a clock set a day ahead and back calls each step's people in once", async () => {
  const { clock, forward, look, calledAfter } = await opened({ options: calling(5, 10) });
  await forward(alert());
  clock.now += DAY;
  expect(await calledAfter(0)).toBe(1);
  clock.now -= DAY;
  await look();
  expect(await calledAfter(9)).toBe(1);
  expect(await calledAfter(1)).toBe(2);
  await look();
  expect(await calledAfter(2_000)).toBe(2);
});

test("what waits as long as its rule says is left alone, however long that is", async () => {
  const { forward, look, calledAfter } = await opened({ options: calling(3 * 24 * 60) });
  await forward(alert());
  expect(await look()).toBe(0);
  expect(await calledAfter(3 * 24 * 60 - 1)).toBe(0);
  expect(await look()).toBe(0);
  expect(await calledAfter(1)).toBe(1);
});

test("what is gathered, and what is updated, follows the clock too", async () => {
  const { store, parts, clock, forward, look, texts } = await opened({
    options: { groupSeconds: 30, updateSeconds: 60 },
  });
  clock.now += DAY;
  await forward(alert({ key: "disk" }));
  clock.now -= DAY;
  expect(await look()).toBe(1);
  clock.now += MINUTE;
  await tickAll(store, parts);
  expect(await texts()).toHaveLength(1);
  clock.now += DAY;
  await forward(alert({ key: "disk" }));
  clock.now -= DAY;
  await forward(alert({ key: "disk" }));
  await look();
  clock.now += MINUTE;
  await tickAll(store, parts);
  expect((await texts()).length).toBeGreaterThan(1);
});

test("a digest kept for the end of quiet hours comes at their end by the clock as it is now, and at once when they are over", async () => {
  const { store, parts, clock, anna, forward, look, texts } = await opened({});
  await store.tx((tx) => tx.quiet.set(anna, { timeZone: "UTC", from: 0, until: 14 * 60 }));
  clock.now += DAY;
  await forward(alert());
  expect(await texts()).toEqual([]);
  clock.now -= DAY;
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);
  expect(await store.read.incidents.nextHeld()).toBe(Date.parse("2026-01-05T14:00:00Z"));
  clock.now += 3 * 60 * MINUTE;
  await tickAll(store, parts);
  expect(await texts()).toHaveLength(1);
});

test("a digest of a storm that a clock a day ahead has put off is sent", async () => {
  const { store, parts, clock, forward, look, texts } = await opened({ options: { priority: "digest" } });
  clock.now += DAY;
  await forward(alert());
  clock.now -= DAY;
  expect(await look()).toBe(1);
  await tickAll(store, parts);
  expect(await texts()).toHaveLength(1);
});

test("what a storm by a clock a day ahead opened makes no storm of what comes after it was set back", async () => {
  const { clock, forward, texts } = await opened({ options: { stormAfter: 1, capPerMinute: 2 } });
  clock.now += DAY;
  for (const key of ["a", "b", "c"]) await forward(alert({ key }));
  const before = (await texts()).length;
  clock.now -= DAY;
  await forward(alert({ key: "d" }));
  expect(await texts()).toHaveLength(before + 1);
});

test("between two looks at a clock that only went on, no incident is looked through", async () => {
  const { store, clock, forward, look } = await opened({ options: calling(5) });
  clock.now += DAY;
  await forward(alert());
  clock.now -= DAY;
  const { timerAt } = (await store.read.incidents.byId(1)) ?? {};
  await look(false);
  expect(await store.read.incidents.byId(1)).toMatchObject({ timerAt });
  await look();
  expect(await store.read.incidents.byId(1)).toMatchObject({ timerAt: clock.now + 5 * MINUTE });
});

test("posts, and alerts of hooks, that a clock a day ahead has put off are due", async () => {
  const { store, workspace, clock, forward, look } = await opened({ targets: [{ kind: "chat", chat: elsewhere }] });
  const hook = { workspaceId: workspace.id, name: "ci", kind: "generic", keyHash: "x", createdAt: clock.now } as const;
  const { id: hookId = 0 } =
    (await store.tx(async (tx) => {
      await tx.chats.bind({ ...elsewhere, workspaceId: workspace.id, senders: "everyone" }, 0);
      return tx.hooks.add(hook);
    })) ?? {};
  clock.now += DAY;
  await forward(alert());
  const said = alert({ origin: { kind: "hook", hookId, delivery: "1" } });
  await store.tx((tx) => tx.hooks.take(hookId, [said], clock.now));
  clock.now -= DAY;
  expect(await store.read.posts.due("discord", clock.now, 9)).toHaveLength(0);
  await look();
  expect(await store.read.posts.due("discord", clock.now, 9)).toHaveLength(1);
  expect(await store.read.hooks.due(clock.now, 9)).toHaveLength(1);
});

test("what was muted for an hour is muted for an hour, and not for a day more", async () => {
  const { store, clock, workspace, forward, look, texts } = await opened({});
  clock.now += DAY;
  const muted = { workspaceId: workspace.id, matcher: { tags: ["ci"] }, createdBy: "cli" };
  await store.tx((tx) => tx.silences.add({ ...muted, createdAt: clock.now, endsAt: clock.now + 60 * MINUTE }));
  clock.now -= DAY;
  expect(await look()).toBe(1);
  expect(await look()).toBe(0);
  clock.now += 59 * MINUTE;
  await forward(alert({ key: "early", tags: ["ci"] }));
  expect(await texts()).toEqual([]);
  clock.now += 2 * MINUTE;
  await forward(alert({ key: "late", tags: ["ci"] }));
  expect(await texts()).toEqual(["🟡 Warning\nDisk full"]);
});

test("an alert is told although one with its key was over by a clock that went a day ahead", async () => {
  const { clock, forward, look, texts } = await opened({});
  clock.now += DAY;
  await forward(alert({ key: "disk", at: clock.now }));
  await forward(alert({ key: "disk", at: clock.now, status: "resolved" }));
  clock.now -= DAY;
  await look();
  await forward(alert({ key: "disk", at: clock.now, text: [{ text: "full again" }] }));
  expect((await texts()).at(-1)).toBe("🟡 Warning\nfull again");
});
