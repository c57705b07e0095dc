import { expect, test } from "vitest";
import type { Portal } from "../../sandbox/bitrix24/portal.ts";
import { openGroup } from "../support/group.ts";

/** The code that a person was sent, as they read it in Bitrix24. */
const codeFor = async (portal: Portal, id: number): Promise<string> => {
  await expect.poll(() => portal.feed(id).length).toBe(1);
  return /\[b\](?<code>\w{4}-\w{4})\[\/b\]/u.exec(portal.feed(id)[0]?.text ?? "")?.groups?.code ?? "";
};

test("in Telegram the way leads from /link in a group through the private chat to a linked account that may send", async () => {
  const { portal, telegram, ivan, group, start, cli, answered, reacted } = await openGroup();
  expect((await cli("chat", "bind", "main", "--telegram", String(group.id), "--senders", "linked")).code).toBe(0);
  await start();
  telegram.say(group, ivan, "/notify @boris too early");
  await answered("Only people linked");
  telegram.say(group, ivan, "/link");
  const invited = await answered("t.me/");
  const payload = /start=(?<payload>\S+)/u.exec(invited.message.text ?? "")?.groups?.payload;

  const own = telegram.createChat({ type: "private", user: ivan });
  const told = (text: string) =>
    telegram.waitFor(() => telegram.postsOf(own).find(({ message }) => message.text?.includes(text)));
  telegram.say(own, ivan, `/start ${payload}`);
  await told("Who are you in Bitrix24");
  telegram.say(own, ivan, "anna@company.example");
  await told("If that person exists");
  const code = await codeFor(portal, 7);
  expect(portal.feed(7)[0]?.text).toContain(`id ${ivan.id}`);
  telegram.say(own, ivan, code);
  await told("you are Anna Orlova, user 7");

  const sent = telegram.say(group, ivan, "/notify @boris now");
  await reacted(sent.message_id, "👍");
  expect(portal.feed(8).map(({ text }) => text)).toEqual([expect.stringContaining("now")]);
  const { out } = await cli("audit", "list", "--json");
  expect(out).toContain("link.proven");
  expect(out).not.toContain(code.slice(0, 4));
});

test("in Discord it takes two forms, which only the caller sees, in the caller's language", async () => {
  const { portal, discord, oleg, guild, channel, start, cli } = await openGroup();
  expect((await cli("chat", "bind", "main", "--discord", guild.id, "--senders", "linked")).code).toBe(0);
  await start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  const said = (asked: { original(): { content?: string } | undefined }, words: string) =>
    discord.waitFor(() => asked.original()?.content?.includes(words));
  const open = async (name: string) => {
    const asked = discord.interact.slash(channel, oleg, { name, locale: "ru" });
    await discord.waitFor(() => asked.callback);
    return asked;
  };
  const fill = async (fields: Record<string, string>) =>
    discord.interact.modal(channel, oleg, {
      customId: "link",
      locale: "ru",
      fields,
      forInteraction: await open("link"),
    });

  await said(await fill({ who: "id:7" }), "Если такой человек есть");
  const code = await codeFor(portal, 7);
  await said(await fill({ code: "0000-0000" }), "Этот код не подходит");
  await said(await fill({ code }), "вы Anna Orlova");
  await said(await open("whoami"), "Anna Orlova");
  await said(await open("link"), "Вы уже связаны");

  const options = { to: "@boris", text: "привет" };
  await said(discord.interact.slash(channel, oleg, { name: "notify", options }), "Delivered");
  expect(portal.feed(8)).toHaveLength(1);
  await said(await open("unlink"), "больше не связаны");
  await said(discord.interact.slash(channel, oleg, { name: "notify", options }), "Only people linked");
});

test("in Discord's private dialogue the code is typed as a word", async () => {
  const { portal, discord, oleg, channel, start } = await openGroup();
  await start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  const asked = discord.interact.slash(channel, oleg, { name: "link" });
  await discord.waitFor(() => asked.callback);
  discord.interact.modal(channel, oleg, { customId: "link", fields: { who: "8" }, forInteraction: asked });
  const code = await codeFor(portal, 8);
  const own = discord.dm(oleg);
  discord.say(own, oleg, { content: code });
  await discord.waitFor(() => discord.messagesOf(own).find(({ content }) => content.includes("you are Boris Lang")));
});
