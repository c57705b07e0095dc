import { expect, test } from "vitest";
import { IVAN, NOW } from "../support/desk.ts";
import { addWorkspace } from "../support/entries.ts";
import { FAILED, MINUTE, openLinkDesk, PETR, SENT } from "./linkDesk.ts";

test("five wrong codes end an attempt, and then the right one does not do either", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7");
  await desk.work();
  const code = await desk.code();
  for (let guess = 0; guess < 5; guess += 1) expect(await desk.privately(`0000-000${guess}`)).toContain(FAILED);
  expect(await desk.privately(code)).toContain(FAILED);
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "77")).toBeUndefined();
  expect((await desk.audit()).filter((line) => line.includes("link.refused"))).toHaveLength(6);
});

test("a code that was used, is too old, or of an earlier attempt does not do", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7");
  await desk.work();
  const old = await desk.code();
  await desk.privately("id:8");
  await desk.work();
  expect(await desk.privately(old)).toContain(FAILED);
  const code = (await desk.codes()).find(({ secret }) => secret !== old)?.secret ?? "";
  desk.now = NOW + 10 * MINUTE;
  expect(await desk.privately(code)).toContain(FAILED);
  await desk.claim("8");
  await desk.work();
  const fresh = (await desk.codes()).find(({ secret }) => secret !== old && secret !== code)?.secret ?? "";
  expect(await desk.privately(fresh)).toContain("Boris Lang");
  await desk.privately("/unlink");
  expect(await desk.privately(fresh)).toContain(FAILED);
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "77")).toBeUndefined();
  expect(await desk.audit()).toEqual(
    expect.arrayContaining(["telegram:77 link.refused expired", "telegram:77 link.refused proven"]),
  );
});

test("of two accounts that race for one code only the one that asked for it wins, and it wins once", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7", IVAN);
  await desk.work();
  const code = await desk.code();
  await desk.claim("7", PETR);
  await desk.work();
  const answers = await Promise.all([
    desk.privately(code, PETR),
    desk.privately(code, IVAN),
    desk.privately(code, PETR),
    desk.privately(code, IVAN),
  ]);
  expect(answers.filter((answer) => answer.includes("Done: you are"))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes(FAILED))).toHaveLength(3);
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "77")).toMatchObject({ bitrixId: 7 });
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "88")).toBeUndefined();
});

test("a code does for no other workspace, whatever the account has begun there", async () => {
  const desk = await openLinkDesk();
  const other = await addWorkspace(desk.store, "other");
  const chat = { platform: "telegram", chatId: "-200", threadId: "" } as const;
  await desk.store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: other.id, senders: "everyone" }, NOW));
  await desk.claim("7");
  await desk.work();
  const code = await desk.code();
  const asked = await desk.say("/link", { at: { ...chat, messageId: "1" } });
  await desk.privately(`/start ${(await desk.wish(asked))?.text?.split("start=")[1]}`);
  await desk.privately("7");
  await desk.work();
  expect(await desk.privately(code)).toContain(FAILED);
  expect(await desk.store.read.people.proven(other.id, "telegram", "77")).toBeUndefined();
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "77")).toBeUndefined();
});

test("a link that somebody else opens, that is over or made up leads nowhere, and stays good for its owner", async () => {
  const desk = await openLinkDesk();
  const token = (await desk.publicly("/link")).split("start=")[1];
  for (const [text, sender] of [
    [`/start ${token}`, PETR],
    [`/start link_${"A".repeat(22)}`, IVAN],
  ] as const)
    expect(await desk.privately(text, sender)).toContain("is not for your account, or is over");
  expect(await desk.privately("7", PETR)).toBe("");
  expect(await desk.audit()).toContain("telegram:88 link.refused somebody else's link");
  expect(await desk.privately(`/start ${token}`)).toContain("Who are you in Bitrix24");
  desk.now = NOW + 21 * MINUTE;
  expect(await desk.privately(`/start ${token}`)).toContain("or is over");
});

test("one person gets at most three codes an hour, however many accounts ask, and nobody is told", async () => {
  const desk = await openLinkDesk();
  const answers = new Set<string>();
  for (let account = 100; account < 106; account += 1) {
    const sender = { kind: "person", userId: String(account), name: "Mallory" } as const;
    answers.add(await desk.claim("7", sender));
    await desk.work();
  }
  expect(await desk.codes()).toHaveLength(3);
  expect(answers.size).toBe(1);
  expect((await desk.audit()).filter((line) => line.includes("link.limited id:7"))).toHaveLength(3);
  desk.now = NOW + 61 * MINUTE;
  await desk.claim("7");
  await desk.work();
  expect(await desk.store.read.deliveries.list({})).toHaveLength(4);
});

test("one account may ask for five codes an hour, whoever it says it is", async () => {
  const desk = await openLinkDesk();
  for (let id = 1_001; id <= 1_005; id += 1) expect(await desk.claim(String(id))).toContain(SENT);
  expect(await desk.claim("7")).toContain("Too many attempts");
  await desk.work();
  expect(await desk.codes()).toEqual([]);
});

test("a code is nowhere in clear, and nowhere at all when it is over", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7");
  await desk.work();
  const [notification] = await desk.codes();
  const code = notification?.secret ?? "";
  const { read } = desk.store;
  const lists = [
    await read.notifications.bySource(
      notification?.source ?? { platform: "telegram", chatId: "", threadId: "", messageId: "" },
    ),
    await read.notifications.bySender("telegram", "77", { limit: 10, workspaceId: desk.workspace.id }),
    await read.links.latest({ platform: "telegram", userId: "77" }),
    await desk.audit(),
  ];
  expect(code).not.toBe("");
  expect(JSON.stringify(lists)).not.toContain(code.slice(0, 4));
  await desk.store.tx((tx) => tx.notifications.dropSecrets(NOW + 10 * MINUTE));
  expect(await desk.codes()).toEqual([]);
});

test("somebody who left after the code was sent is not linked by it", async () => {
  const desk = await openLinkDesk();
  const { store, workspace } = desk;
  await desk.claim("anna@company.example");
  await desk.work();
  const person = await store.read.people.byBitrixId(workspace.id, 7);
  await store.tx((tx) => tx.people.leave(person?.id ?? 0, desk.now));
  expect(await desk.privately(await desk.code())).toContain(FAILED);
  expect(await store.read.people.byAccount(workspace.id, "telegram", { userId: "77" })).toBeUndefined();
  expect(await desk.audit()).toContain("telegram:77 link.refused left the portal meanwhile");
});
