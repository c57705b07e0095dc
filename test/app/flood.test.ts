import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../adapters/database/store.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { emptyInbox } from "../../src/app/inbox.ts";
import { createIntake } from "../../src/app/intake.ts";
import type { InboxEntry, InboxRow } from "../../src/app/store/queues.ts";
import type { Store } from "../../src/app/store/store.ts";
import type { IncomingMessage, MessageRef } from "../../src/core/chat.ts";
import { plain } from "../../src/core/richText.ts";
import { noTurns } from "../../src/core/turns.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { createPatterns } from "../../src/patterns.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";
import { SILENT } from "../support/feed.ts";

const [LOUD, CALM] = ["-100", "-200"];

/** A desk with a second, calm chat of the same workspace, and Anna to be notified. */
async function openChats(settings: Partial<Desk["workspace"]["settings"]> = {}) {
  const desk = await openDesk();
  const { store, workspace } = desk;
  const calm = { platform: "telegram", chatId: CALM, threadId: "" } as const;
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...calm, workspaceId: workspace.id, senders: "everyone" }, NOW);
    await tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, ...settings } });
  });
  await desk.map("anna", 7, "Anna");
  return desk;
}

interface Said {
  readonly chatId: string;
  readonly messageId: string;
  readonly userId: string;
  readonly text?: string;
}

const written = ({ chatId, messageId, userId, text = "/notify @anna hello" }: Said): IncomingMessage => ({
  at: { platform: "telegram", chatId, threadId: "", messageId },
  place: { kind: "group", title: "Ops" },
  sender: { ...IVAN, userId, username: `u${userId}` },
  text: plain(text),
  media: [],
  parts: [],
  sentAt: NOW,
  edited: false,
});

const entryOf = (said: Said): InboxEntry => ({
  platform: "telegram",
  externalId: `${said.chatId}:${said.messageId}`,
  payload: JSON.stringify(written(said)),
  lane: `${said.chatId}/`,
  sender: said.userId,
  receivedAt: NOW,
});

/** Deals with all that is in the inbox; answers where it was said, in that order. */
async function dealWithAll({ store, intake }: Pick<Desk, "store" | "intake">): Promise<readonly MessageRef[]> {
  const stop = new AbortController();
  const dealt: MessageRef[] = [];
  const dispatch = async (rows: readonly InboxRow[]): Promise<void> => {
    const message: IncomingMessage = JSON.parse(rows[0]?.payload ?? "");
    await intake.message(
      message,
      rows.map(({ id }) => id),
    );
    dealt.push(message.at);
    if ((await store.read.inbox.nextDue("telegram")) === undefined) stop.abort();
  };
  const parts = { store, alarm: createAlarm(), clock: () => NOW, log: SILENT };
  await emptyInbox({ ...parts, adapter: { platform: "telegram", dispatch } }, stop.signal);
  return dealt;
}

test("10,000 commands of one chat, stored at once, delay another chat's by a few turns in the inbox and not by one request", async () => {
  const desk = await openChats();
  const { store, intake, workspace } = desk;
  await desk.map("boris", 8, "Boris");
  for (let first = 0; first < 10_000; first += 100) {
    const said = Array.from({ length: 100 }, (_, index) => ({
      chatId: LOUD,
      messageId: String(first + index),
      userId: String(1_000 + ((first + index) % 500)),
    }));
    await intake.store(said.map(entryOf));
  }
  const calm = { chatId: CALM, messageId: "1", userId: "77", text: "/notify @boris hello" };
  await intake.store([entryOf(calm)]);
  const dealt = await dealWithAll(desk);
  expect(dealt.findIndex(({ chatId }) => chatId === CALM)).toBeLessThanOrEqual(20);
  // Of what was not taken some were told at once, in a lane of their own, and nothing that was stored is left.
  expect(desk.shed).toEqual(new Map([["chat", 9_000]]));
  const told: string[] = [];
  let accepted = 0;
  for (const at of dealt) {
    const wish = await desk.wish(at);
    if (wish?.text === undefined) accepted += (await desk.deliveries(at)).length;
    else told.push(wish.text);
  }
  expect([accepted, told.length, dealt.length]).toEqual([1_001, 100, 1_101]);
  expect(new Set(told)).toEqual(
    new Set(["Too many commands of this chat are waiting, so this one was not taken. Try again in 30 seconds."]),
  );
  const request = await store.tx((tx) =>
    tx.deliveries.claim({ workspaceId: workspace.id, now: NOW, limit: 50, turns: noTurns() }),
  );
  expect(request).toHaveLength(50);
  expect(request.map(({ bitrixId }) => bitrixId)).toContain(8);
});

