import { expect, test } from "vitest";
import { closeExpired } from "../../src/app/confirm.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { FRESH_PACE, type Pace } from "../../src/core/pacing.ts";
import { pressedMessage } from "../../src/core/pressed.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";
import { message, notification } from "../support/entries.ts";

/** A desk with a group of this many people, for more than two of whom a confirmation is needed. */
async function openCrowd(people = 3): Promise<Desk> {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await store.tx(async (tx) => {
    const ids = [];
    for (let bitrixId = 1; bitrixId <= people; bitrixId += 1)
      ids.push((await tx.people.addPerson({ workspaceId: workspace.id, bitrixId })).id);
    await tx.people.setGroup(workspace.id, "all", ids);
    await tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, confirmAbove: 2 } });
  });
  return desk;
}

/** As the adapters hand a pressed button inwards. */
async function press(desk: Desk, pressed: Pick<IncomingMessage, "at" | "sender"> & { data: string }): Promise<void> {
  const message = pressedMessage({ ...pressed, place: { kind: "group", title: "Ops" }, now: desk.now });
  if (!message) throw new Error("that is no button of ours");
  await desk.intake.message(message, []);
}

const OTHER = { ...IVAN, userId: "88", username: "oleg", name: "Oleg" };

test("a notification for more people than the workspace allows waits, says for how many it is, and goes after a yes", async () => {
  const desk = await openCrowd();
  const at = await desk.say("/notify @all fire #ci");
  expect(await desk.deliveries(at)).toEqual([]);
  expect((await desk.wish(at))?.text).toContain("3 people. Nothing has been sent yet");
  expect((await desk.wish(at))?.buttons).toHaveLength(2);
  desk.now += 60_000;
  await desk.say("/notify yes");
  expect(await desk.deliveries(at)).toHaveLength(3);
  expect(await desk.wish(at)).toMatchObject({ mark: "stored" });
  const [sent] = await desk.store.read.notifications.bySource(at);
  expect(sent).toMatchObject({ tag: "ci", createdAt: desk.now });
  expect((await desk.wish(await desk.say("/notify yes")))?.text).toContain("nothing here");
});

const MEASURED = { ...FRESH_PACE, time: { roundTrip: 0.1, perCall: 0.02 }, trialAt: NOW + 86_400_000 };

/** Four notifications for all, from as many other chats. */
async function fillQueue({ store, workspace }: Desk): Promise<void> {
  await store.tx(async (tx) => {
    const people = (await tx.people.list(workspace.id)).map(({ id }) => id);
    for (const chat of ["-7", "-8", "-9", "-10"])
      await tx.notifications.add(notification(workspace.id, people, { source: message(`1${chat}`, chat) }));
  });
}

test("who is asked is told how long sending will take, with what other chats have waiting", async () => {
  const desk = await openCrowd(4_000);
  const { store, workspace } = desk;
  const asked = async () => (await desk.wish(await desk.say("/notify @all fire")))?.text;
  const paceIs = (pace: Pace) => store.tx((tx) => tx.pacing.put(workspace.host, pace));
  await paceIs(MEASURED);
  expect(await asked()).toContain(
    "This notifies 4,000 people. Nothing has been sent yet. Sending takes about 17 seconds. Only you",
  );
  await paceIs({ ...MEASURED, level: 50, at: desk.now });
  expect(await asked()).toContain("Sending takes about 40 seconds.");
  await fillQueue(desk);
  expect(await asked()).toContain("Sending takes about 3.5 minutes.");
});

test("of a portal that was never measured the least is told, and that it may be more", async () => {
  const desk = await openCrowd(4_000);
  expect((await desk.wish(await desk.say("/notify @all fire")))?.text).toContain(
    "Sending takes about 16 seconds. It may well be longer: how fast this portal is has not been measured yet. Only you",
  );
});

test("files that have to be fetched first are said to come on top, and a suspended connection to be waited for", async () => {
  const desk = await openCrowd();
  const { store, workspace } = desk;
  await store.tx((tx) => tx.pacing.put(workspace.host, MEASURED));
  const photo = { kind: "picture", name: "a.jpg", source: { kind: "telegram", fileId: "1", uniqueId: "u1" } } as const;
  const withFile = await desk.say("/notify @all fire", { media: [photo] });
  expect((await desk.wish(withFile))?.text).toContain("about 1 second. Its files have to be fetched first");
  await store.tx((tx) => tx.workspaces.suspend(workspace.id, { code: "NO_AUTH_FOUND", reason: "gone", at: desk.now }));
  const suspended = await desk.say("/notify @all fire");
  expect((await desk.wish(suspended))?.text).toContain("is suspended, so it will wait until that is mended. Only you");
});

