import { describe, expect, test } from "vitest";
import { asked, type House, setScene, until } from "./house.ts";

const deleted = (house: House): string[] => asked(house).filter((id) => id.startsWith("d:"));

describe("what was deleted in a gap", () => {
  test("is noticed where the house knows it, in a channel and in its threads, and what is still there is left alone", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    const thread = discord.createThread(channel, { name: "red builds" });
    const say = (content: string, where: { readonly id: string } = channel) => discord.say(where, boris, { content });
    const kept = say("!notify @anna kept");
    const [typed, talk] = [say("!notify @anna typed"), say("just talk")];
    const alsoKept = say("!notify @anna kept, too", thread);
    const inThread = say("!notify @anna in a thread", thread);
    await until(() => house.entries.length === 4);
    await until(() => house.cursors.get(thread.id) === inThread.id);
    await first.stop();
    for (const message of [typed, talk, inThread]) discord.delete(message);
    const last = say("!status");
    await start();
    await until(() => asked(house).includes(`m:${last.id}`) && deleted(house).length > 1);
    expect(deleted(house).toSorted()).toEqual([`d:${typed.id}`, `d:${inThread.id}`].toSorted());
    expect(
      house
        .messages()
        .slice(0, 4)
        .map(({ at }) => at.messageId),
    ).toContain(kept.id);
    expect(asked(house)).toContain(`m:${alsoKept.id}`);
  });

  test("is noticed of the last hundred messages, whether or not anything older is left", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    const far = discord.say(channel, boris, { content: "!notify @anna far" });
    const near = discord.say(channel, boris, { content: "!notify @anna near" });
    const talk = Array.from({ length: 100 }, (_, place) => discord.say(channel, boris, { content: `talk ${place}` }));
    const border = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === border.id);
    await first.stop();
    for (const message of [far, near]) discord.delete(message);
    const second = await start();
    const next = discord.say(channel, boris, { content: "!status" });
    await until(() => house.cursors.get(channel.id) === next.id);
    expect(deleted(house)).toEqual([]);
    await second.stop();
    for (const message of talk.slice(10)) discord.delete(message);
    await start();
    await until(() => deleted(house).length === 2);
    expect(deleted(house)).toEqual([`d:${far.id}`, `d:${near.id}`]);
  });

  test("is noticed when a session is lost, once", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    discord.say(channel, boris, { content: "!help" });
    const said = discord.say(channel, boris, { content: "!notify @anna oops" });
    await until(() => house.cursors.get(channel.id) === said.id);
    discord.dropGateway({ invalidateSession: true });
    discord.delete(said);
    await until(() => deleted(house).length === 1);
    discord.dropGateway({ invalidateSession: true });
    const next = discord.say(channel, boris, { content: "!status" });
    await until(() => asked(house).includes(`m:${next.id}`));
    expect(deleted(house)).toEqual([`d:${said.id}`]);
  });

  test("is noticed of a channel in which nothing is left, but not where the bot may not read any more", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    const said = discord.say(channel, boris, { content: "!notify @anna one" });
    await until(() => house.cursors.get(channel.id) === said.id);
    await first.stop();
    discord.faults.add({ kind: "reply", status: 200, body: [], route: /\/messages$/, method: "GET", times: 2 });
    discord.faults.add({ kind: "reply", status: 403, body: { code: 50001 }, route: /\/messages\/\d+$/, method: "GET" });
    const second = await start();
    await until(() => discord.calls.filter(({ query }) => query.includes("after=")).length > 0);
    await second.stop();
    expect(deleted(house)).toEqual([]);
    discord.delete(said);
    await start();
    await until(() => deleted(house).length > 0);
    expect(deleted(house)).toEqual([`d:${said.id}`]);
  });

  test("is asked for one by one, and neither twice nor where it was no message", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    const first = await start();
    const said = discord.say(channel, boris, { content: "!notify @anna one" });
    await until(() => house.cursors.get(channel.id) === said.id);
    const at = { platform: "discord", chatId: guild.id, threadId: channel.id, messageId: `${BigInt(said.id) - 1n}` };
    house.entries.push({ platform: "discord", externalId: "i:1", payload: JSON.stringify({ at }), receivedAt: 0 });
    await first.stop();
    discord.delete(said);
    const second = await start();
    await until(() => deleted(house).length > 0);
    await second.stop();
    const border = discord.say(channel, boris, { content: "!help" });
    await start();
    await until(() => house.cursors.get(channel.id) === border.id);
    const single = discord.calls.filter(({ method, path }) => method === "GET" && /\/messages\/\d+$/u.test(path));
    expect(single.map(({ path }) => path.split("/").at(-1))).toEqual([said.id]);
  });

  test("is what the original of a copy was, where the channel is followed from elsewhere", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    house.watched.push(...house.bound);
    const first = await start();
    const copy = discord.say(channel, boris, { content: "[FIRING] Disk", flags: 2 });
    await until(() => house.cursors.get(channel.id) === copy.id);
    await first.stop();
    discord.edit(copy, { content: "[Original Message Deleted]", flags: 2 | 8 });
    const next = discord.say(channel, boris, { content: "over" });
    await start();
    await until(() => asked(house).includes(`m:${next.id}`));
    expect(deleted(house)).toEqual([`d:${copy.id}`]);
  });
});
