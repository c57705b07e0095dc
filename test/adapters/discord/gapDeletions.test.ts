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

  test("is not concluded from a channel that shows nothing, since the bot may have lost the right to read it", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    const said = discord.say(channel, boris, { content: "!notify @anna one" });
    await until(() => house.cursors.get(channel.id) === said.id);
    await first.stop();
    discord.delete(said);
    const next = discord.say(channel, boris, { content: "!status" });
    await start();
    await until(() => asked(house).includes(`m:${next.id}`));
    expect(deleted(house)).toEqual([]);
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
