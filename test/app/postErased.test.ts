import { expect, test } from "vitest";
import { erase } from "../../adapters/database/erasure/erase.ts";
import { acknowledge } from "../../src/app/incidents.ts";
import type { Alert } from "../../src/core/alert.ts";
import { alert } from "../support/alerts.ts";
import { openBoard, openPosting, TARGET } from "../support/posting.ts";

const ZOYA = { kind: "person", id: "4242424242", name: "Zoya" } as const;
const picture = (name: string) => ({ kind: "file", name, source: { kind: "text", text: name } }) as const;
const REFUSED = { kind: "impossible", reason: "too old" } as const;

/** Zoya, an office that shows what is said in a Discord channel, and a way to erase her. */
async function office(board = openBoard(), options: Parameters<typeof openPosting>[1] = {}) {
  const posting = await openPosting(board, options);
  const { store, workspace, clock, database, settled, addRule, forward, start } = posting;
  await addRule("to discord", { targets: [{ kind: "chat", chat: TARGET }] });
  const zoya = await store.tx(async (tx) => {
    const account = { platform: "telegram", userId: ZOYA.id } as const;
    const linked = await tx.people.link({
      workspaceId: workspace.id,
      bitrixId: 77_777,
      name: "Zoya Orlova",
      ...account,
    });
    return linked.kind === "linked" ? linked.person.id : 0;
  });
  start();
  const say = async (change: Partial<Alert>) => {
    await forward(alert({ severity: "critical", ...change }));
    await settled();
  };
  const eraseHer = async () => {
    const { databaseUrl, secretKeys } = database;
    const who = { workspaceId: workspace.id, personId: zoya };
    const erasure = erase({ databaseUrl, secretKeys, who, now: clock.now, dryRun: false });
    await settled();
    return erasure;
  };
  const texts = () => board.messages.map(({ text }) => text);
  const files = () => board.messages.flatMap((post) => post.files);
  return { ...posting, zoya, say, eraseHer, texts, files };
}

const ERASED = "🔴 Critical\nIts text has been erased";

test.each([true, false])(
  "what somebody wrote is erased from its post, with its files (sent along: %s)",
  async (isTogether) => {
    const { say, eraseHer, texts, files, board } = await office(openBoard({ isTogether }));
    await say({ author: ZOYA, text: [{ text: "My disk is full ".repeat(10) }], media: [picture("a.txt")] });
    expect(texts().length).toBeGreaterThan(1);
    expect(await eraseHer()).toMatchObject({ counts: { posts: 1, incidents: 1 } });
    expect(texts()).toEqual([ERASED]);
    expect(files()).toEqual([]);
    expect(board.messages[0]?.buttons).toEqual([]);
  },
);

test("where a message may not be deleted, it loses its text all the same", async () => {
  const { say, eraseHer, texts, board } = await office();
  await say({ author: ZOYA, text: [{ text: "My disk is full ".repeat(10) }] });
  board.answers.remove = [REFUSED, REFUSED, REFUSED];
  await eraseHer();
  expect(new Set(texts())).toEqual(new Set([ERASED]));
});

test("others' trouble that names them is told on without the name", async () => {
  const { say, eraseHer, texts } = await office();
  await say({ key: "disk", text: [{ text: "Disk of Zoya Orlova is full" }] });
  const erasure = await eraseHer();
  const { pseudonym } = erasure as Extract<typeof erasure, { kind: "erased" }>;
  expect(texts()).toEqual([expect.stringContaining(`Disk of ${pseudonym} is full`)]);
});

test("that somebody has it stays, who it is does not", async () => {
  const { say, eraseHer, texts, store, parts, everyIncident, zoya, settled } = await office();
  await say({ key: "disk" });
  const [incident] = await everyIncident();
  if (!incident) throw new Error("it was forwarded");
  await store.tx((tx) => acknowledge(tx, { incident, by: { name: "Zoya Orlova", personId: zoya } }, parts));
  await settled();
  expect(texts()).toEqual([expect.stringContaining("Zoya Orlova has it")]);
  await eraseHer();
  expect(texts()).toEqual([expect.stringContaining("Somebody has it")]);
});

test.each([true, false])(
  "files that they brought to what others told on go from the chat (sent along: %s)",
  async (isTogether) => {
    const { say, eraseHer, texts, files } = await office(openBoard({ isTogether }));
    await say({ key: "disk", author: ZOYA, media: [picture("hers.txt")] });
    await say({
      key: "disk",
      text: [{ text: "Still full" }],
      media: [picture("others.txt")],
      severity: "critical",
      status: "resolved",
    });
    expect(files()).toEqual(["hers.txt", "others.txt"]);
    await eraseHer();
    expect(files()).toEqual(["others.txt"]);
    expect(texts()[0]).toContain("Still full");
  },
);

test("what others said stays as it is, and is not even edited", async () => {
  const { say, eraseHer, texts, board } = await office();
  await say({ text: [{ text: "Disk of Zoyas cousin is full" }] });
  const before = [texts(), board.calls.length];
  expect(await eraseHer()).toMatchObject({ counts: { posts: 0 } });
  expect([texts(), board.calls.length]).toEqual(before);
});

test("links to files of theirs end, and their bytes may go", async () => {
  const { say, eraseHer, store } = await office(openBoard(), { publicUrl: "https://h.example" });
  await say({ author: ZOYA, media: [{ kind: "file", name: "z", source: { kind: "text", text: "x".repeat(1_001) } }] });
  const [{ link } = {}] = await store.read.postFiles.of(1);
  expect(await store.read.postFiles.byCapability(link?.capability ?? "")).toBeDefined();
  expect(await eraseHer()).toMatchObject({ files: ["a".repeat(64)] });
  expect(await store.read.postFiles.byCapability(link?.capability ?? "")).toBeUndefined();
});

test("a post that waits is not said any more, and a later alert of the same kind is", async () => {
  const { say, eraseHer, texts, board, clock, settled } = await office();
  board.answers.post = [{ kind: "later", afterMs: 30_000, reason: "flood" }];
  await say({ key: "disk", author: ZOYA });
  await eraseHer();
  clock.now += 30_001;
  await settled();
  expect(texts()).toEqual([]);
  await say({ key: "disk", text: [{ text: "Full again" }] });
  clock.now += 61_000;
  await say({ key: "disk", text: [{ text: "Full again" }], status: "resolved" });
  expect(texts()).toEqual([expect.stringContaining("Full again")]);
});
