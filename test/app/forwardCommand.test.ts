import { expect, test } from "vitest";
import { closeExpired } from "../../src/app/confirm.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { pressedMessage } from "../../src/core/pressed.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";

const GUILD = "112233445566778899";
const CHANNEL = "112233445566778800";
const OTHER = { ...IVAN, userId: "88", username: "oleg", name: "Oleg" };

/** Ivan administers the workspace, which has Anna, the group @team, the rotation @ops, and a channel of Discord. */
async function openRoom(): Promise<Desk> {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7, "Anna");
  await store.tx(async (tx) => {
    for (const id of [IVAN.userId, OTHER.userId]) await tx.chats.addAdmin(workspace.id, "telegram", id, "admin");
    const anna = (await tx.people.byBitrixId(workspace.id, 7))?.id ?? 0;
    await tx.people.setGroup(workspace.id, "team", [anna]);
    const turns = { timeZone: "UTC", period: "daily", handoverMinute: 540, startDate: "2023-01-01" } as const;
    await tx.oncall.set({ workspaceId: workspace.id, name: "ops", members: [anna], ...turns }, NOW);
    const chat = { platform: "discord", chatId: GUILD, threadId: CHANNEL } as const;
    await tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "everyone" }, NOW);
  });
  return desk;
}

type Said = Awaited<ReturnType<Desk["say"]>>;

const textOf = async (desk: Desk, at: Said) => (await desk.wish(at))?.text ?? "";
/** Says it after a while, so that no answer is held back. */
async function ask(desk: Desk, line: string, more: Partial<IncomingMessage> = {}): Promise<string> {
  desk.now += 61_000;
  return textOf(desk, await desk.say(line, more));
}

const rules = (desk: Desk) => desk.store.read.rules.list(desk.workspace.id);

/** Presses the button that says `label` under the answer to a message. */
async function press(desk: Desk, at: Said, label: string, sender: IncomingMessage["sender"] = IVAN): Promise<void> {
  const button = (await desk.wish(at))?.buttons?.find((each) => each.label === label);
  if (!button) throw new Error(`no button says ${label}: ${JSON.stringify(await desk.wish(at))}`);
  await pressData(desk, at, button.data, sender);
}

async function pressData(desk: Desk, at: Said, data: string, sender: IncomingMessage["sender"] = IVAN): Promise<void> {
  const place = { kind: "group", title: "Ops" } as const;
  const message = pressedMessage({ at: { ...at, messageId: "9999" }, place, sender, data, now: desk.now });
  if (!message) throw new Error("that is no button of ours");
  expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
  await desk.intake.message(message, []);
}

test("an administrator who makes one mistake after another is answered each time", async () => {
  const desk = await openRoom();
  const answers = [];
  for (const line of [
    "/forward foo @team",
    "/forward off nosuch",
    "/forward all telegram:-999",
    "/forward #ci @nobody",
  ])
    answers.push(await textOf(desk, await desk.say(line)));
  expect(answers.map((text) => /foo|nosuch|-999|@nobody/u.exec(text)?.[0])).toEqual([
    "foo",
    "nosuch",
    "-999",
    "@nobody",
  ]);
});

test("one line makes a rule that listens to this chat alone", async () => {
  const desk = await openRoom();
  expect(await ask(desk, "/forward #ci @team")).toBe(
    "Rule ci forwards from here: #ci, to @team. To switch it off: /forward off ci",
  );
  expect(await rules(desk)).toMatchObject([
    {
      name: "ci",
      enabled: true,
      source: { kind: "chat", chat: { platform: "telegram", chatId: "-100", threadId: "" } },
      filter: { tags: ["ci"] },
      targets: [{ kind: "group", name: "team" }],
    },
  ]);
  const topic = { at: { platform: "telegram", chatId: "-100", threadId: "7", messageId: "70" } } as const;
  await ask(desk, '/forward critical "disk full" @ops, id:42 discord', topic);
  expect((await rules(desk))[1]).toMatchObject({
    name: "critical",
    source: { kind: "chat", chat: { threadId: "7" } },
    filter: { severity: "critical", words: ["disk full"] },
    targets: [
      { kind: "oncall", rotation: "ops" },
      { kind: "person", bitrixId: 42 },
      { kind: "chat", chat: { platform: "discord", chatId: GUILD, threadId: CHANNEL } },
    ],
  });
  expect(await ask(desk, "/пересылать всё @anna", { sender: { ...IVAN, language: "ru" } })).toContain(
    "всё, кому: @anna",
  );
  await ask(desk, "/forward #ci @anna");
  expect((await rules(desk)).map(({ name }) => name)).toEqual(["ci", "critical", "all", "ci-2"]);
  const mention = [{ text: "#x " }, { text: "Anna", mention: { username: "anna" } }];
  desk.now += 61_000;
  await desk.say([{ text: "/forward " }, ...mention]);
  expect((await rules(desk)).at(-1)).toMatchObject({ name: "x", targets: [{ kind: "person", bitrixId: 7 }] });
});

