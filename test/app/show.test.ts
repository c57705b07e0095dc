import { expect, onTestFinished, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { sha256 } from "../../src/app/hash.ts";
import type { ChatOutcome, Log, Messenger, SayTarget } from "../../src/app/ports.ts";
import { showReceipts } from "../../src/app/show.ts";
import type { Wish } from "../../src/app/store/queues.ts";
import { message } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const FLOOD: ChatOutcome = { kind: "later", afterMs: 30_000, reason: "too many requests" };
const LOST: ChatOutcome = { kind: "unknown", reason: "no answer" };
const DONE: ChatOutcome = { kind: "done", messageId: "900" };
const REFUSED: ChatOutcome = { kind: "not-allowed", reason: "REACTION_INVALID" };

/** A chat platform that answers as told, and a note of all that was asked of it. */
async function openBoard() {
  const { store } = await openTestStore();
  const calls: string[] = [];
  const outcomes: (ChatOutcome | Error | Promise<ChatOutcome>)[] = [];
  const call = async (what: string, { chatId }: SayTarget): Promise<ChatOutcome> => {
    calls.push(`${chatId} ${what}`);
    const outcome = (await outcomes.shift()) ?? DONE;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const messenger: Messenger = {
    mark: (target, mark) => call(mark, target),
    post: (target, text) => call(`post ${text}`, target),
    edit: (target, id, text) => call(`edit ${id} ${text}`, target),
    remove: (target) => call("remove", target),
  };
  const board = {
    store,
    calls,
    outcomes,
    now: 1_000,
    wish: (target: SayTarget, wish: Wish) =>
      store.tx((tx) => tx.receipts.wish(`${target.chatId}:${target.messageId ?? "notice"}`, target, wish, board.now)),
    /** Runs until nothing is due any more. */
    async show() {
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const quietUntil = new Map<string, number>();
      const parts = { store, messenger, alarm: createAlarm(), quietUntil, clock: () => board.now, log: SILENT };
      const running = showReceipts("telegram", parts, stop.signal);
      await expect.poll(() => store.read.receipts.due("telegram", board.now, 50)).toEqual([]);
      return {
        /** Asks for nothing more, and waits for what was begun. */
        async end() {
          stop.abort();
          await running;
        },
        ring: async () => {
          parts.alarm.ring();
          await expect.poll(() => store.read.receipts.due("telegram", board.now, 50)).toEqual([]);
        },
      };
    },
  };
  return board;
}

test("a chat that asked for a pause hears nothing until it is over, newer wishes included; other chats go on", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { mark: "stored" });
  board.outcomes.push(FLOOD);
  const { end, ring } = await board.show();
  await board.wish(message("2"), { mark: "stored" });
  await board.wish(message("3", "-200"), { mark: "stored" });
  await ring();
  expect(board.calls).toEqual(["-100 stored", "-200 stored"]);
  board.now += 30_000;
  await ring();
  expect(board.calls).toEqual(["-100 stored", "-200 stored", "-100 stored", "-100 stored"]);
  await end();
});

test("an outage of an hour costs no receipt", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { mark: "delivered" });
  const { end, ring } = await board.show();
  board.calls.length = 0;
  await board.wish(message("1"), { mark: "failed" });
  const until = board.now + 3_600_000;
  while (board.now < until) {
    board.outcomes.splice(0, 1, { kind: "later", afterMs: 5_000, reason: "ECONNREFUSED" });
    await ring();
    board.now += 60_000;
  }
  board.outcomes.length = 0;
  board.now += 300_000;
  await ring();
  expect(await board.store.read.receipts.bySlot("-100:1")).toMatchObject({ shownMark: "failed" });
  await end();
});

test("what may have been said is not said again, but a newer state is", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { mark: "stored", markText: "Accepted." });
  board.outcomes.push(REFUSED, LOST);
  await (await board.show()).end();
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 stored", "-100 post Accepted."]);
  await board.wish(message("1"), { mark: "failed", markText: "Not delivered.", text: "Anna: refused" });
  await (await board.show()).end();
  expect(board.calls.at(-1)).toBe("-100 post Not delivered.\nAnna: refused");
});

