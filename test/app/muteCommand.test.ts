import { expect, test } from "vitest";
import { isMuted } from "../../src/app/hush.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { parseMute } from "../../src/core/muteGrammar.ts";
import { plain } from "../../src/core/richText.ts";
import { createPatterns } from "../../src/patterns.ts";
import { alert, definition } from "../support/alerts.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";

async function openRoom(): Promise<Desk> {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await store.tx(async (tx) => {
    await tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "admin");
    await tx.people.map({ workspaceId: workspace.id, bitrixId: 9, platform: "telegram", userId: IVAN.userId });
    for (const name of ["ci", "disks"]) await tx.rules.add({ workspaceId: workspace.id, name, ...definition() }, NOW);
  });
  return desk;
}

async function ask(desk: Desk, line: string, more: Partial<IncomingMessage> = {}): Promise<string> {
  desk.now += 61_000;
  return (await desk.wish(await desk.say(line, more)))?.text ?? "";
}

const live = (desk: Desk) => desk.store.read.silences.live(desk.workspace.id, desk.now);

test("alerts are muted by tag, by words, by rule or all of them, for as long as was said", async () => {
  const desk = await openRoom();
  const { store, workspace } = desk;
  const ci = await store.read.rules.byName(workspace.id, "ci");
  const disks = await store.read.rules.byName(workspace.id, "disks");
  if (!ci || !disks) throw new Error("no rules");
  const muted = async (rule: typeof ci, change: Parameters<typeof alert>[0]) =>
    isMuted(alert(change), rule, { silences: await live(desk), compile: createPatterns() });
  expect(await ask(desk, "/mute 2h #noise")).toMatch(
    /^Muted until 2023-11-15 01:\d\d: #noise\. To end that: \/mute off 1$/u,
  );
  expect([await muted(ci, { tags: ["Noise"] }), await muted(ci, {})]).toEqual([true, false]);
  expect(await ask(desk, "/mute off 1")).toBe("1 is not muted any more.");
  expect(await muted(ci, { tags: ["Noise"] })).toBe(false);
  await ask(desk, "/mute 30m Disk full");
  expect([await muted(ci, {}), await muted(ci, { text: plain("Disk almost full") })]).toEqual([true, false]);
  await ask(desk, "/mute off 2");
  await ask(desk, "/заглушить 1д CI", { sender: { ...IVAN, language: "ru" } });
  expect([await muted(ci, {}), await muted(disks, {})]).toEqual([true, false]);
  await ask(desk, "/mute off 3");
  expect(await ask(desk, "/mute 1h")).toContain("all alerts, critical ones too");
  expect(await muted(disks, { severity: "critical" })).toBe(true);
  desk.now += 3_600_000;
  expect(await muted(disks, { severity: "critical" })).toBe(false);
});

