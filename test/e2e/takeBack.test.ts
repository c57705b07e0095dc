import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("in Telegram an edited command replaces its notification", async () => {
  const { portal, telegram, ivan, group, start, reacted } = await openGroup();
  await start();
  const message = telegram.say(group, ivan, "/notify @anna Build is red");
  await reacted(message.message_id, "👍");
  telegram.edit(group, message.message_id, { text: "/notify @anna Build is green" });
  await expect.poll(() => portal.feed(7).map(({ text }) => text)).toEqual([expect.stringContaining("green")]);
});

test("in Discord an edited command replaces its notification, and a deleted one takes it back, each or many at once", async () => {
  const { portal, discord, channel, oleg, start, cli } = await openGroup();
  await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  const say = (content: string) => discord.say(channel, oleg, { content });
  const first = say("!notify @anna one");
  await expect.poll(() => portal.feed(7).length).toBe(1);
  discord.edit(first, { content: "!notify @anna uno" });
  await expect.poll(() => portal.feed(7).map(({ text }) => text)).toEqual([expect.stringContaining("uno")]);
  discord.delete(first);
  await expect.poll(() => portal.feed(7).length).toBe(0);
  const many = [say("!notify @anna two"), say("just talk"), say("!notify @boris three")];
  await expect.poll(() => portal.feed(7).length + portal.feed(8).length).toBe(2);
  discord.deleteMany(many);
  await expect.poll(() => portal.feed(7).length + portal.feed(8).length).toBe(0);
  const verdicts = async () => {
    const listed = JSON.parse((await cli("deliveries", "list", "--json")).out) as readonly { verdict: string }[];
    return [...new Set(listed.map(({ verdict }) => verdict))];
  };
  await expect.poll(verdicts).toEqual(["recalled"]);
});

test("a Discord command that is deleted before it went out is never sent", async () => {
  const { portal, discord, channel, oleg, start, cli } = await openGroup();
  await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  portal.setDown(true);
  const message = discord.say(channel, oleg, { content: "!notify @anna oops" });
  discord.delete(message);
  await expect.poll(async () => (await cli("deliveries", "list", "--json")).out).toContain('"recalled"');
  portal.setDown(false);
  discord.say(channel, oleg, { content: "!notify @boris afterwards" });
  await expect.poll(() => portal.feed(8).length).toBe(1);
  expect(portal.allNotifications.filter(({ recipientId }) => recipientId === 7)).toEqual([]);
});

test("what was deleted in Discord while the service was down is taken back afterwards, an alert of a rule as well", async () => {
  const { portal, discord, guild, channel, oleg, start, cli } = await openGroup();
  const rule = ["rule", "add", "main", "alerts", "--from", `discord:${guild.id}/${channel.id}`, "--to", "@boris"];
  expect(await cli(...rule)).toMatchObject({ code: 0 });
  const first = await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  const typed = discord.say(channel, oleg, { content: "!notify @anna oops" });
  const alert = discord.say(channel, oleg, { content: "Disk is full" });
  const edited = discord.say(channel, oleg, { content: "!notify @anna oops, too" });
  const kept = discord.say(channel, oleg, { content: "!notify @anna this one" });
  await expect.poll(() => [portal.feed(7).length, portal.feed(8).length]).toEqual([3, 1]);
  discord.edit(edited, { content: "!notify @anna oops again" });
  discord.edit(kept, { content: "!notify @anna this one stays" });
  const texts = () => portal.feed(7).map(({ text }) => text.split("\n").at(-1));
  await expect.poll(texts).toEqual(expect.arrayContaining(["oops again", "this one stays"]));
  await first.kill();
  for (const message of [typed, alert, edited]) discord.delete(message);
  discord.say(channel, oleg, { content: "!notify @anna said meanwhile" });
  await start();
  await expect.poll(() => portal.feed(8).length).toBe(0);
  await expect.poll(() => texts().toSorted()).toEqual(["said meanwhile", "this one stays"]);
});

test("an alert that was the last word before the service went down keeps nothing back that was said afterwards", async () => {
  const { portal, discord, guild, channel, oleg, start, cli } = await openGroup();
  const rule = ["rule", "add", "main", "alerts", "--from", `discord:${guild.id}/${channel.id}`, "--to", "@boris"];
  expect(await cli(...rule)).toMatchObject({ code: 0 });
  const first = await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  discord.say(channel, oleg, { content: "Disk is full" });
  await expect.poll(() => portal.feed(8).length).toBe(1);
  await first.kill();
  discord.say(channel, oleg, { content: "Disk is very full" });
  await start();
  await expect.poll(() => portal.feed(8).length).toBe(2);
});