test("what comes twice beyond what may wait is told once, and what nobody could be told of is always taken", async () => {
  const { intake, store } = await openChats();
  const said = Array.from({ length: 1_001 }, (_, index) => ({ chatId: LOUD, messageId: `${index}`, userId: "77" }));
  await intake.store(said.map(entryOf));
  await intake.store(said.map(entryOf));
  const { sender: _, ...edit } = entryOf({ chatId: LOUD, messageId: "1:edited", userId: "77" });
  await intake.store([edit]);
  expect(await store.read.inbox.waiting("telegram", `${LOUD}/`, 5_000)).toBe(1_001);
  expect(await store.read.inbox.waiting("telegram", `${LOUD}/ shed`, 5_000)).toBe(1);
});

test("however many chats have work, each has its turn, and within a chat the order stays", async () => {
  const desk = await openChats();
  const said = Array.from({ length: 90 }, (_, chat) =>
    Array.from({ length: 3 }, (__, index) => ({ chatId: `${chat}`, messageId: `${index}`, userId: "1" })),
  ).flat();
  await desk.intake.store(said.map(entryOf));
  const dealt = await dealWithAll(desk);
  for (const of of Map.groupBy(dealt, ({ chatId }) => chatId).values())
    expect(of.map(({ messageId }) => messageId)).toEqual(["0", "1", "2"]);
  expect(new Set(dealt.slice(0, 90).map(({ chatId }) => chatId)).size).toBe(90);
});

test("a sender's rate survives any number of restarts", async () => {
  const { store, file, secretKeys } = await openChats();
  await store.close();
  let [now, accepted, told] = [NOW, 0, 0];
  for (let start = 0; start < 10; start += 1) {
    const again: Store = await openStore({
      databaseUrl: `file:${file}`,
      secretKeys,
      mayCreate: false,
      version: "0.0.0-test",
      clock: () => now,
    });
    onTestFinished(() => again.close());
    const intake = createIntake({
      store: again,
      wordsIn,
      clock: () => now,
      log: SILENT,
      meter: { shed: () => {} },
      compile: createPatterns(),
      botName: () => "herald24_bot",
      stored: createAlarm(),
      changed: createAlarm(),
    });
    for (let index = 0; index < 10; index += 1) {
      const message = written({ chatId: LOUD, messageId: `${start}.${index}`, userId: "77" });
      await intake.message(message, []);
      const receipt = await again.read.receipts.bySlot(`telegram:${LOUD}:${message.at.messageId}`);
      if (receipt?.wish.mark === "stored") accepted += 1;
      if (receipt?.wish.text?.startsWith("Too many commands.")) told += 1;
    }
    now += 2_000;
  }
  // Twenty at once, and one more every two seconds of the eighteen.
  expect([accepted, told]).toEqual([29, 1]);
});

