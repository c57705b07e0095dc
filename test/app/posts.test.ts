import { expect, test } from "vitest";
import { acknowledge, retract } from "../../src/app/incidents.ts";
import { alert } from "../support/alerts.ts";
import { message } from "../support/entries.ts";
import { openBoard, openPosting, TARGET } from "../support/posting.ts";

const toChat = { targets: [{ kind: "chat" as const, chat: TARGET }] };

async function showing(board = openBoard()) {
  const posting = await openPosting(board);
  await posting.addRule("to discord", toChat);
  const loop = posting.start();
  const say = async (change: Parameters<typeof alert>[0] = {}) => {
    await posting.forward(alert({ severity: "critical", ...change }));
    await posting.settled();
  };
  const texts = () => board.messages.map(({ text }) => text);
  return { ...posting, loop, say, texts };
}

test("an incident is posted with its state, where it comes from, and a button to take it", async () => {
  const { board, say, everyIncident } = await showing();
  await say({ link: "https://grafana.example/d/1" });
  const [incident] = await everyIncident();
  expect(board.messages).toMatchObject([
    {
      place: "discord/500",
      text: "🔴 Critical\n↳ Grafana · Ops, Telegram\nDisk full\nOpen",
      buttons: [`ack:${incident?.uid}`],
      silent: false,
    },
  ]);
});

test("what a person wrote is carried over without a state that nobody has given it", async () => {
  const { board, say } = await showing();
  await say({ severity: undefined as never, author: { kind: "person", id: "7", name: "Ivan" } });
  expect(board.messages[0]?.text).toBe("↳ Ivan · Ops, Telegram\nDisk full");
});

test("later states change the post in place, and whoever takes it takes the button away", async () => {
  const { board, say, store, everyIncident, parts, settled, texts } = await showing();
  await say({ key: "disk" });
  const [incident] = await everyIncident();
  if (!incident) throw new Error("no incident");
  await store.tx((tx) => acknowledge(tx, { incident, by: { name: "Anna" } }, parts));
  await settled();
  expect(texts()).toEqual([expect.stringContaining("Anna")]);
  expect(board.messages[0]?.buttons).toEqual([]);
  await say({ key: "disk", status: "resolved" });
  expect(texts()).toEqual([expect.stringMatching(/^✅/u)]);
  expect(board.calls.map(({ call }) => call)).toEqual(["post", "edit", "edit"]);
});

test("a text that grows posts more, one that shrinks deletes what is left over", async () => {
  const { say, texts, board } = await showing();
  const at = message("1");
  const said = (text: string) => ({ origin: { kind: "message" as const, at }, text: [{ text }] });
  await say(said("short"));
  await say({ ...said("word ".repeat(30)), edited: true });
  expect(texts().length).toBeGreaterThan(2);
  expect(board.messages.filter(({ buttons }) => buttons.length > 0)).toHaveLength(1);
  await say({ ...said("short again"), edited: true });
  expect(texts()).toEqual([expect.stringContaining("short again")]);
});

test("the post of a message that was deleted is deleted; where that is not allowed it says so", async () => {
  const { say, texts, board, store, parts, settled } = await showing();
  const first = message("1");
  const second = message("2");
  await say({ origin: { kind: "message", at: first } });
  await say({ origin: { kind: "message", at: second } });
  await store.tx((tx) => retract(tx, first, parts));
  await settled();
  expect(board.messages).toHaveLength(1);
  board.answers.remove = [{ kind: "impossible", reason: "too old" }];
  await store.tx((tx) => retract(tx, second, parts));
  await settled();
  expect(texts()).toEqual(["Deleted at its source"]);
});

test("a post whose answer was lost is not said again, and the next news is a post of its own", async () => {
  const { say, texts, board } = await showing();
  board.answers.post = ["lost"];
  await say({ key: "disk" });
  expect(texts()).toHaveLength(1);
  await say({ key: "disk", status: "resolved" });
  expect(texts()).toEqual([expect.stringContaining("Critical"), expect.stringContaining("Resolved")]);
});

test("where the platform tells repetitions, a lost answer is asked for again, and nothing is seen twice", async () => {
  const { say, texts, board, clock, settled } = await showing(openBoard({ repeatableMs: 60_000 }));
  board.answers.post = ["lost"];
  await say({ key: "disk" });
  clock.now += 10_000;
  await settled();
  await say({ key: "disk", status: "resolved" });
  expect(texts()).toEqual([expect.stringContaining("Resolved")]);
});