test("in Russian every line to copy is Russian, and does what it says", async () => {
  const desk = await openRoom();
  const russian = { sender: { ...IVAN, language: "ru" } } as const;
  expect(await ask(desk, "/пересылать #ci @anna", russian)).toContain("/пересылать выкл ci");
  expect(await ask(desk, "/пересылать выкл ci", russian)).toContain("/пересылать вкл ci");
  expect(await rules(desk)).toMatchObject([{ name: "ci", enabled: false }]);
  expect(await ask(desk, "/пересылать диск @anna", russian)).toContain("/пересылать критичное id:42");
  expect(await ask(desk, "/пересылать вык @anna", russian)).toContain("Может быть, выкл?");
  await ask(desk, "/пересылать критичное id:42", russian);
  expect((await rules(desk)).at(-1)).toMatchObject({ filter: { severity: "critical" } });
});

test.each([
  ["/forward crtical @team", "Did you mean critical?"],
  ["/forward disk @team", "Words stand in quotation marks"],
  ["/forward #ci @nobody", "@nobody is nobody known in main"],
  ["/forward #ci oncall:none", "no rotation oncall:none"],
  ["/forward #ci telegram", "no other chat on telegram"],
  ["/forward #ci telegram:-100", "get back what it has said itself"],
  ["/forward #ci telegram:-555", "chat bind main --telegram -555"],
  [`/forward #ci discord:${GUILD}`, "nothing that I can forward by"],
  ["/forward #ci discord-webhook:$HOME", "holds no address of a Discord webhook"],
  ["/forward off nothing", "has no rule nothing"],
])("%s is answered with what is wrong, and makes nothing", async (line, said) => {
  const desk = await openRoom();
  expect(await ask(desk, line)).toContain(said);
  expect(await rules(desk)).toEqual([]);
});

test("step by step: what, to whom, and whether that is right; each in place of the question before", async () => {
  const desk = await openRoom();
  const at = await desk.say("/forward");
  expect((await desk.wish(at))?.buttons?.map(({ label }) => label)).toEqual([
    "everything",
    "critical only",
    "errors and critical",
    "Cancel",
  ]);
  await press(desk, at, "critical only");
  expect(await textOf(desk, at)).toContain("To whom (critical)?");
  expect((await desk.wish(at))?.buttons?.map(({ label }) => label)).toEqual([
    "@team",
    "☎ @ops",
    `discord:${GUILD}/${CHANNEL}`,
    "Cancel",
  ]);
  await press(desk, at, "☎ @ops");
  expect(await textOf(desk, at)).toBe("Forward from here: critical, to oncall:ops. Is that right?");
  expect(await rules(desk)).toEqual([]);
  const make = (await desk.wish(at))?.buttons?.[0]?.data ?? "";
  await press(desk, at, "Make the rule");
  expect(await textOf(desk, at)).toContain("Rule critical forwards from here");
  expect((await desk.wish(at))?.buttons).toBeUndefined();
  await pressData(desk, at, make);
  expect(await rules(desk)).toHaveLength(1);
});

test("what buttons do not offer is typed on the way", async () => {
  const desk = await openRoom();
  const first = await desk.say("/forward");
  const second = await desk.say("/forward #ci #deploy");
  expect(await textOf(desk, first)).toBe("Goes on below.");
  expect(await textOf(desk, second)).toContain("To whom (#ci | #deploy)?");
  const third = await desk.say("/forward @anna, id:9");
  expect(await textOf(desk, third)).toContain("Forward from here: #ci | #deploy, to @anna, id:9.");
  await press(desk, third, "Make the rule");
  expect((await rules(desk))[0]).toMatchObject({
    filter: { tags: ["ci", "deploy"] },
    targets: [
      { kind: "person", bitrixId: 7 },
      { kind: "person", bitrixId: 9 },
    ],
  });
  const begun = await desk.say("/forward @anna");
  expect(await textOf(desk, begun)).toContain("What is to be forwarded");
  await press(desk, begun, "everything");
  expect(await textOf(desk, begun)).toContain("Forward from here: everything, to @anna.");
});