test("whoever confirms hears of it when sending takes another time now than was said, and else does not", async () => {
  const desk = await openCrowd(4_000);
  await desk.store.tx((tx) => tx.pacing.put(desk.workspace.host, MEASURED));
  await desk.say("/notify @all fire");
  await fillQueue(desk);
  const later = await desk.wish(await desk.say("/notify yes"));
  expect(later?.text).toBe("This has changed since you were asked: Sending takes about 3 minutes.");
  await desk.say("/notify @all once more");
  expect((await desk.wish(await desk.say("/notify yes")))?.text).toBeUndefined();
});

test("exactly as many as allowed need no confirmation", async () => {
  const desk = await openCrowd(2);
  expect(await desk.deliveries(await desk.say("/notify @all fire"))).toHaveLength(2);
});

test("only the one who asked may confirm, typed or by the button", async () => {
  const desk = await openCrowd();
  const at = await desk.say("/notify @all fire");
  const data = (await desk.wish(at))?.buttons?.[0]?.data ?? "";
  expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(64);
  await desk.say("/notify yes", { sender: OTHER });
  desk.now += 60_000;
  await press(desk, { at: { ...at, messageId: "901" }, sender: OTHER, data });
  expect((await desk.wish({ ...at, messageId: "901" }))?.text).toContain("Only the person who asked");
  expect(await desk.deliveries(at)).toEqual([]);
  await press(desk, { at: { ...at, messageId: "902" }, sender: IVAN, data });
  await press(desk, { at: { ...at, messageId: "903" }, sender: IVAN, data });
  expect(await desk.deliveries(at)).toHaveLength(3);
});

test("a no, and ten minutes without an answer, send nothing and say so", async () => {
  const desk = await openCrowd();
  const first = await desk.say("/notify @all one");
  await desk.say("/notify no");
  expect((await desk.wish(first))?.text).toContain("Cancelled");
  const second = await desk.say("/notify @all two");
  desk.now += 600_000;
  await desk.say("/notify yes");
  expect((await desk.wish(second))?.text).toContain("Not confirmed within 10 minutes");
  const third = await desk.say("/notify @all three");
  desk.now += 600_000;
  await desk.store.tx((tx) => closeExpired(tx, { wordsIn, now: desk.now }));
  expect((await desk.wish(third))?.text).toContain("Not confirmed");
  expect(await desk.store.read.deliveries.list({ workspaceId: desk.workspace.id })).toEqual([]);
});

test("a second question takes the place of the first, which says so", async () => {
  const desk = await openCrowd();
  const first = await desk.say("/notify @all one");
  const second = await desk.say("/notify @all two");
  expect((await desk.wish(first))?.text).toContain("Replaced");
  await desk.say("/notify да");
  expect(await desk.deliveries(first)).toEqual([]);
  expect(await desk.deliveries(second)).toHaveLength(3);
});

test("whoever may no longer send cannot confirm either, and a button of another workspace's chat does nothing", async () => {
  const desk = await openCrowd();
  const { store, workspace } = desk;
  const at = await desk.say("/notify @all fire");
  const [binding] = await store.read.chats.list(workspace.id);
  await store.tx((tx) => tx.chats.setSenders(binding?.id ?? 0, "list"));
  await desk.say("/notify yes");
  expect(await desk.deliveries(at)).toEqual([]);
  await store.tx((tx) => tx.chats.setSenders(binding?.id ?? 0, "everyone"));
  const data = (await desk.wish(at))?.buttons?.[0]?.data ?? "";
  const chat = { platform: "telegram", chatId: "-900", threadId: "" } as const;
  await store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "everyone" }, NOW));
  await press(desk, { at: { ...chat, messageId: "1" }, sender: IVAN, data });
  expect(await desk.deliveries(at)).toEqual([]);
});

test("who writes as the group or a channel is asked to write as themselves", async () => {
  const desk = await openCrowd();
  const sender = { kind: "anonymous-admin", userId: "1087968824", name: "Ops" } as const;
  const at = await desk.say("/notify @all fire", { sender });
  expect((await desk.wish(at))?.text).toContain("Write it as yourself");
  await desk.say("/notify yes", { sender });
  expect(await desk.deliveries(at)).toEqual([]);
});

test("people who may be reached are those seen in the chat, where the workspace says so; others seem not to exist", async () => {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7, "Anna");
  await desk.map("director", 1, "Director");
  await desk.intake.sighted({
    chat: { platform: "telegram", chatId: "-100", threadId: "" },
    userId: "5",
    username: "anna",
    name: "A",
  });
  await store.tx((tx) =>
    tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, reach: "addressable" } }),
  );
  expect(await desk.deliveries(await desk.say("/notify @anna hello"))).toHaveLength(1);
  for (const line of ["/notify @director hello", "/notify id:1 hello", "/notify id:99 hello"]) {
    const at = await desk.say(line);
    expect(await desk.deliveries(at)).toEqual([]);
    expect((await desk.wish(at))?.text).toMatch(/^Not found: \S+\.\nNobody was notified\.$/u);
  }
  expect(await store.read.people.byBitrixId(workspace.id, 99)).toBeUndefined();
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
  expect(await desk.deliveries(await desk.say("/notify @director hello"))).toHaveLength(1);
});

