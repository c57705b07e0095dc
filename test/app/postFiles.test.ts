import { expect, test } from "vitest";
import type { IncomingMedia } from "../../src/core/chat.ts";
import { alert } from "../support/alerts.ts";
import { message } from "../support/entries.ts";
import { openBoard, openPosting, TARGET } from "../support/posting.ts";

const toChat = { targets: [{ kind: "chat" as const, chat: TARGET }] };
const FLOOD = { kind: "later", afterMs: 30_000, reason: "flood" } as const;
const REFUSED = { kind: "impossible", reason: "not here" } as const;

const file = (name: string, change: Partial<IncomingMedia> = {}): IncomingMedia => ({
  kind: "file",
  name,
  source: { kind: "text", text: name },
  ...change,
});

async function showing(board = openBoard(), options: Parameters<typeof openPosting>[1] = {}) {
  const posting = await openPosting(board, options);
  await posting.addRule("to discord", toChat);
  const loop = posting.start();
  const say = async (media: readonly IncomingMedia[], change: Parameters<typeof alert>[0] = {}) => {
    await posting.forward(alert({ key: "disk", severity: "critical", media, ...change }));
    await posting.settled();
  };
  const later = async (ms: number) => {
    posting.clock.now += ms;
    await posting.settled();
  };
  const files = () => board.messages.flatMap((post) => post.files);
  const texts = () => board.messages.map(({ text }) => text).join("\n");
  return { ...posting, loop, say, later, files, texts };
}

test.each([0, 1, 2])("a flood wait after %i messages of files loses none, and shows none twice", async (said) => {
  const board = openBoard({ mostFiles: 1 });
  const { say, later, files } = await showing(board);
  board.answers.post = ["said", ...Array.from({ length: said }, () => "said" as const), FLOOD];
  await say([file("a"), file("b"), file("c")]);
  expect(files()).toEqual(["a", "b", "c"].slice(0, said));
  await later(30_001);
  expect(files()).toEqual(["a", "b", "c"]);
});

test("a restart between a text and its files brings the files, also where the incident has gone on without them", async () => {
  const board = openBoard({ mostFiles: 1 });
  const { say, later, files, loop, forward, start } = await showing(board);
  board.answers.post = ["said", FLOOD];
  await say([file("a"), file("b")]);
  await loop.end();
  await forward(alert({ key: "disk", status: "resolved" }));
  start();
  await later(30_001);
  expect(files()).toEqual(["a", "b"]);
  expect(board.messages[0]?.text).toMatch(/^✅/u);
});

test("of a message of files that may stand there nothing is said again: it is named, and the rest goes on", async () => {
  const board = openBoard({ mostFiles: 1 });
  const { say, later, files, texts, loop, start } = await showing(board);
  board.answers.post = ["said", "thrown"];
  await say([file("a"), file("b")]);
  await loop.end();
  start();
  await later(60_001);
  expect(files()).toEqual(["b"]);
  expect(texts()).toMatch(/Left out: a \(it is not known whether it arrived here\)/u);
  board.answers.post = ["lost"];
  await say([file("c"), file("d")]);
  expect(files()).toEqual(["b", "c", "d"]);
  expect(texts()).toMatch(/Left out: c \(it is not known/u);
});

test("where the platform tells repetitions, files in doubt are asked for again, and nothing is seen twice", async () => {
  const board = openBoard({ repeatableMs: 60_000, mostFiles: 1, isTogether: true });
  const { say, later, files, texts } = await showing(board);
  board.answers.post = ["lost", "said", "lost"];
  await say([file("a"), file("b"), file("c")]);
  await later(2_001);
  await later(4_001);
  expect(files()).toEqual(["a", "b", "c"]);
  expect(texts()).not.toContain("Left out");
  expect(board.messages[0]?.files).toEqual(["a"]);
});

test("what a later version brings is added once, as a reply to the post", async () => {
  const board = openBoard();
  const { say, files } = await showing(board);
  const [a, b] = [file("a"), file("b")];
  await say([a]);
  await say([a, b], { status: "resolved" });
  await say([b, a]);
  expect(files()).toEqual(["a", "b"]);
  expect(board.messages.map(({ replyTo }) => replyTo)).toEqual([undefined, undefined, board.messages[0]?.id]);
});

test("the same file twice in one message is shown twice, and not again in later versions", async () => {
  const { say, files } = await showing();
  await say([file("a"), file("a")]);
  await say([file("a"), file("a")], { status: "resolved" });
  expect(files()).toEqual(["a", "a"]);
});

test("a file that an edit takes away before it was shown is not shown", async () => {
  const board = openBoard({ mostFiles: 1 });
  const { say, later, files } = await showing(board);
  const origin = { kind: "message" as const, at: message("1") };
  board.answers.post = ["said", FLOOD];
  await say([file("secret"), file("a")], { origin });
  await say([file("a")], { origin, edited: true });
  await later(30_001);
  expect(files()).toEqual(["a"]);
});

test("a file that the chat refuses is named and keeps out none beside it, nor the text that carries it", async () => {
  for (const isTogether of [false, true]) {
    const board = openBoard({ isTogether });
    const { say, files, texts } = await showing(board);
    board.answers.post = isTogether ? [REFUSED, "said", REFUSED, REFUSED] : ["said", REFUSED, REFUSED];
    await say([file("a"), file("b")]);
    expect(files()).toEqual(["b"]);
    expect(texts()).toMatch(/Disk full[\s\S]*Left out: a \(this chat did not take it\)/u);
  }
});

test("what is left out can be had from us where recipients fetch files from us, in every later version", async () => {
  const board = openBoard();
  const { say, store, texts, clock } = await showing(board, { publicUrl: "https://h.example" });
  await say([file("dump.sql", { source: { kind: "text", text: "x".repeat(1_001) } })]);
  expect(texts()).toMatch(/Left out: dump\.sql \(larger than 0 MB\) · Get the\s+file/u);
  await say([], { status: "resolved" });
  expect(texts()).toMatch(/Resolved[\s\S]*Get the\s+file/u);
  const [post] = await store.read.posts.ofIncident(1);
  const [{ link } = {}] = await store.read.postFiles.of(post?.id ?? 0);
  const served = await store.read.postFiles.byCapability(link?.capability ?? "");
  expect(served).toMatchObject({ name: "dump.sql", size: 1_001, sha256: "a".repeat(64) });
  // It is needed as long as the link lives.
  expect(await store.read.media.unused(clock.now + 1, 9)).toEqual([]);
  expect(await store.read.media.unused((served?.expiresAt ?? 0) + 1, 9)).toHaveLength(1);
});

test("without a public address, or where the workspace publishes nothing, what is left out is named without a link", async () => {
  const { say, texts, store, workspace } = await showing(openBoard(), { publicUrl: "https://h.example" });
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, publish: "none" } }));
  await say([file("dump.sql", { source: { kind: "text", text: "x".repeat(1_001) } })]);
  expect(texts()).toContain("Left out: dump.sql");
  expect(texts()).not.toContain("Get the");
});
