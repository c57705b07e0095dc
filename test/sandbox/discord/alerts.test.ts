import type { Message } from "discord.js";
import { expect, test } from "vitest";
import { botFor, discordFor, smallServer } from "./bot.ts";

async function listening() {
  const discord = await discordFor();
  const server = smallServer(discord);
  const client = await botFor(discord);
  const messages: Message[] = [];
  client.on("messageCreate", (message) => void messages.push(message));
  return { discord, messages, ...server };
}

test("a typed #name of an existing channel arrives as its mention, any other #word as text", async () => {
  const { discord, messages, guild, anna, alerts } = await listening();
  discord.say(alerts, anna, { content: "!notify red #ci #night", typed: true });
  await expect.poll(() => messages[0]?.content).toBe(`!notify red <#${guild.channel("ci").id}> #night`);
});

test("a webhook writes under any name, has an id of its own and no member", async () => {
  const { discord, messages, anna, alerts } = await listening();
  discord.say(alerts, anna, {
    webhook: { id: "77", name: "Grafana" },
    embeds: [{ title: "CPU high", color: 0xff0000 }],
  });
  await expect.poll(() => messages.length).toBe(1);
  expect(messages[0]).toMatchObject({ webhookId: "77", applicationId: null, member: null, content: "" });
  expect(messages[0]?.author.username).toBe("Grafana");
  expect(messages[0]?.embeds[0]?.title).toBe("CPU high");
});

test("a forwarded message has its text in the snapshot, without an author", async () => {
  const { discord, messages, anna, guild, alerts } = await listening();
  const original = discord.say(guild.channel("ci"), anna, { content: "disk full" });
  discord.say(alerts, anna, { forward: original });
  await expect.poll(() => messages.length).toBe(2);
  expect(messages[1]?.content).toBe("");
  expect(messages[1]?.messageSnapshots.first()?.content).toBe("disk full");
});

test("a reply carries the message it answers", async () => {
  const { discord, messages, anna, alerts } = await listening();
  const original = discord.say(alerts, anna, { content: "first" });
  discord.say(alerts, anna, { content: "second", replyTo: original });
  await expect.poll(() => messages.length).toBe(2);
  expect(messages[1]?.reference?.messageId).toBe(original.id);
  expect(messages[1]?.mentions.repliedUser?.id).toBe(anna.id);
});

test("an event that Discord delivers twice keeps its id", async () => {
  const { discord, messages, anna, alerts } = await listening();
  const ids: string[] = [];
  const said = discord.say(alerts, anna, { content: "once" });
  await expect.poll(() => messages.length).toBe(1);
  messages[0]?.client.on("raw", (packet: { t: string; d: { id: string } }) => {
    if (packet.t === "MESSAGE_CREATE") ids.push(packet.d.id);
  });
  discord.redeliver(said);
  await expect.poll(() => ids).toEqual([said.id]);
});
