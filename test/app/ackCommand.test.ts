import { expect, test } from "vitest";
import { forwardAlert } from "../../src/app/forward.ts";
import type { ForwardParts } from "../../src/app/incidents.ts";
import { NotYetError } from "../../src/app/notYet.ts";
import { pendingSince } from "../../src/app/postIds.ts";
import type { Incident } from "../../src/app/store/incidents.ts";
import type { Alert } from "../../src/core/alert.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { pressedMessage } from "../../src/core/pressed.ts";
import { plainText } from "../../src/core/richText.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { createPatterns } from "../../src/patterns.ts";
import { alert, definition } from "../support/alerts.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";
import { addWorkspace, message } from "../support/entries.ts";

const GROUP = { platform: "telegram", chatId: "-100", threadId: "" } as const;
const SOURCE = { platform: "telegram", chatId: "-500", threadId: "" } as const;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const NOBODY = { media: [], parts: [], edited: false, author: "", text: [] } as const;

const partsOf = (desk: Desk): ForwardParts => ({
  wordsIn,
  clock: () => desk.now,
  log: SILENT,
  compile: createPatterns(),
});

/** A desk whose group shows what is said in another chat, as our messages 900 and so on; Anna (7) is told too. */
async function openPosts() {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7, "Anna");
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...SOURCE, workspaceId: workspace.id, senders: "everyone" }, desk.now);
    const targets = [
      { kind: "person", bitrixId: 7 },
      { kind: "chat", chat: GROUP },
    ] as const;
    const rule = { ...definition({ source: { kind: "chat", chat: SOURCE } }), targets };
    await tx.rules.add({ workspaceId: workspace.id, name: "main", ...rule }, desk.now);
  });
  let posted = 899;
  const raise = async (title: string, change: Partial<Alert> = {}): Promise<Incident> => {
    posted += 1;
    const origin = { kind: "message", at: message(`${posted - 800}`, SOURCE.chatId) } as const;
    const incident = await store.tx(async (tx) => {
      await forwardAlert(tx, alert({ origin, title, key: title, ...change }), partsOf(desk));
      const [latest] = await tx.incidents.open({ workspaceId: workspace.id, limit: 1 });
      if (!latest) throw new Error("it was forwarded");
      for (const { id } of await tx.posts.ofIncident(latest.id))
        await tx.posts.update(id, { post: "posted", messageIds: [String(posted)] });
      return latest;
    });
    return incident;
  };
  const said = async (text: string, more: Partial<IncomingMessage> = {}) =>
    (await desk.wish(await desk.say(text, more)))?.text;
  /** Presses the button under a post, and answers what the presser is shown. */
  const press = async (incident: Incident, more: Partial<IncomingMessage> = {}) => {
    const at = { ...GROUP, messageId: "900" };
    const place = { kind: "group", title: "Ops" } as const;
    const pressed = pressedMessage({ at, place, sender: IVAN, data: `ack:${incident.uid}`, now: desk.now });
    if (!pressed) throw new Error("that is a button of ours");
    return desk.intake.message({ ...pressed, pressed: true, ...more }, []);
  };
  const now = async (incident: Incident) => {
    const { status, acknowledgedBy, acknowledgedPersonId } = (await store.read.incidents.byId(incident.id)) ?? {};
    return { status, acknowledgedBy, acknowledgedPersonId };
  };
  const trail = async () =>
    (await store.read.audit.list({ limit: 50 })).map(({ actor, action, subject }) => ({ actor, action, subject }));
  return { ...desk, desk, raise, said, press, now, trail };
}

const replyTo = (messageId: string): Partial<IncomingMessage> => ({ repliedTo: { ...NOBODY, messageId } });

test("a button gives an incident to whoever pressed it first, by name, and everybody is told", async () => {
  const { desk, store, raise, press, now, trail } = await openPosts();
  const incident = await raise("Disk full");
  expect(await press(incident)).toBe("You have it: Disk full");
  expect(await now(incident)).toMatchObject({ status: "acknowledged", acknowledgedBy: "Ivan" });
  const olga = { kind: "person", userId: "78", name: "Olga" } as const;
  desk.now += 60_000;
  expect(await press(incident, { sender: olga })).toMatch(/^Ivan has it since \d\d:\d\d: Disk full$/u);
  expect(await now(incident)).toMatchObject({ acknowledgedBy: "Ivan" });
  expect(await trail()).toEqual([
    { actor: "telegram:77", action: "incident.acknowledge", subject: `incident ${incident.uid}` },
  ]);
  const [latest] = (await store.read.deliveries.list({ limit: 10 })).toSorted((one, other) => other.id - one.id);
  const told = await store.read.notifications.byId(latest?.notificationId ?? 0);
  expect(plainText(told?.text ?? [])).toContain("Ivan has it since");
  expect(told?.facts).toMatchObject({ status: "acknowledged" });
});