test("words that may have been said are not said again with another mark, neither after a crash nor after a lost answer", async () => {
  const board = await openBoard();
  const text = "Not found: @anni";
  await board.wish(message("1"), { mark: "stored", text });
  await board.store.tx((tx) => tx.receipts.posting("-100:1", { version: 1, said: sha256(text) }));
  await board.wish(message("1"), { mark: "delivered", text });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 delivered"]);
  await board.wish(message("2"), { mark: "stored", text });
  board.outcomes.push(DONE, LOST);
  await (await board.show()).end();
  await board.wish(message("2"), { mark: "delivered", text });
  await (await board.show()).end();
  expect(board.calls.slice(1)).toEqual(["-100 stored", `-100 post ${text}`, "-100 delivered"]);
});

test("a crash in the middle of a post: it is not said twice, and the verdict is told all the same", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { text: "Not found: @anni" });
  await board.store.tx((tx) => tx.receipts.posting("-100:1", { version: 1, said: sha256("Not found: @anni") }));
  await (await board.show()).end();
  expect(board.calls).toEqual([]);
  await board.wish(message("1"), { text: "Anna: refused" });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 post Anna: refused"]);
});

test("where the source message cannot be named any more, its state is told in words", async () => {
  const board = await openBoard();
  const { messageId: _, ...moved } = message("1");
  await board.wish(moved, { mark: "delivered", markText: "Delivered." });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 post Delivered."]);
});

test("a receipt that cannot be dealt with does not keep the others from being shown", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { mark: "stored" });
  board.outcomes.push(new TypeError("a bug"));
  board.now += 1;
  await board.wish(message("2"), { mark: "stored" });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 stored", "-100 stored"]);
});

test("one status message is edited where reactions are refused", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { mark: "stored", markText: "Accepted." });
  board.outcomes.push(REFUSED);
  await (await board.show()).end();
  await board.wish(message("1"), { mark: "delivered", markText: "Delivered." });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 stored", "-100 post Accepted.", "-100 edit 900 Delivered."]);
});

test("a chat that does not answer holds up only itself, and hears the latest state when it does", async () => {
  const board = await openBoard();
  const silence = Promise.withResolvers<ChatOutcome>();
  board.outcomes.push(silence.promise);
  await board.wish(message("1"), { mark: "stored" });
  board.now += 1;
  await board.wish(message("2"), { mark: "stored" });
  const shown = board.show();
  await expect.poll(() => board.calls).toEqual(["-100 stored"]);
  await board.wish(message("3", "-200"), { mark: "stored" });
  await expect.poll(() => board.calls).toEqual(["-100 stored", "-200 stored"]);
  await board.wish(message("2"), { mark: "delivered" });
  silence.resolve(DONE);
  await (await shown).end();
  expect(board.calls).toEqual(["-100 stored", "-200 stored", "-100 delivered"]);
});

test("a post that flood control refused is said later", async () => {
  const board = await openBoard();
  await board.wish(message("1"), { text: "Not found: @anni" });
  board.outcomes.push(FLOOD);
  const { ring, end } = await board.show();
  board.now += 30_000;
  await ring();
  await end();
  expect(board.calls).toEqual(["-100 post Not found: @anni", "-100 post Not found: @anni"]);
  expect(await board.store.read.receipts.bySlot("-100:1")).toMatchObject({ postedId: "900", shownVersion: 1 });
});

test("where the source message can no longer be named, the words say what they are about", async () => {
  const board = await openBoard();
  const { messageId: _, ...place } = message("5");
  await board.wish(place, { about: "“Build is red”:", mark: "delivered", markText: "Delivered." });
  await (await board.show()).end();
  expect(board.calls).toEqual(["-100 post “Build is red”: Delivered."]);
});