test("where only groups may be reached a single person is not", async () => {
  const desk = await openCrowd(2);
  const { store, workspace } = desk;
  await desk.map("anna", 1);
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, reach: "groups" } }));
  const at = await desk.say("/notify @anna hello");
  expect((await desk.wish(at))?.text).toContain("only groups");
  expect(await desk.deliveries(at)).toEqual([]);
  expect(await desk.deliveries(await desk.say("/notify @all hello"))).toHaveLength(2);
});

test("who is too fast is told how long to wait, even just after a mistake, and that time is enough", async () => {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7);
  const settings = { ...workspace.settings, commandsPerMinute: 3, commandBurst: 2 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  const sender = { ...IVAN, language: "ru" };
  await desk.say("/notify", { sender });
  await desk.say("/notify @anna один", { sender });
  desk.now += 18_999;
  const told = (await desk.wish(await desk.say("/notify @anna два", { sender })))?.text;
  expect(told).toBe("Слишком много команд. Повторите через 2 секунды.");
  expect((await desk.wish(await desk.say("/notify @anna два", { sender })))?.text).toBeUndefined();
  desk.now += 2_000;
  expect(await desk.deliveries(await desk.say("/notify @anna два", { sender }))).toHaveLength(1);
});

test("how fast a sender may write is the workspace's own setting", async () => {
  const desk = await openDesk();
  const { store, workspace } = desk;
  const settings = { ...workspace.settings, commandsPerMinute: 2, commandBurst: 1 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  await desk.say("/help");
  expect((await desk.wish(await desk.say("/help")))?.text).toContain("30 seconds");
});

test("between question and answer the workspace may change: only who is still meant and may still be reached is notified", async () => {
  const desk = await openCrowd(5);
  const { store, workspace } = desk;
  await desk.map("zoe", 9);
  const at = await desk.say("/notify @all, @zoe, id:77 fire");
  const person = async (bitrixId: number) => (await store.read.people.byBitrixId(workspace.id, bitrixId))?.id ?? 0;
  const members = [await person(1), await person(2)];
  await store.tx(async (tx) => {
    await tx.people.setGroup(workspace.id, "all", members);
    await tx.people.unmap(workspace.id, "telegram", { username: "zoe" });
  });
  await desk.say("/notify yes");
  expect((await desk.deliveries(at)).map(({ bitrixId }) => bitrixId).sort()).toEqual([1, 2, 77]);
  expect((await desk.wish(at))?.text).toContain("4 people are left out");
});

test("nobody who came after the question is notified by its answer", async () => {
  const desk = await openCrowd(3);
  const { store, workspace } = desk;
  const at = await desk.say("/notify @all fire");
  await store.tx(async (tx) => {
    const added = await tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 99 });
    const members = (await tx.people.byGroup(workspace.id, "all")) ?? [];
    await tx.people.setGroup(workspace.id, "all", [...members.map(({ id }) => id), added.id]);
  });
  await desk.say("/notify yes");
  expect((await desk.deliveries(at)).map(({ bitrixId }) => bitrixId).sort()).toEqual([1, 2, 3]);
});

test("where nobody may be reached from here any more, a yes sends nothing and says so", async () => {
  const desk = await openCrowd(3);
  const { store, workspace } = desk;
  const at = await desk.say("/notify @all fire");
  const settings = { ...workspace.settings, confirmAbove: 2, reach: "addressable" } as const;
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  const data = (await desk.wish(at))?.buttons?.[0]?.data ?? "";
  await press(desk, { at: { ...at, messageId: "901" }, sender: IVAN, data });
  expect(await desk.deliveries(at)).toEqual([]);
  expect(await desk.wish(at)).toMatchObject({ text: expect.stringContaining("Nothing was sent") });
  expect(await store.read.people.byBitrixId(workspace.id, 1)).toBeDefined();
});

test("what was asked in one topic is confirmed there, and not where other rules hold", async () => {
  const desk = await openCrowd(3);
  const { store, workspace } = desk;
  const topic = { platform: "telegram", chatId: "-100", threadId: "5" } as const;
  await store.tx((tx) => tx.chats.bind({ ...topic, workspaceId: workspace.id, senders: "list" }, NOW));
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "sender"));
  const at = await desk.say("/notify @all fire", { at: { ...topic, messageId: "500" } });
  await store.tx((tx) => tx.chats.removeAdmin(workspace.id, "telegram", IVAN.userId));
  const data = (await desk.wish(at))?.buttons?.[0]?.data ?? "";
  await desk.say(`/notify ${data}`);
  await desk.say("/notify yes");
  await desk.say("/notify yes", { at: { ...topic, messageId: "501" } });
  expect(await desk.deliveries(at)).toEqual([]);
});
