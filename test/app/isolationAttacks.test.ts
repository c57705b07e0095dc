import { expect, test } from "vitest";
import { pressedMessage } from "../../src/core/pressed.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";
import { addWorkspace } from "../support/entries.ts";

const MARK = "zebra";
const HERE = { platform: "telegram", chatId: "-100", threadId: "" } as const;
const THERE = { platform: "telegram", chatId: "-200", threadId: "" } as const;

/** Two workspaces with a chat each and somebody called Anna in both; Ivan owns `main`, and may write in both chats. */
async function openTwo(): Promise<Desk & { otherId: number; moveThere(): Promise<void> }> {
  const desk = await openDesk();
  const { store, workspace } = desk;
  const other = await addWorkspace(store, `${MARK}-corp`);
  await desk.map("anna", 7, "Anna");
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...THERE, workspaceId: other.id, senders: "everyone" }, desk.now);
    await tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "owner");
    const anna = { workspaceId: other.id, platform: "telegram", username: "anna", name: "Anna" } as const;
    await tx.people.map({ ...anna, bitrixId: 999 });
    const zoe = { workspaceId: other.id, platform: "telegram", username: "zoe", name: `${MARK} Zoe` } as const;
    await tx.people.map({ ...zoe, bitrixId: 998, email: `${MARK}@example.org` });
    const ids = [];
    for (const id of [999, 998]) ids.push((await tx.people.byBitrixId(other.id, id))?.id ?? 0);
    await tx.people.setGroup(other.id, `${MARK}s`, ids);
    await tx.workspaces.set(other.id, { settings: { ...other.settings, confirmAbove: 1 } });
  });
  /** The operator binds the other's chat to `main`. */
  const moveThere = async () => {
    const binding = await store.read.chats.find(THERE);
    await store.tx(async (tx) => {
      await tx.chats.unbind(binding?.id ?? 0);
      await tx.chats.bind({ ...THERE, workspaceId: workspace.id, senders: "everyone" }, desk.now);
    });
  };
  return Object.assign(desk, { otherId: other.id, moveThere });
}

const said = async (desk: Desk, line: string, more: Parameters<Desk["say"]>[1] = {}): Promise<string> => {
  desk.now += 61_000;
  return (await desk.wish(await desk.say(line, more)))?.text ?? "";
};

test("a chat that changes its workspace takes nothing along: neither reply nor tag reaches what was sent before", async () => {
  const desk = await openTwo();
  const sent = await desk.say(`/notify @anna ${MARK} #ci`, {
    at: { ...THERE, messageId: "21" },
    sender: { ...IVAN, userId: "5" },
  });
  await desk.moveThere();
  const repliedTo = { messageId: "21", author: "x", text: [], media: [], parts: [] };
  const replies: readonly [string, string][] = [
    ["/recall", "31"],
    ["/status", "32"],
  ];
  for (const [line, messageId] of replies)
    expect(await said(desk, line, { at: { ...THERE, messageId }, repliedTo })).not.toMatch(/zebra|999|Anna/u);
  expect(await said(desk, "/recall #ci", { at: { ...THERE, messageId: "33" } })).toContain("nothing to take back");
  expect(await desk.deliveries(sent)).toMatchObject([{ state: "queued", workspaceId: desk.otherId }]);
  // The same message again, and edited: it is not sent to the other workspace's people, nor told anything.
  desk.now += 61_000;
  await desk.say("/notify @anna again", {
    at: { ...THERE, messageId: "21" },
    edited: true,
    sender: { ...IVAN, userId: "5" },
  });
  expect((await desk.store.read.deliveries.list({ workspaceId: desk.workspace.id })).length).toBe(0);
});

