import { expect, test } from "vitest";
import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { openStore } from "../../adapters/database/store.ts";
import type { Notification } from "../../sandbox/bitrix24/feeds.ts";
import { DEFAULT_OPTIONS } from "../../src/core/rule.ts";
import { openGroup } from "../support/group.ts";

const SOON = { interval: 20 };
type Group = Awaited<ReturnType<typeof openGroup>>;

/** Everything that a hook tells goes to Anna and Boris, to the Telegram group and to the Discord channel. */
async function openSides(options: Parameters<typeof openGroup>[0] = {}) {
  const house = await openGroup(options);
  const { out } = await house.cli("hook", "add", "main", "source", "--kind", "generic", "--json");
  const hook = JSON.parse(out) as { id: number; address: string };
  await addRule(house, hook.id);
  const { url } = await house.start();
  const raise = (title: string, more: object = {}) =>
    fetch(hook.address, {
      method: "POST",
      body: JSON.stringify({ title, key: title, delivery: title, severity: "error", fields: { host: "db1" }, ...more }),
    });
  const { telegram, discord, portal, group, channel } = house;
  const shownTo = (bitrixId: number, title: string) => portal.feed(bitrixId).filter(({ text }) => text.includes(title));
  const postIn = {
    telegram: (title: string) => telegram.postsOf(group).find(({ message }) => message.text?.includes(title))?.message,
    discord: (title: string) => discord.messagesOf(channel).find(({ content }) => content.includes(title)),
  };
  /** Resolves when everybody sees it open: both persons, and both chats with a button. */
  const shown = async (title: string) => {
    await expect.poll(() => [shownTo(7, title).length, shownTo(8, title).length], SOON).toEqual([1, 1]);
    await expect.poll(() => JSON.stringify(postIn.telegram(title)), SOON).toContain("callback_data");
    await expect.poll(() => postIn.discord(title)?.components.length, SOON).toBe(1);
  };
  /** Resolves when everybody sees who has it, once, and nobody is offered to take it any more. */
  const taken = async (title: string, by: string) => {
    for (const person of [7, 8]) {
      await expect.poll(() => shownTo(person, title).map(({ text }) => text.includes(by)), SOON).toEqual([true]);
      expect(shownTo(person, title)[0] && linkIn(shownTo(person, title)[0])).toBeUndefined();
    }
    await expect.poll(() => postIn.telegram(title)?.text, SOON).toContain(by);
    expect(JSON.stringify(postIn.telegram(title))).not.toContain("callback_data");
    await expect.poll(() => postIn.discord(title)?.content, SOON).toContain(by);
    expect(postIn.discord(title)?.components).toEqual([]);
  };
  return { ...house, url, raise, shown, taken, shownTo, postIn };
}

async function addRule({ env, group, guild, channel }: Group, hookId: number): Promise<void> {
  const { keys } = loadSecretKeys({ value: undefined, dataDir: env.DATA_DIR ?? "", mayCreate: false });
  const databaseUrl = env.DATABASE_URL ?? "";
  const store = await openStore({ databaseUrl, secretKeys: keys, mayCreate: false, version: "0", clock: Date.now });
  const chats = [
    { platform: "telegram", chatId: String(group.id), threadId: "" },
    { platform: "discord", chatId: guild.id, threadId: channel.id },
  ] as const;
  const targets = [
    ...[7, 8].map((bitrixId) => ({ kind: "person", bitrixId }) as const),
    ...chats.map((chat) => ({ kind: "chat", chat }) as const),
  ];
  const definition = { source: { kind: "hook", hookId }, filter: {}, targets, options: DEFAULT_OPTIONS } as const;
  await store.tx((tx) => tx.rules.add({ workspaceId: 1, name: "all", ...definition }, Date.now()));
  await store.close();
}

