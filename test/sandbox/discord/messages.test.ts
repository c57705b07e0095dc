import { DiscordAPIError } from "discord.js";
import { expect, test } from "vitest";
import type { Discord } from "../../../sandbox/discord/server.ts";
import { api, botFor, discordFor, smallServer } from "./bot.ts";

const post = (discord: Discord, channel: { id: string }, body: unknown) =>
  api(discord, `POST /channels/${channel.id}/messages`, body);

test.each([
  { why: "2001 characters", body: { content: "x".repeat(2001) }, code: 50035 },
  { why: "nothing at all", body: { content: "  " }, code: 50006 },
  { why: "eleven embeds", body: { embeds: Array.from({ length: 11 }, () => ({ title: "x" })) }, code: 50035 },
  {
    why: "over 6000 characters of embeds",
    body: { embeds: [4096, 2000].map((n) => ({ description: "x".repeat(n) })) },
    code: 50035,
  },
  { why: "a nonce of 26 characters", body: { content: "x", nonce: "n".repeat(26) }, code: 50035 },
  {
    why: "parse and ids of the same kind",
    body: { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
    code: 50035,
  },
  { why: "a reply to nothing", body: { content: "x", message_reference: { message_id: "1" } }, code: 50035 },
])("$why is refused with $code", async ({ body, code }) => {
  const discord = await discordFor();
  const { alerts } = smallServer(discord);
  expect(await post(discord, alerts, body)).toMatchObject({ status: 400, body: { code } });
  expect(discord.messagesOf(alerts)).toEqual([]);
});

test("an ordinary message pings everybody it names, except inside code", async () => {
  const discord = await discordFor();
  const { guild, anna, alerts } = smallServer(discord);
  const role = guild.roles.find((each) => each.name === "oncall")?.id;
  await post(discord, alerts, { content: `@everyone <@${anna.id}> <@&${role}>` });
  await post(discord, alerts, { content: `\`@everyone\` and \`\`\`<@${anna.id}>\`\`\`` });
  expect(discord.pings.map((ping) => ping.whom)).toEqual([[`user:${anna.id}`, `role:${role}`, "everyone"]]);
});

test("with parse: [] nobody is pinged, by a message, a reply or an edit", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const said = discord.say(alerts, anna, { content: "hello" });
  const channel = await client.channels.fetch(alerts.id);
  if (!channel?.isSendable()) throw new Error("no channel");
  const sent = await channel.send({ content: `@everyone <@${anna.id}>`, reply: { messageReference: said.id } });
  await sent.edit(`@here <@${anna.id}> again`);
  expect(discord.pings).toEqual([]);
  expect(discord.messagesOf(alerts).at(-1)).toMatchObject({ pinged: [], edited: true, replyTo: said.id });
});

test("the same enforced nonce returns the first message instead of a second one", async () => {
  const discord = await discordFor();
  const { alerts } = smallServer(discord);
  const body = { content: "once", nonce: "job-1", enforce_nonce: true };
  const first = await post(discord, alerts, body);
  const second = await post(discord, alerts, body);
  expect(second.body).toMatchObject({ id: discord.messagesOf(alerts)[0]?.id });
  expect(first.status).toBe(200);
  expect(discord.messagesOf(alerts)).toHaveLength(1);
});

test("discord.js uploads a file, edits it away and deletes the message", async () => {
  const discord = await discordFor();
  const { alerts } = smallServer(discord);
  const client = await botFor(discord);
  const channel = await client.channels.fetch(alerts.id);
  if (!channel?.isSendable()) throw new Error("no channel");
  const files = [{ attachment: Buffer.from("whole text"), name: "full.txt", description: "all of it" }];
  const sent = await channel.send({ content: "cut", files });
  expect(Buffer.from(discord.messagesOf(alerts)[0]?.attachments[0]?.bytes ?? []).toString()).toBe("whole text");
  await sent.edit({ attachments: [] });
  expect(discord.messagesOf(alerts)[0]?.attachments).toEqual([]);
  await sent.delete();
  expect(discord.messagesOf(alerts)).toEqual([]);
});