test("an account that is known by its id acknowledges as the person it is; one that was mapped by name does not", async () => {
  const { store, workspace, raise, press, now, desk } = await openPosts();
  await desk.map("ivan", 8, "Ivan Petrov");
  const byName = await raise("by name");
  await press(byName);
  expect(await now(byName)).toMatchObject({ acknowledgedBy: "Ivan", acknowledgedPersonId: undefined });
  const linked = {
    workspaceId: workspace.id,
    bitrixId: 8,
    platform: "telegram",
    userId: "77",
    username: "ivan",
  } as const;
  const result = await store.tx((tx) => tx.people.link(linked));
  const byId = await raise("by id");
  expect(await press(byId)).toBe("You have it: by id");
  const person = result.kind === "linked" ? result.person.id : 0;
  expect(await now(byId)).toMatchObject({ acknowledgedBy: "Ivan Petrov", acknowledgedPersonId: person });
  expect(await press(byId)).toBe("You have it: by id");
});

test("as a reply to the post, or to the message it was made of, the command takes that incident", async () => {
  const { desk, raise, said, now } = await openPosts();
  const [one, other] = [await raise("one"), await raise("other")];
  expect(await said("/ack", replyTo("901"))).toBe("You have it: other");
  expect((await now(one)).status).toBe("open");
  const at = { ...SOURCE, messageId: "5" };
  const where = { at, place: { kind: "group", title: "Alerts" } as const, ...replyTo("100") };
  expect(await said("/беру", where)).toBe("You have it: one");
  expect((await now(other)).acknowledgedBy).toBe("Ivan");
  desk.now += 120_000;
  expect(await said("/ack", replyTo("777"))).toContain("shows no alert");
});

test("a reply to a post whose id is not known yet is looked at again, until that must have been lost", async () => {
  const { desk, raise, said } = await openPosts();
  const incident = await raise("one");
  await desk.store.tx(async (tx) => {
    for (const { id, version } of await tx.posts.ofIncident(incident.id))
      await tx.posts.update(id, { post: "posting", messageIds: [pendingSince(desk.now)], shownVersion: version - 1 });
  });
  desk.now += 500;
  await expect(said("/ack", replyTo("950"))).rejects.toBeInstanceOf(NotYetError);
  desk.now += 3_000;
  expect(await said("/ack", replyTo("950"))).toContain("shows no alert");
});

test("alone it lists what is open in this chat, what nobody has first, and takes one by its number", async () => {
  const { raise, said, now } = await openPosts();
  expect(await said("/ack")).toBe("No alert is open here.");
  const [one, two, three] = [await raise("one"), await raise("two", { severity: "critical" }), await raise("three")];
  await said(`/ack ${three.id}`);
  const lines = (await said("/ack"))?.split("\n") ?? [];
  expect(lines).toEqual([
    `#${two.id} 🔴 Critical · two`,
    `#${one.id} 🟡 Warning · one`,
    expect.stringMatching(new RegExp(`^#${three.id} 👤 Warning · Ivan has it since .* · three$`, "u")),
    expect.stringContaining(`/ack ${two.id}`),
  ]);
  expect(await said(`/ack #${one.id}`)).toBe("You have it: one");
  expect((await now(one)).status).toBe("acknowledged");
  expect(await said("/ack tomorrow")).toContain("“tomorrow” is no alert");
});

test("what is over cannot be taken any more", async () => {
  const { desk, store, raise, press, said, now } = await openPosts();
  const incident = await raise("Disk full");
  const over = alert({
    origin: { kind: "message", at: message("7", SOURCE.chatId) },
    key: "Disk full",
    status: "resolved",
  });
  await store.tx((tx) => forwardAlert(tx, { ...over, title: "Disk full" }, partsOf(desk)));
  expect(await press(incident)).toBe("Over already: Disk full");
  expect(await said(`/ack ${incident.id}`)).toBe("Over already: Disk full");
  expect((await now(incident)).acknowledgedBy).toBeUndefined();
});