test("what is muted is listed with its number, until when and by whom, in both languages", async () => {
  const desk = await openRoom();
  expect(await ask(desk, "/mute")).toContain("Nothing is muted in main");
  await ask(desk, "/mute 2h #a disks");
  const listed = (await ask(desk, "/mute")).split("\n");
  expect(listed[1]).toMatch(/^1: rule disks, #a until 2023-11-15 01:\d\d, by id:9$/u);
  expect(listed[2]).toBe("To end one: /mute off 1");
  const russian = await ask(desk, "/mute", { sender: { ...IVAN, language: "ru" } });
  expect(russian).toContain("1: правило disks, #a до 2023-11-15");
});

test("no other workspace's silence is listed or ended", async () => {
  const desk = await openRoom();
  const other = await desk.store.tx(async (tx) => {
    const { id: workspaceId } = await tx.workspaces.add({ ...desk.workspace, name: "other", host: "o.example" }, NOW);
    const silence = { workspaceId, matcher: {}, createdBy: "telegram:1", createdAt: NOW, endsAt: NOW + 9e9 };
    return tx.silences.add(silence);
  });
  expect(await ask(desk, "/mute")).toContain("Nothing is muted in main");
  expect(await ask(desk, `/mute off ${other}`)).toContain("Nothing is muted under the number");
});

test.each(["soon", "5", "30s", "31d", "-1h", "#ci 2h", "off", "off x"])(
  "/mute %s is answered with the form",
  async (rest) => {
    const desk = await openRoom();
    expect(await ask(desk, `/mute ${rest}`)).toContain("is no time from 1m to 30d");
    expect(await live(desk)).toEqual([]);
  },
);

test("quotation marks keep a rule's name a word", () => {
  expect(parseMute(plain('2h "ci"'))).toEqual({ kind: "mute", seconds: 7_200, matcher: { words: ["ci"] } });
  expect(parseMute(plain("2h ci"))).toMatchObject({ word: "ci" });
  for (const empty of ['""', "«»", ","])
    expect(parseMute(plain(`2h ${empty}`))).toEqual({ kind: "malformed", value: empty });
});

test("whoever is linked has quiet hours of their own, by their own clocks", async () => {
  const desk = await openRoom();
  const person = await desk.store.read.people.byBitrixId(desk.workspace.id, 9);
  const hours = () => desk.store.read.quiet.of(person?.id ?? 0);
  expect(await ask(desk, "/quiet")).toContain("You have no quiet hours. For example: /quiet 22:00-07:00 Europe/Berlin");
  expect(await ask(desk, "/quiet 22:00-07:00")).toContain("From 22:00 to 07:00 (Europe/Berlin)");
  expect(await hours()).toEqual({ from: 1_320, until: 420, timeZone: "Europe/Berlin" });
  await ask(desk, "/тихо 23–8 Asia/Tokyo", { sender: { ...IVAN, language: "ru" } });
  expect(await hours()).toEqual({ from: 1_380, until: 480, timeZone: "Asia/Tokyo" });
  await ask(desk, "/quiet 21:30 - 6:00");
  expect(await hours()).toEqual({ from: 1_290, until: 360, timeZone: "Asia/Tokyo" });
  for (const wrong of ["25:00-07:00", "22:00", "22:00-22:00", "night"])
    expect(await ask(desk, `/quiet ${wrong}`)).toContain("are no hours of a day");
  expect(await ask(desk, "/quiet 22-7 Mars/Base")).toContain("is no time zone");
  expect(await ask(desk, "/quiet off")).toContain("no quiet hours now");
  expect(await hours()).toBeUndefined();
  expect(await ask(desk, "/quiet 22-7", { sender: { ...IVAN, userId: "5" } })).toContain("/link");
  const unbound = {
    at: { platform: "telegram", chatId: "77", threadId: "", messageId: "1" },
    place: { kind: "private", title: "I" },
  } as const;
  expect(await ask(desk, "/quiet 20-6", unbound)).toContain("From 20:00 to 06:00");
  expect(await hours()).toMatchObject({ from: 1_200 });
});

test("what quiet hours have held back comes as soon as they are ended", async () => {
  const desk = await openRoom();
  const { store, workspace } = desk;
  const held = await store.tx(async (tx) => {
    const ci = await tx.rules.byName(workspace.id, "ci");
    const ivan = await tx.people.byBitrixId(workspace.id, 9);
    const born = { severity: "error", status: "open", count: 1, version: 1, openedAt: NOW, updatedAt: NOW } as const;
    const made = { workspaceId: workspace.id, ruleId: ci?.id ?? 0, keyHash: "k", alert: alert(), state: {}, ...born };
    const { id } = await tx.incidents.add(made);
    await tx.incidents.concern(id, { personId: ivan?.id ?? 0, toldVersion: 0, held: "quiet", heldUntil: NOW * 2 });
    return ivan?.id;
  });
  const due = () => store.read.incidents.heldDue(desk.now, 10);
  await ask(desk, "/quiet 22-7");
  expect(await due()).toEqual([]);
  await ask(desk, "/quiet off");
  expect(await due()).toEqual([held]);
});

test("whoever is known reads who is on call and who is next; a rotation's name reaches whoever that is", async () => {
  const desk = await openRoom();
  const { store, workspace } = desk;
  expect(await ask(desk, "/oncall")).toContain("npx herald24 oncall set main ops");
  const anna = await store.tx(async (tx) => {
    const made = await tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 7, name: "Anna" });
    const boris = await tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 8, name: "Boris" });
    const turns = { timeZone: "UTC", period: "daily", handoverMinute: 540, startDate: "2023-11-14" } as const;
    await tx.oncall.set({ workspaceId: workspace.id, name: "ops", members: [made.id, boris.id], ...turns }, NOW);
    return made;
  });
  expect(await ask(desk, "/oncall")).toBe(
    "On call in main:\n@ops: Anna (id:7); from 2023-11-15 09:00 (UTC): Boris (id:8)",
  );
  expect(await ask(desk, "/oncall @OPS")).toContain("@ops: Anna (id:7)");
  expect(await ask(desk, "/oncall opps")).toBe("main has no rotation “opps”. Did you mean @ops?");
  expect(await ask(desk, "/oncall database")).toBe("main has no rotation “database”. It has @ops.");
  expect(await ask(desk, "/дежурный", { sender: { ...IVAN, language: "ru" } })).toContain("Дежурят в main:");
  expect(await ask(desk, "/oncall", { sender: { ...IVAN, userId: "5" } })).toContain("Only people linked");
  const sentTo = async (at: Awaited<ReturnType<Desk["say"]>>) =>
    (await desk.deliveries(at)).map(({ bitrixId }) => bitrixId);
  const at = await desk.say("/notify @Ops disk full");
  expect(await sentTo(at)).toEqual([7]);
  desk.now += 86_400_000;
  expect(await sentTo(await desk.say("/notify @ops disk full"))).toEqual([8]);
  // What was said to whoever was on call then stays theirs when it is edited.
  await desk.say("/notify @ops disk is fine", { at, edited: true, sentAt: NOW });
  expect(new Set(await sentTo(at))).toEqual(new Set([7]));
  expect(await ask(desk, "/group two @ops")).toContain("Not found: @ops");
  expect(await ask(desk, "/group ops id:7")).toContain("@ops is a rotation");
  await store.tx((tx) => tx.people.leave(anna.id, desk.now));
  desk.now += 86_400_000;
  expect(await ask(desk, "/oncall")).toBe(
    "On call in main:\n@ops: Boris (id:8) (left Bitrix24, passed over: Anna (id:7))",
  );
  expect(await sentTo(await desk.say("/notify @ops disk full again"))).toEqual([8]);
});
