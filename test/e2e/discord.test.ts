import { expect, test } from "vitest";
import { openHouse } from "../support/house.ts";

/** A bound server with two people in it; Anna is mapped by her username alone and has never been seen. */
async function openServer(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options);
  const { discord } = house;
  const guild = discord.createGuild({ name: "Works", channels: ["general", "hidden"], roles: ["On call"] });
  const anna = discord.createUser({ username: "anna_p", globalName: "Anna" });
  const boris = discord.createUser({ username: "boris", globalName: "Boris" });
  for (const user of [anna, boris]) discord.addMember(guild, user);
  expect((await house.cli("chat", "bind", "main", "--discord", guild.id)).code).toBe(0);
  expect((await house.cli("people", "map", "main", "--discord", "anna_p", "--bitrix", "7")).code).toBe(0);
  const start = async () => {
    const running = await house.start();
    await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
    return running;
  };
  const said = (asked: { original(): { content?: string } | undefined }, words: string) =>
    discord.waitFor(() => asked.original()?.content?.includes(words));
  return { ...house, guild, channel: guild.channel("general"), anna, boris, start, said };
}

test("an answer becomes the verdict although the service was killed in between and the portal hung", async () => {
  const { discord, portal, channel, anna, boris, start, said } = await openServer();
  const first = await start();
  portal.faults.add({ kind: "hang", executed: false });
  const options = { to: `<@${anna.id}>`, text: "burning" };
  const asked = discord.interact.slash(channel, boris, { name: "notify", locale: "ru", options });
  await said(asked, "Принято");
  await expect.poll(() => portal.faults.pending).toBe(0);
  await first.kill();
  await start();
  await said(asked, "Доставлено");
  expect(portal.feed(7).map(({ text }) => text)).toEqual([expect.stringContaining("burning")]);
});

test("the message menu takes text and files along from a channel that the bot may not read", async () => {
  const { discord, portal, guild, anna, boris, start, said } = await openServer();
  await start();
  const channel = guild.channel("hidden");
  discord.setPermissions(channel, { view: false, history: false });
  const attachments = [{ name: "план.txt", bytes: Buffer.from("abc") }];
  const message = discord.say(channel, anna, { content: "alarm **x**", attachments });
  const menu = discord.interact.menu(channel, boris, { name: "Notify in Bitrix24", message });
  await discord.waitFor(() => menu.callback);
  const customId = `notify:${channel.id}:${message.id}`;
  const form = discord.interact.modal(channel, boris, { customId, fields: { to: "@anna_p" }, forInteraction: menu });
  await said(form, "Delivered");
  expect(portal.feed(7)[0]?.text).toContain("alarm [b]x[/b]");
  expect(JSON.stringify(portal.feed(7)[0]?.attach)).toMatch(/"план\.txt".*\/media\//);
});

test("whatever is wrong with a slash command is answered in the caller's language", async () => {
  const { discord, portal, channel, boris, start, said } = await openServer();
  await start();
  const mistakes = [
    [{ text: "x" }, "Кого уведомить?"],
    [{ to: ", ," }, "Кого уведомить?"],
    [{ to: "@anna_p" }, "Что сообщить?"],
    [{ to: "<@&123>", text: "x" }, "не получатель"],
    [{ to: "id:0", text: "x" }, "не получатель"],
    [{ to: "@anna_p", text: "x", tag: "#12 3" }, "не тег"],
    [{ to: "@ana_p", text: "x" }, "Не найден"],
  ] as const;
  for (const [options, answer] of mistakes)
    await said(discord.interact.slash(channel, boris, { name: "notify", locale: "ru", options }), answer);
  expect(portal.feed(7)).toEqual([]);
});

test("a mention of a role names a group of that name, whatever blanks it holds, and nobody else", async () => {
  const { discord, portal, guild, channel, boris, start, cli } = await openServer();
  expect((await cli("people", "map", "main", "--discord", "on", "--bitrix", "9")).code).toBe(0);
  await start();
  const role = guild.roles.find(({ name }) => name === "On call");
  discord.say(channel, boris, { content: `!notify <@&${role?.id}> wake up` });
  await discord.waitFor(() => discord.messagesOf(channel).at(-1)?.content.includes("Not found: @On call"));
  expect(portal.feed(9)).toEqual([]);
});