test("a crash in the middle of a post says nothing twice", async () => {
  const board = openBoard();
  const { store, forward, addRule, start, settled, clock } = await openPosting(board);
  await addRule("to discord", toChat);
  await forward(alert({ key: "disk", severity: "critical" }));
  const [post] = await store.read.posts.due("discord", clock.now, 1);
  await store.tx((tx) => tx.posts.update(post?.id ?? 0, { post: "posting", messageIds: [`?${clock.now}`] }));
  const loop = start();
  await settled();
  expect(board.calls).toEqual([]);
  await forward(alert({ key: "disk", status: "resolved" }));
  await settled();
  expect(board.messages.map(({ text }) => text)).toEqual([expect.stringContaining("Resolved")]);
  await loop.end();
});

test("a flood wait holds for the whole chat, and what is gravest comes first afterwards", async () => {
  const board = openBoard();
  const { clock, settled, addRule, forward, start } = await openPosting(board);
  await addRule("to discord", toChat);
  board.answers.post = [{ kind: "later", afterMs: 30_000, reason: "flood" }];
  for (const [text, severity] of [
    ["one", "warning"],
    ["two", "info"],
    ["three", "critical"],
  ] as const)
    await forward(alert({ text: [{ text }], severity }));
  start();
  await settled();
  expect(board.calls).toHaveLength(1);
  clock.now += 30_001;
  await settled();
  expect(board.messages.map(({ text }) => text.split("\n").at(-1))).toEqual(["three", "one", "two"]);
});

test("that somebody has it is shown before errors that opened meanwhile", async () => {
  const { board, loop, say, store, parts, everyIncident, forward, start, settled } = await showing();
  await say({ severity: "info", text: [{ text: "mine" }] });
  await loop.end();
  board.calls.length = 0;
  for (const text of ["one", "two"]) await forward(alert({ severity: "error", text: [{ text }] }));
  const [incident] = await everyIncident();
  if (!incident) throw new Error("it was forwarded");
  await store.tx((tx) => acknowledge(tx, { incident, by: { name: "Olga" } }, parts));
  start();
  await settled();
  expect(board.calls.map(({ call }) => call)).toEqual(["edit", "post", "post"]);
});

test("a chat that refuses us holds up no other, and one fault does not stop the loop", async () => {
  const { board, say, texts } = await showing();
  board.answers.post = [{ kind: "impossible", reason: "no rights" }, "thrown"];
  await say();
  await say();
  await say({ text: [{ text: "third" }] });
  expect(texts()).toEqual([expect.stringContaining("third")]);
});

test("a chat that belongs to another workspace by now is told nothing", async () => {
  const { board, store, addRule, forward, start, settled } = await openPosting();
  await addRule("to discord", toChat);
  await forward(alert());
  const binding = await store.read.chats.find(TARGET);
  await store.tx((tx) => tx.chats.unbind(binding?.id ?? 0));
  start();
  await settled();
  expect(board.calls).toEqual([]);
});

test("files go along once; what is too big is named in the text, with the reason, in every later version too", async () => {
  const { board, say, texts } = await showing();
  const media = [
    { kind: "file" as const, name: "log.txt", source: { kind: "text" as const, text: "log" } },
    { kind: "file" as const, name: "huge.bin", size: 5_000_000, source: { kind: "text" as const, text: "x" } },
  ];
  await say({ key: "disk", media });
  expect(board.messages.flatMap(({ files }) => files)).toEqual(["log.txt"]);
  expect(texts().join("\n")).toMatch(/Left out: huge\.bin/u);
  await say({ key: "disk", media, status: "resolved" });
  expect(board.messages.flatMap(({ files }) => files)).toEqual(["log.txt"]);
  expect(texts().join("\n")).toMatch(/Resolved[\s\S]*Left out: huge\.bin/u);
});

test("a post that somebody deleted is not posted again", async () => {
  const { board, say } = await showing();
  await say({ key: "disk" });
  board.messages.splice(0);
  await say({ key: "disk", status: "resolved" });
  expect(board.messages).toEqual([]);
});