/** Where a recipient is asked to say "I have it". */
const linkIn = (notification: Notification | undefined): string | undefined =>
  /"(?<address>http[^"]+\/ack\/[^"]+)"/u.exec(JSON.stringify(notification?.attach ?? {}))?.groups?.address;

test("by the link in a notification: both chats and the other person see who has it, once", async () => {
  const { raise, shown, taken, shownTo } = await openSides();
  await raise("Disk full");
  await shown("Disk full");
  const [mine] = shownTo(7, "Disk full");
  expect(mine?.attach?.colorToken).toBe("alert");
  expect(JSON.stringify(mine?.attach)).toContain('"NAME":"host","VALUE":"db1"');
  expect(mine?.messageOut).toContain("host: db1");
  const address = linkIn(mine) ?? "";
  expect(mine?.messageOut).toContain(address);
  expect(linkIn(shownTo(8, "Disk full")[0])).not.toBe(address);
  expect(await (await fetch(address)).text()).toContain("<form");
  const answer = await fetch(address, { method: "POST" });
  expect(await answer.text()).toContain("You have it");
  await taken("Disk full", "Anna Orlova has it since");
  expect(shownTo(8, "Disk full")[0]?.attach?.colorToken).toBe("base");
});

test("by the button in Telegram: the presser is told in passing, and the page, Discord and both persons see it", async () => {
  const { raise, shown, taken, shownTo, postIn, telegram, group, ivan } = await openSides();
  await raise("Queue stuck");
  await shown("Queue stuck");
  const address = linkIn(shownTo(7, "Queue stuck")[0]) ?? "";
  const post = postIn.telegram("Queue stuck");
  const data = /"callback_data":"(?<data>[^"]+)"/u.exec(JSON.stringify(post))?.groups?.data ?? "";
  const query = telegram.press(group, ivan, post?.message_id ?? 0, data);
  await taken("Queue stuck", "Ivan has it since");
  const said = await telegram.waitFor(() => telegram.callbackAnswers.find(({ id }) => id === query));
  expect(said.text).toBe("You have it: Queue stuck");
  const page = await (await fetch(address)).text();
  expect(page).toContain("Ivan has it since");
  expect(page).not.toContain("<form");
});

test("by the button in Discord: the presser is answered alone, whoever presses later hears who has it, and what is over is over", async () => {
  const { raise, shown, taken, postIn, discord, channel, guild, oleg } = await openSides();
  await raise("Build red");
  await shown("Build red");
  const message = postIn.discord("Build red");
  const customId = /"custom_id":"(?<data>[^"]+)"/u.exec(JSON.stringify(message))?.groups?.data ?? "";
  const kira = discord.createUser({ username: "kira", globalName: "Kira" });
  discord.addMember(guild, kira);
  const press = (who: typeof oleg) =>
    discord.interact.button(channel, who, { message: { id: message?.id ?? "" }, customId });
  const first = press(oleg);
  await discord.waitFor(() => first.callback);
  // The button is still there while the first press is on its way.
  const second = press(kira);
  await taken("Build red", "Oleg has it since");
  await expect.poll(() => first.original()?.content, SOON).toBe("You have it: Build red");
  await expect.poll(() => second.original()?.content, SOON).toMatch(/^Oleg has it since \d\d:\d\d: Build red$/u);
  expect(first.original()?.ephemeral).toBe(true);
  await raise("Build red", { delivery: "over", status: "resolved" });
  await expect.poll(() => postIn.discord("Build red")?.content, SOON).toContain("Resolved");
});

test("by the command, as a reply in Telegram and by its number in Discord", async () => {
  const { raise, shown, taken, postIn, telegram, group, ivan, discord, channel, oleg, answered } = await openSides({
    isPublic: false,
  });
  await raise("One down");
  await raise("Two down");
  await shown("One down");
  await shown("Two down");
  telegram.say(group, ivan, { text: "/ack", replyTo: postIn.telegram("One down")?.message_id ?? 0 });
  await answered("You have it: One down");
  await taken("One down", "Ivan has it since");
  const listed = discord.interact.slash(channel, oleg, { name: "ack" });
  const list = () => listed.original()?.content ?? "";
  await expect.poll(list, SOON).toContain("Two down");
  const number = /#(?<number>\d+) [^\n]*Two down/u.exec(list())?.groups?.number ?? "";
  discord.interact.slash(channel, oleg, { name: "ack", options: { incident: number } });
  await taken("Two down", "Oleg has it since");
});
