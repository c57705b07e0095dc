import { describe, expect, test } from "vitest";
import { asked, until } from "./house.ts";
import { watchedScene, webhook } from "./watchedScene.ts";

describe("what changes", () => {
  test("an edit is told, with its embeds; a preview that comes later is none", async () => {
    const { start, discord, house, channel, boris, alerts } = await watchedScene();
    await start();
    const red = { type: "rich", title: "[FIRING] Disk", color: 16711680 };
    const said = discord.say(channel, boris, { webhook, content: "https://a.example", embeds: [red] });
    await until(() => house.entries.length === 1);
    discord.edit(said, { embeds: [red, { type: "link", title: "A page", url: "https://a.example" }], isPreview: true });
    discord.edit(said, { embeds: [{ ...red, title: "[RESOLVED] Disk", color: 65280 }] });
    await until(() => house.entries.length > 1);
    expect(asked(house)).toEqual([`m:${said.id}`, expect.stringMatching(new RegExp(`^m:${said.id}:\\d+$`))]);
    expect(alerts()[1]).toMatchObject({ title: "[RESOLVED] Disk", status: "resolved", edited: true });
  });

  test("an app's answer that is filled in later is told once it says something", async () => {
    const { start, discord, house, guild, channel, boris, alerts } = await watchedScene();
    await start();
    const app = discord.createUser({ username: "pager", bot: true });
    discord.addMember(guild, app);
    const thinking = discord.say(channel, app, { type: 20, flags: 128 });
    const embeds = [{ type: "rich", title: "On call: Anna" }];
    discord.edit(thinking, { embeds, isPreview: true });
    await until(() => house.entries.length === 1);
    discord.edit(thinking, { embeds: [...embeds, { type: "link", title: "x" }], isPreview: true });
    const last = discord.say(channel, boris, { content: "over" });
    await until(() => asked(house).includes(`m:${last.id}`));
    expect(asked(house)).toEqual([`m:${thinking.id}`, `m:${last.id}`]);
    expect(alerts()[0]).toMatchObject({ title: "On call: Anna", author: { kind: "bot", id: app.id } });
  });

  test("deletions are kept, one by one and many at once; of what was not taken in, none", async () => {
    const { start, discord, house, channel, guild, boris } = await watchedScene();
    await start();
    const elsewhere = discord.say(guild.channel("builds"), boris, { content: "elsewhere" });
    const said = ["one", "two", "three"].map((content) => discord.say(channel, boris, { content, webhook }));
    await until(() => house.entries.length === 3);
    discord.delete(elsewhere);
    discord.deleteMany(said.slice(0, 2));
    discord.delete(said[2]?.id ?? "");
    await until(() => house.entries.length === 6);
    expect(asked(house).slice(3)).toEqual(said.map(({ id }) => `d:${id}`));
  });
});

describe("after a gap", () => {
  test("all that a watched channel said is read, the rest of the server is not, and each is told once", async () => {
    const { discord, house, channel, guild, boris, start } = await watchedScene();
    const first = await start();
    const live = discord.say(channel, boris, { content: "live" });
    await until(() => house.cursors.get(channel.id) === live.id);
    await first.stop();
    const missed = [
      discord.say(channel, boris, { content: "by a person" }),
      discord.say(channel, boris, { webhook, embeds: [{ type: "rich", title: "[FIRING] Disk" }] }),
    ];
    discord.say(channel, boris, { type: 6 });
    const thread = discord.createThread(channel, { name: "new" });
    const inThread = discord.say(thread, boris, { content: "in a thread" });
    discord.say(guild.channel("builds"), boris, { content: "elsewhere" });
    await start();
    await until(() => house.entries.length === 4);
    expect(asked(house).toSorted()).toEqual([live, ...missed, inThread].map(({ id }) => `m:${id}`).toSorted());
  });

  test("a copy of which the original was deleted meanwhile is nobody's news", async () => {
    const { discord, house, channel, boris, start } = await watchedScene();
    await (await start()).stop();
    discord.say(channel, boris, { webhook, content: "[Original Message Deleted]", flags: 2 | 8 });
    const last = discord.say(channel, boris, { content: "over" });
    await start();
    await until(() => house.entries.length > 0);
    expect(asked(house)).toEqual([`m:${last.id}`]);
  });

  test("one that could not be stored is read again", async () => {
    const { discord, house, channel, boris, start } = await watchedScene();
    await start();
    let failures = 0;
    house.beforeStore = async () => {
      failures += 1;
      if (failures === 1) throw new Error("disk full");
    };
    const said = discord.say(channel, boris, { content: "disk full" });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`m:${said.id}`]);
  });
});
