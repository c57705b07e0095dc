import { describe, expect, test } from "vitest";
import type { ChatRef, Platform, Sender } from "../../src/core/chat.ts";
import { IVAN, NOW } from "../support/desk.ts";
import { addWorkspace } from "../support/entries.ts";
import { FAILED, MINUTE, openLinkDesk, PETR, staffPortal } from "./linkDesk.ts";

const GUILD = { platform: "discord", chatId: "900000000000000009", threadId: "900000000000000001" } as const;
const OTHER: Readonly<Record<Platform, ChatRef>> = {
  telegram: { platform: "telegram", chatId: "-200", threadId: "" },
  discord: { platform: "discord", chatId: "900000000000000008", threadId: "900000000000000002" },
};

/** Accounts that try to be somebody: in Telegram by the private chat, in Discord by the forms of the slash command. */
async function openDoor(platform: Platform) {
  const desk = await openLinkDesk();
  const { store, workspace } = desk;
  await store.tx((tx) => tx.chats.bind({ ...GUILD, workspaceId: workspace.id, senders: "everyone" }, NOW));
  const form = async (options: { who?: string; code?: string }, sender: Sender, chat: ChatRef = GUILD) => {
    const at = { ...chat, messageId: crypto.randomUUID() };
    await desk.say("", { at, sender, command: "link", options });
    return (await desk.wish(at))?.text ?? "";
  };
  const inChat = async (chat: ChatRef, who: string, sender: Sender) => {
    const at = { ...chat, messageId: crypto.randomUUID() };
    await desk.say("/link", { at, sender });
    await desk.privately(`/start ${(await desk.wish(at))?.text?.split("start=")[1]}`, sender);
    return desk.privately(who, sender);
  };
  const isTelegram = platform === "telegram";
  const secrets = async () => (await desk.codes()).map(({ secret = "" }) => secret);
  return {
    ...desk,
    desk,
    /** Says who they are; answers the code that goes to that person, which the asker does not see, or nothing. */
    async claim(who: string, sender: Sender = IVAN, chat?: ChatRef): Promise<string> {
      const before = await secrets();
      if (isTelegram && chat) await inChat(chat, who, sender);
      else await (isTelegram ? desk.claim(who, sender) : form({ who }, sender, chat));
      await desk.work();
      return (await secrets()).find((code) => !before.includes(code)) ?? "";
    },
    type: (code: string, sender: Sender = IVAN, chat?: ChatRef) =>
      isTelegram ? desk.privately(code, sender) : form({ code }, sender, chat),
    form,
    linked: async (userId: string, on: Platform = platform) =>
      (await store.read.people.proven(workspace.id, on, userId))?.bitrixId,
    /** What the trail says of an account that was refused, the oldest first. */
    refusals: async (userId: string, on: Platform = platform) =>
      (await store.read.audit.list({ action: "link.refused", limit: 99 }))
        .filter(({ actor }) => actor === `${on}:${userId}`)
        .map(({ subject }) => subject)
        .reverse(),
  };
}