test("an incident that another chat or another workspace shows is none here, by whichever name it is called", async () => {
  const { desk, store, raise, press, said, now } = await openPosts();
  const incident = await raise("Disk full");
  const other = await addWorkspace(store, "other");
  const elsewhere = { platform: "telegram", chatId: "-900", threadId: "" } as const;
  const silent = { platform: "telegram", chatId: "-901", threadId: "" } as const;
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...elsewhere, workspaceId: other.id, senders: "everyone" }, desk.now);
    await tx.chats.bind({ ...silent, workspaceId: desk.workspace.id, senders: "everyone" }, desk.now);
  });
  for (const chat of [elsewhere, silent]) {
    const where = (id: string) => ({
      at: { ...chat, messageId: id },
      place: { kind: "group", title: "Else" } as const,
    });
    expect(await press(incident, where("900"))).toContain("This alert is not followed here any more");
    expect(await said(`/ack ${incident.id}`, where("11"))).toContain("is no alert that this chat shows");
    expect(await said("/ack", { ...where("12"), ...replyTo("900") })).toContain("shows no alert");
    expect(await said("/ack", where("13"))).toBe("No alert is open here.");
  }
  expect((await now(incident)).status).toBe("open");
});

test("a chat that was bound to another workspace since shows nothing of the former one", async () => {
  const { desk, store, raise, press, now } = await openPosts();
  const incident = await raise("Disk full");
  const other = await addWorkspace(store, "other");
  await store.tx(async (tx) => {
    await tx.chats.unbind((await tx.chats.find(GROUP))?.id ?? 0);
    await tx.chats.bind({ ...GROUP, workspaceId: other.id, senders: "everyone" }, desk.now);
  });
  expect(await press(incident)).toContain("This alert is not followed here any more");
  expect((await now(incident)).status).toBe("open");
});

test.each([
  ["en", "This alert is not followed here any more. Those that are open: /ack"],
  ["ru", "За этим происшествием здесь больше не следят. Открытые: /беру"],
] as const)("a button that outlives its rule says that nothing is followed there (%s)", async (language, answer) => {
  const { store, workspace, raise, press } = await openPosts();
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, language } }));
  const incident = await raise("Disk full");
  await store.tx((tx) => tx.rules.remove(incident.ruleId));
  expect(await press(incident)).toBe(answer);
});

test("in a private dialogue a linked person has what they were told of in Bitrix24, and nobody else does", async () => {
  const { desk, store, workspace, raise, said } = await openPosts();
  const dialogue = { platform: "telegram", chatId: "77", threadId: "" } as const;
  await store.tx((tx) => tx.chats.bind({ ...dialogue, workspaceId: workspace.id, senders: "everyone" }, desk.now));
  const incident = await raise("Disk full");
  const where = (id: string) => ({
    at: { ...dialogue, messageId: id },
    place: { kind: "private", title: "Ivan" } as const,
  });
  expect(await said("/ack", where("1"))).toBe("No alert is open here.");
  const linked = { workspaceId: workspace.id, bitrixId: 7, platform: "telegram", userId: "77" } as const;
  await store.tx((tx) => tx.people.link(linked));
  expect(await said("/ack", where("2"))).toContain(`#${incident.id}`);
  expect(await said(`/ack ${incident.id}`, where("3"))).toBe("You have it: Disk full");
});

test("an anonymous administrator speaks for the chat; a channel's posts and bots take nothing", async () => {
  const { desk, raise, said, now } = await openPosts();
  const incident = await raise("Disk full");
  const channel = { kind: "channel", userId: "-7", name: "News" } as const;
  expect(await said(`/ack ${incident.id}`, { sender: channel })).toContain("I cannot see who is writing");
  const bot = { kind: "bot", userId: "9", name: "bot" } as const;
  expect(await said(`/ack ${incident.id}`, { sender: bot })).toBeUndefined();
  expect((await now(incident)).status).toBe("open");
  desk.now += 120_000;
  const admin = { kind: "anonymous-admin", userId: "1087968824", name: "boss" } as const;
  expect(await said(`/ack ${incident.id}`, { sender: admin })).toBe("You have it: Disk full");
  expect((await now(incident)).acknowledgedBy).toBe("Ops");
});

test("both languages answer in their own words", async () => {
  const { raise, press } = await openPosts();
  const incident = await raise("Диск полон");
  expect(await press(incident, { sender: { ...IVAN, language: "ru" } })).toBe("Теперь этим занимаетесь вы: Диск полон");
});