test("a question asked in one workspace cannot be answered in the other, nor after its chat has moved there", async () => {
  const desk = await openTwo();
  const asked = await desk.say(`/notify @${MARK}s fire`, { at: { ...THERE, messageId: "41" } });
  const data = (await desk.wish(asked))?.buttons?.[0]?.data ?? "";
  expect(data).toMatch(/^yes /u);
  const press = async (at: typeof HERE | typeof THERE, messageId: string) => {
    const place = { kind: "group", title: "Ops" } as const;
    const pressed = pressedMessage({ at: { ...at, messageId }, place, sender: IVAN, data, now: desk.now });
    if (pressed) await desk.intake.message(pressed, []);
  };
  await press(HERE, "42");
  await said(desk, `/notify ${data}`);
  expect(await said(desk, "/notify yes")).toContain("nothing here that waits");
  await desk.moveThere();
  await press(THERE, "43");
  expect(await said(desk, "/notify yes", { at: { ...THERE, messageId: "44" } })).toContain("nothing here that waits");
  expect(await desk.deliveries(asked)).toEqual([]);
});

test("a display name that both have is each one's own, in /notify, groups and e-mails", async () => {
  const desk = await openTwo();
  expect(await desk.deliveries(await desk.say('/notify @"Anna" hello'))).toMatchObject([{ bitrixId: 7 }]);
  for (const line of [`/notify @"${MARK} Zoe" hello`, `/notify ${MARK}@example.org hello`, `/notify @${MARK}s hello`])
    expect(await said(desk, line)).toMatch(/^Not found/u);
  expect(await said(desk, `/group x @anna, @"${MARK} Zoe"`)).toMatch(/^Not found/u);
  expect(await said(desk, "/group x @anna")).toContain("id:7");
  expect(await said(desk, `/map @new ${MARK}@example.org`)).not.toMatch(/998|Zoe/u);
  expect(JSON.stringify(await desk.store.read.people.list(desk.workspace.id))).not.toMatch(/zebra|99[89]/u);
});

test.each([
  ["map", "person"],
  ["unmap", "account"],
  ["group", "group"],
  ["group", "recipients"],
  ["notify", "recipients"],
  ["notify", "tag"],
] as const)("the field of /%s that takes a %s suggests nothing of the other workspace", async (command, field) => {
  const desk = await openTwo();
  await desk.say(`/notify @zoe ${MARK} #${MARK}tag`, { at: { ...THERE, messageId: "51" } });
  const suggest = (chat: typeof HERE | typeof THERE, typed: string) =>
    desk.intake.suggest({ chat, place: "group", asker: { userId: IVAN.userId }, command, field, typed });
  for (const typed of ["", "zeb", "id:99", "999", "zoe"])
    expect(JSON.stringify(await suggest(HERE, typed))).not.toMatch(/zebra|99[89]|zoe/u);
  // In the other's chat somebody who is nobody there sees no more than everybody may.
  if (command !== "notify") expect(await suggest(THERE, "")).toEqual([]);
  await desk.store.tx((tx) => tx.chats.addAdmin(desk.otherId, "telegram", IVAN.userId));
  expect(JSON.stringify(await suggest(THERE, ""))).toMatch(/zebra|99[89]|zoe/u);
});

test("whoever may not send from a chat is suggested nobody there", async () => {
  const desk = await openTwo();
  await desk.intake.sighted({ chat: HERE, userId: "5", username: "anna", name: "Anna" });
  await desk.say("/notify @anna x #ci");
  const suggest = (field: "recipients" | "tag", userId: string) =>
    desk.intake.suggest({ chat: HERE, place: "group", asker: { userId }, command: "notify", field, typed: "" });
  expect(await suggest("recipients", "stranger")).toHaveLength(1);
  expect(await suggest("tag", "stranger")).toHaveLength(1);
  const [binding] = await desk.store.read.chats.list(desk.workspace.id);
  await desk.store.tx((tx) => tx.chats.setSenders(binding?.id ?? 0, "list"));
  expect(await suggest("recipients", "stranger")).toEqual([]);
  expect(await suggest("tag", "stranger")).toEqual([]);
  expect(await suggest("tag", IVAN.userId)).toHaveLength(1);
});