test("beyond what may wait of a sender nothing new is taken, in the sender's language, until something has gone", async () => {
  const desk = await openChats({ waitingPerSender: 2 });
  const first = [await desk.say("/notify @anna 1"), await desk.say("/notify @anna 2")];
  const text = async (at: MessageRef) => (await desk.wish(at))?.text;
  const shed = await desk.say("/notify @anna 3", { sender: { ...IVAN, language: "ru" } });
  expect(await text(shed)).toBe(
    "Отправки ждут 2 ваших уведомления, поэтому это не принято. Повторите через 1 секунду.",
  );
  expect(await desk.deliveries(shed)).toEqual([]);
  expect(await desk.wish(await desk.say("/notify @anna 4"))).toBeUndefined();
  // Other senders, other commands, and changes of what was accepted.
  const other = { ...IVAN, userId: "78", username: "oleg" };
  expect(await desk.deliveries(await desk.say("/notify @anna 5", { sender: other }))).toHaveLength(1);
  expect(await text(await desk.say("/status"))).toBeDefined();
  for (const at of first) expect(await desk.deliveries(at)).toMatchObject([{ state: "queued" }]);
  const [gone] = await desk.deliveries(first[0] ?? shed);
  await desk.store.tx((tx) =>
    tx.deliveries.settle(gone?.id ?? 0, { kind: "verdict", verdict: "delivered", portalNotificationId: 1 }, NOW),
  );
  expect(await desk.deliveries(await desk.say("/notify @anna 6"))).toHaveLength(1);
  expect(desk.shed).toEqual(new Map([["sender", 2]]));
});

test("one is singular, and a suspended workspace says that waiting alone does not help", async () => {
  const desk = await openChats({ waitingInWorkspace: 1 });
  await desk.say("/notify @anna 1");
  expect((await desk.wish(await desk.say("/notify @anna 2")))?.text).toBe(
    "1 notification is waiting to be sent to main, so this one was not taken. Try again in 1 second.",
  );
  const { store, workspace } = desk;
  await store.tx((tx) => tx.workspaces.suspend(workspace.id, { code: "OVERLOAD_LIMIT", reason: "x", at: NOW }));
  desk.now += 60_000;
  expect((await desk.wish(await desk.say("/notify @anna 3")))?.text).toContain(
    "Nothing can be sent to main at present, and 1 notification waits already",
  );
});

test("whoever floods, and whatever is delivered meanwhile: each command is accepted and then delivered, or told, and never both nor neither", async () => {
  const steps = fc.array(
    fc.record({
      sender: fc.integer({ min: 1, max: 3 }),
      chat: fc.constantFrom(LOUD, CALM),
      pauseMs: fc.constantFrom(0, 0, 500, 61_000),
      settles: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const desk = await openChats({ waitingPerSender: 3, waitingInWorkspace: 6, commandBurst: 5 });
      const { store, workspace } = desk;
      const lastTold = new Map<number, number>();
      const accepted: MessageRef[] = [];
      const settleOne = async (): Promise<boolean> => {
        const [claimed] = await store.tx((tx) =>
          tx.deliveries.claim({ workspaceId: workspace.id, now: desk.now, limit: 1 }),
        );
        const verdict = { kind: "verdict", verdict: "delivered", portalNotificationId: 1 } as const;
        if (claimed) await store.tx((tx) => tx.deliveries.settle(claimed.id, verdict, desk.now));
        return claimed !== undefined;
      };
      for (const [index, { sender, chat, pauseMs, settles }] of all.entries()) {
        desk.now += pauseMs;
        if (settles) await settleOne();
        const message = written({ chatId: chat, messageId: `${index}`, userId: `${sender}` });
        await desk.intake.message(message, []);
        const deliveries = await desk.deliveries(message.at);
        const wish = await desk.wish(message.at);
        expect(deliveries.length > 0).toBe(wish?.mark === "stored");
        if (deliveries.length > 0) accepted.push(message.at);
        else if (wish?.text !== undefined) lastTold.set(sender, desk.now);
        else expect(desk.now - (lastTold.get(sender) ?? 0)).toBeLessThan(60_000);
        expect(await store.read.deliveries.unsettled(workspace.id, 100)).toBeLessThanOrEqual(6);
      }
      while (await settleOne());
      for (const at of accepted) expect(await desk.deliveries(at)).toMatchObject([{ verdict: "delivered" }]);
    }),
    { numRuns: 15 },
  );
});