describe.each(["telegram", "discord"] as const)("in %s", (platform) => {
  test("the right code from the one who asked for it links, and this is in the trail", async () => {
    const { desk, claim, type, linked } = await openDoor(platform);
    expect(await type(await claim("7"))).toContain("you are Anna Orlova");
    expect(await linked("77")).toBe(7);
    const trail = (await desk.audit()).filter((line) => line.startsWith(`${platform}:77 `)).reverse();
    expect(trail.filter((line) => !line.includes("link.begin"))).toEqual([
      `${platform}:77 link.claim id:7`,
      `${platform}:77 link.code id:7`,
      `${platform}:77 link.proven id:7`,
    ]);
  });

  test("guessing ends after five tries, and the right code does not do any more", async () => {
    const { claim, type, linked, refusals } = await openDoor(platform);
    const code = await claim("7");
    for (let guess = 0; guess < 5; guess += 1) expect(await type(`0000-000${guess}`)).toContain(FAILED);
    expect(await type(code)).toContain(FAILED);
    expect(await linked("77")).toBeUndefined();
    expect(await refusals("77")).toEqual([1, 2, 3, 4, 5].map((tries) => `wrong code, try ${tries}`).concat("spent"));
  });

  test("a code is good once: replayed after an unlink it does not do", async () => {
    const { desk, claim, type, linked, refusals, store, workspace } = await openDoor(platform);
    const code = await claim("7");
    await type(code);
    await store.tx((tx) => tx.people.unlink(workspace.id, platform, "77"));
    expect(await type(code)).toContain(FAILED);
    expect(await linked("77")).toBeUndefined();
    expect(await refusals("77")).toEqual(["proven"]);
    expect((await desk.audit()).join()).not.toContain(code.slice(0, 4));
  });

  test("of two accounts that race for one code the one that asked for it wins, once", async () => {
    const { claim, type, linked, refusals } = await openDoor(platform);
    const code = await claim("7");
    await claim("8", PETR);
    const answers = await Promise.all([type(code, PETR), type(code), type(code, PETR), type(code)]);
    expect(answers.filter((answer) => answer.includes("Done: you are"))).toHaveLength(1);
    expect([await linked("77"), await linked("88")]).toEqual([7, undefined]);
    expect(await refusals("88")).toEqual(["wrong code, try 1", "wrong code, try 2"]);
  });

  test("a code of another account does not do, and does not cost its owner anything", async () => {
    const { claim, type, linked, refusals } = await openDoor(platform);
    await claim("8", PETR);
    const code = await claim("7");
    for (let theft = 0; theft < 6; theft += 1) expect(await type(code, PETR)).toContain(FAILED);
    expect(await linked("88")).toBeUndefined();
    expect(await refusals("88")).toHaveLength(6);
    expect(await type(code)).toContain("you are Anna Orlova");
  });

  test("a code for another workspace does not do", async () => {
    const { claim, type, linked, refusals, store } = await openDoor(platform);
    const other = await addWorkspace(store, "other");
    const chat = OTHER[platform];
    await store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: other.id, senders: "everyone" }, NOW));
    const code = await claim("7");
    await claim("7", IVAN, chat);
    expect(await type(code, IVAN, chat)).toContain(FAILED);
    expect(await store.read.people.proven(other.id, platform, "77")).toBeUndefined();
    expect(await linked("77")).toBeUndefined();
    expect(await refusals("77")).toEqual(["wrong code, try 1"]);
    const [refused] = await store.read.audit.list({ action: "link.refused", limit: 1 });
    expect(refused?.workspaceId).toBe(other.id);
  });

  test("a code is over after ten minutes", async () => {
    const { desk, claim, type, linked, refusals } = await openDoor(platform);
    const code = await claim("7");
    desk.now += 10 * MINUTE;
    expect(await type(code)).toContain(FAILED);
    expect(await linked("77")).toBeUndefined();
    expect(await refusals("77")).toEqual(["expired"]);
  });

  test("whoever took over the username of the one who asked is somebody else", async () => {
    const { desk, claim, type, linked, refusals } = await openDoor(platform);
    const code = await claim("7");
    const heir: Sender = { ...PETR, username: "ivan" };
    await desk.intake.sighted({
      chat: { platform, chatId: "-100", threadId: "" },
      userId: "88",
      username: "ivan",
      name: "P",
    });
    await claim("8", heir);
    expect(await type(code, heir)).toContain(FAILED);
    expect(await linked("88")).toBeUndefined();
    expect(await refusals("88")).toEqual(["wrong code, try 1"]);
  });

  test("a dismissed employee is sent no code, and one who is dismissed meanwhile is not linked", async () => {
    const { desk, claim, type, linked, refusals, store, workspace } = await openDoor(platform);
    expect(await claim("9")).toBe("");
    expect(await desk.audit()).toContain(`${platform}:77 link.nobody id`);
    const code = await claim("7");
    const person = await store.read.people.byBitrixId(workspace.id, 7);
    await store.tx((tx) => tx.people.leave(person?.id ?? 0, desk.now));
    expect(await type(code)).toContain(FAILED);
    expect(await linked("77")).toBeUndefined();
    expect(await refusals("77")).toEqual(["left the portal meanwhile"]);
  });

  test("how many codes may be asked for is limited, and that is in the trail", async () => {
    const { desk, claim, form } = await openDoor(platform);
    for (let id = 1_001; id <= 1_005; id += 1) await claim(String(id));
    await claim("7");
    expect(await desk.codes()).toEqual([]);
    expect(await desk.audit()).toContain(`${platform}:77 link.limited account`);
    if (platform === "discord") expect(await form({ who: "7" }, IVAN)).toContain("Too many attempts");
  });
});

test("a code that was asked for in Telegram does not do in Discord, even for the same number of an account", async () => {
  const { claim, form, linked, refusals } = await openDoor("telegram");
  const code = await claim("7");
  expect(await form({ code }, IVAN)).toContain(FAILED);
  expect(await linked("77", "discord")).toBeUndefined();
  expect(await refusals("77", "discord")).toEqual(["no code was asked for"]);
});

test("a portal that answers with somebody else than was asked about sends no code", async () => {
  const { desk } = await openDoor("telegram");
  await desk.claim("7");
  const { call } = staffPortal();
  await desk.work({
    ...staffPortal(),
    call: (workspace, { method }, signal) => call(workspace, { method, params: { ID: 8 } }, signal),
  });
  expect(await desk.codes()).toEqual([]);
  expect(await desk.audit()).toContain("telegram:77 link.nobody id");
});
