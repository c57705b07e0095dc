import { GatewayIntentBits, type Message } from "discord.js";
import { expect, test } from "vitest";
import { botFor, clientFor, discordFor, smallServer } from "./bot.ts";

const collect = (client: Awaited<ReturnType<typeof botFor>>) => {
  const messages: Message[] = [];
  client.on("messageCreate", (message) => void messages.push(message));
  return messages;
};

test("discord.js logs in and knows its servers, channels and roles, but of the members only itself", async () => {
  const discord = await discordFor();
  const { guild } = smallServer(discord);
  const client = await botFor(discord);
  const known = client.guilds.cache.get(guild.id);
  expect(known?.channels.cache.map((channel) => channel.name)).toEqual(["alerts", "ci"]);
  expect(known?.roles.cache.map((role) => role.name)).toContain("oncall");
  expect(known?.members.cache.map((member) => member.id)).toEqual([discord.bot.id]);
});

test("a message reaches the bot with its content, mentions, nickname and a Cyrillic file name in the title", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const messages = collect(client);
  discord.say(alerts, anna, {
    content: `hello <@${discord.bot.id}> in <#${alerts.id}>`,
    attachments: [{ name: "отчёт 1.png", bytes: Buffer.from("x") }],
  });
  await expect.poll(() => messages.length).toBe(1);
  const [message] = messages;
  expect(message?.member?.nickname).toBe("Anna K.");
  expect(message?.mentions.users.has(discord.bot.id)).toBe(true);
  expect(message?.attachments.first()).toMatchObject({ name: "1.png", title: "отчёт 1", contentType: "image/png" });
});

test("without the MessageContent intent the fields come empty, except when the bot is mentioned or in a DM", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const { Guilds, GuildMessages, DirectMessages } = GatewayIntentBits;
  const client = await botFor(discord, [Guilds, GuildMessages, DirectMessages]);
  const messages = collect(client);
  discord.say(alerts, anna, { content: "hidden", embeds: [{ title: "also hidden" }] });
  discord.say(alerts, anna, { content: `<@${discord.bot.id}> seen` });
  discord.say(discord.dm(anna), anna, { content: "seen too" });
  await expect.poll(() => messages.length).toBe(3);
  expect(messages.map((message) => message.content)).toEqual(["", `<@${discord.bot.id}> seen`, "seen too"]);
  expect(messages[0]?.embeds).toEqual([]);
});

test("a privileged intent that the portal has switched off ends the login", async () => {
  const discord = await discordFor({ messageContentIntent: false });
  await expect(clientFor(discord).login(discord.token)).rejects.toThrow("Used disallowed intents");
});

test("a wrong token ends the login", async () => {
  const discord = await discordFor();
  await expect(clientFor(discord).login("not-the-token")).rejects.toThrow("An invalid token was provided");
});

test("what was said while the line was down is replayed, in order, when the session resumes", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const messages = collect(client);
  discord.dropGateway();
  discord.say(alerts, anna, { content: "one" });
  discord.say(alerts, anna, { content: "two" });
  await discord.waitFor(() => discord.gateway.counts.resumed === 1);
  await expect.poll(() => messages.map((message) => message.content)).toEqual(["one", "two"]);
  expect(discord.gateway.counts.identified).toBe(1);
});

test("a RECONNECT request is followed by a resume", async () => {
  const discord = await discordFor();
  smallServer(discord);
  await botFor(discord);
  discord.dropGateway({ politely: true });
  await discord.waitFor(() => discord.gateway.counts.resumed === 1);
});

test("after an invalidated session the gap is filled from the history, oldest page first", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const seenLast = discord.say(alerts, anna, { content: "seen" });
  const client = await botFor(discord);
  const messages = collect(client);
  const isReadyAgain = new Promise((resolve) => client.once("shardReady", resolve));
  discord.dropGateway({ invalidateSession: true });
  for (const content of ["a", "b", "c"]) discord.say(alerts, anna, { content });
  await isReadyAgain;
  const channel = await client.channels.fetch(alerts.id);
  if (!channel?.isTextBased()) throw new Error("no text channel");
  const page = await channel.messages.fetch({ after: seenLast.id, limit: 2, cache: false });
  expect(page.map((message) => message.content)).toEqual(["b", "a"]);
  expect(messages).toEqual([]);
});

test("a silent gap loses events although the session resumes", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const messages = collect(client);
  discord.dropGateway({ keepMissed: false });
  discord.say(alerts, anna, { content: "lost" });
  await discord.waitFor(() => discord.gateway.counts.resumed === 1);
  discord.say(alerts, anna, { content: "heard" });
  await expect.poll(() => messages.map((message) => message.content)).toEqual(["heard"]);
});

test("a link preview updates the message without marking it edited, a real edit marks it", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const updates: (number | null)[] = [];
  client.on("messageUpdate", (_before, after) => void updates.push(after.editedTimestamp));
  const said = discord.say(alerts, anna, { content: "https://example.org" });
  discord.edit(said, { embeds: [{ title: "Example" }], isPreview: true });
  discord.edit(said, { content: "changed" });
  await expect.poll(() => updates.length).toBe(2);
  expect(updates).toEqual([null, expect.any(Number)]);
});

test("deletions, reactions, threads and removals are told", async () => {
  const discord = await discordFor();
  const { guild, anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const told: string[] = [];
  client.on("messageDelete", () => void told.push("delete"));
  client.on("messageReactionAdd", (reaction) => void told.push(`reaction ${reaction.emoji.name}`));
  client.on("threadCreate", (thread) => void told.push(`thread ${thread.parentId}`));
  client.on("guildDelete", () => void told.push("left"));
  const said = discord.say(alerts, anna, { content: "x" });
  discord.react(said, anna, "✅");
  discord.delete(said);
  discord.createThread(alerts, { name: "details" });
  discord.setGuild(guild, "removed");
  await expect.poll(() => told).toEqual(["reaction ✅", "delete", `thread ${alerts.id}`, "left"]);
});

test("a hidden channel sends nothing", async () => {
  const discord = await discordFor();
  const { guild, anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const messages = collect(client);
  discord.setPermissions(alerts, { view: false });
  discord.say(alerts, anna, { content: "hidden" });
  discord.say(guild.channel("ci"), anna, { content: "open" });
  await expect.poll(() => messages.map((message) => message.content)).toEqual(["open"]);
});

test("after an outage the client finds the same address again", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const messages = collect(client);
  const isBack = new Promise((resolve) => client.once("shardReady", resolve));
  await discord.pause();
  await discord.resume();
  await Promise.race([isBack, discord.waitFor(() => discord.gateway.counts.resumed === 1)]);
  discord.say(alerts, anna, { content: "back" });
  await expect.poll(() => messages.map((message) => message.content)).toEqual(["back"]);
});