test("only who began it may answer, in that chat, within ten minutes; a restart in between changes nothing", async () => {
  const desk = await openRoom();
  const at = await desk.say("/forward");
  await press(desk, at, "everything", OTHER);
  expect(await textOf(desk, at)).toContain("What is to be forwarded");
  const elsewhere = { ...at, chatId: "-999" };
  const [button] = (await desk.wish(at))?.buttons ?? [];
  await pressData(desk, elsewhere, button?.data ?? "");
  expect(await textOf(desk, at)).toContain("What is to be forwarded");
  await press(desk, at, "Cancel");
  expect(await textOf(desk, at)).toBe("Cancelled. No rule was made.");
  const late = await desk.say("/forward", { sender: { ...IVAN, language: "ru" } });
  desk.now += 600_001;
  const held = (await desk.wish(late))?.buttons?.[0]?.data ?? "";
  await desk.store.tx((tx) => closeExpired(tx, { wordsIn, now: desk.now }));
  expect(await textOf(desk, late)).toBe("За 10 минут ответа не было. Правило не создано.");
  await pressData(desk, late, held);
  expect(await rules(desk)).toEqual([]);
});

test("a question about a rule and one about a notification do not answer for each other", async () => {
  const desk = await openRoom();
  const at = await desk.say("/forward");
  expect(await ask(desk, "/notify yes")).toContain("nothing here that waits");
  expect(await textOf(desk, at)).toContain("What is to be forwarded");
  await desk.store.tx(async (tx) => {
    await tx.workspaces.set(desk.workspace.id, { settings: { ...desk.workspace.settings, confirmAbove: 1 } });
    const ids = [];
    for (const bitrixId of [20, 21])
      ids.push((await tx.people.addPerson({ workspaceId: desk.workspace.id, bitrixId })).id);
    await tx.people.setGroup(desk.workspace.id, "many", ids);
  });
  const sent = await desk.say("/notify @many fire");
  expect(await textOf(desk, at)).toBe("Begun anew below. No rule was made of this.");
  await desk.say("/forward");
  expect(await textOf(desk, sent)).toContain("Replaced by your next notification");
});

test("a rule is switched off and on by its name, and does not listen in private", async () => {
  const desk = await openRoom();
  await ask(desk, "/forward #ci @team");
  expect(await ask(desk, "/forward off CI")).toContain("To switch it on: /forward on ci");
  expect((await rules(desk))[0]?.enabled).toBe(false);
  expect(await ask(desk, "/rules")).toContain("ci (off): from here: #ci → @team");
  await ask(desk, "/пересылать вкл ci");
  expect((await rules(desk))[0]?.enabled).toBe(true);
  expect(await ask(desk, "/forward #a @team", { place: { kind: "private", title: "I" } })).toContain(
    "Write this in the group or channel",
  );
});

test("/rules shows what cannot work with its remedy, and in a group only what concerns it", async () => {
  const desk = await openRoom();
  expect(await ask(desk, "/rules")).toContain("main has no rule yet. For example: /forward #ci @oncall");
  await ask(desk, "/forward #ci @team");
  await desk.store.tx(async (tx) => {
    const source = { kind: "chat", chat: { platform: "telegram", chatId: "-200", threadId: "" } } as const;
    const [rule] = await tx.rules.list(desk.workspace.id);
    if (rule) await tx.rules.add({ ...rule, name: "secret", source }, NOW);
    await tx.people.removeGroup(desk.workspace.id, "team");
  });
  const here = await ask(desk, "/rules");
  expect(here.split("\n")).toEqual([
    "1 rule of main, in the order in which they are asked:",
    "ci: from here: #ci → @team",
    "  ⚠ there is no group @team in main. Make it with /group, or name somebody else.",
    "1 more rule concerns other chats: ask in private, because everybody here reads this.",
  ]);
  const alone = await ask(desk, "/правила", {
    place: { kind: "private", title: "I" },
    sender: { ...IVAN, language: "ru" },
  });
  expect(alone).toContain("2 правила main");
  expect(alone).toContain("npx herald24 chat bind main --telegram -200");
});