test("history is paged newest first, after an id from the oldest beyond it", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const ids = ["a", "b", "c", "d"].map((content) => discord.say(alerts, anna, { content }).id);
  const page = async (query: string) => {
    const { body } = await api(discord, `GET /channels/${alerts.id}/messages?${query}`);
    return Array.isArray(body) ? body.map((message: { content: string }) => message.content) : body;
  };
  expect(await page("limit=2")).toEqual(["d", "c"]);
  expect(await page(`after=${ids[0]}&limit=2`)).toEqual(["c", "b"]);
  expect(await page(`before=${ids[2]}&limit=100`)).toEqual(["b", "a"]);
  expect(await page("limit=101")).toMatchObject({ code: 50035 });
  discord.setPermissions(alerts, { history: false });
  expect(await page("limit=2")).toEqual([]);
});

test("REST hides content too when the portal's switch is off", async () => {
  const discord = await discordFor({ messageContentIntent: false });
  const { anna, alerts } = smallServer(discord);
  const said = discord.say(alerts, anna, {
    content: "secret",
    attachments: [{ name: "a.txt", bytes: Buffer.from("a") }],
  });
  const { body } = await api(discord, `GET /channels/${alerts.id}/messages/${said.id}`);
  expect(body).toMatchObject({ content: "", attachments: [] });
});

test("receipts by reaction follow the channel's permissions", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const said = discord.say(alerts, anna, { content: "x" });
  const react = (emoji: string, method = "PUT") =>
    api(discord, `${method} /channels/${alerts.id}/messages/${said.id}/reactions/${encodeURIComponent(emoji)}/@me`);
  expect((await react("👀")).status).toBe(204);
  expect(discord.reactionsOf(said)).toEqual([{ emoji: "👀", userIds: [discord.bot.id] }]);
  expect((await react("👀", "DELETE")).status).toBe(204);
  expect(discord.reactionsOf(said)).toEqual([]);
  expect(await react("nonsense")).toMatchObject({ status: 400, body: { code: 10014 } });
  discord.setPermissions(alerts, { reactions: false });
  expect(await react("✅")).toMatchObject({ status: 403, body: { code: 50013 } });
  discord.setPermissions(alerts, { view: false });
  expect(await react("✅")).toMatchObject({ status: 403, body: { code: 50001 } });
});

test("a direct message arrives, unless it is closed or there is no common server", async () => {
  const discord = await discordFor();
  const { guild, anna } = smallServer(discord);
  const client = await botFor(discord);
  const user = await client.users.fetch(anna.id);
  await user.send("hello");
  expect(discord.dmsOf(anna)).toMatchObject([{ content: "hello" }]);
  discord.setUser(anna, { dmsClosed: true });
  await expect(user.send("hello")).rejects.toMatchObject({ code: 50007 });
  discord.setUser(anna, { dmsClosed: false });
  discord.removeMember(guild, anna);
  await expect(user.send("hello")).rejects.toMatchObject({ code: 50278 });
});

test("members are found by id and by the start of a name", async () => {
  const discord = await discordFor();
  const { guild, anna } = smallServer(discord);
  const client = await botFor(discord);
  const server = await client.guilds.fetch(guild.id);
  expect((await server.members.fetch(anna.id)).displayName).toBe("Anna K.");
  expect((await server.members.search({ query: "ann" })).map((member) => member.id)).toEqual([anna.id]);
  await expect(server.members.fetch(discord.createUser({ username: "stranger" }).id)).rejects.toBeInstanceOf(
    DiscordAPIError,
  );
});

test("a wrong token is 401, an unknown channel 10003, an unknown path 404", async () => {
  const discord = await discordFor();
  expect(await api(discord, "GET /users/@me", undefined, "wrong")).toMatchObject({ status: 401, body: { code: 0 } });
  expect(await api(discord, "GET /channels/1")).toMatchObject({ status: 404, body: { code: 10003 } });
  expect(await api(discord, "GET /nowhere")).toMatchObject({ status: 404 });
});

test("active threads are listed, archived ones are not", async () => {
  const discord = await discordFor();
  const { guild, alerts } = smallServer(discord);
  const thread = discord.createThread(alerts, { name: "open" });
  discord.createThread(alerts, { name: "old", archived: true });
  const { body } = await api(discord, `GET /guilds/${guild.id}/threads/active`);
  expect(body).toMatchObject({ threads: [{ id: thread.id, parent_id: alerts.id }] });
});
