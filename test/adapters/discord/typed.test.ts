import { describe, expect, test } from "vitest";
import { asked, setScene, until } from "./house.ts";

describe("typed commands", () => {
  test("of a channel are one lane, and only new ones may be shed", async () => {
    const { discord, house, channel, boris, guild, start } = await setScene();
    await start();
    const said = discord.say(channel, boris, { content: "!notify x one", typed: true });
    await until(() => house.entries.length === 1);
    discord.edit(said, { content: "!notify x two" });
    await until(() => house.entries.length === 2);
    const lane = `${guild.id}/${channel.id}`;
    expect(house.entries.map((entry) => [entry.lane, entry.sender])).toEqual([
      [lane, boris.id],
      [lane, undefined],
    ]);
  });

  test("come with mentions, files, the message replied to and a channel in place of a tag", async () => {
    const { discord, house, channel, anna, boris, guild, start } = await setScene();
    await start();
    const original = discord.say(channel, anna, { content: "it **burns**" });
    const said = discord.say(channel, boris, {
      content: `!notify <@${anna.id}> look \\#now #builds`,
      typed: true,
      replyTo: original,
      attachments: [
        { name: "отчёт.pdf", bytes: Buffer.from("%PDF"), contentType: "application/pdf" },
        { name: "SPOILER_a.png", bytes: Buffer.from("p"), contentType: "image/png" },
      ],
    });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`m:${said.id}`]);
    const [message] = house.messages();
    expect(message).toMatchObject({
      at: { platform: "discord", chatId: guild.id, threadId: channel.id, messageId: said.id },
      sender: { kind: "person", userId: boris.id, username: "boris", name: "Bo" },
      place: { kind: "group", title: "Works #general" },
      repliedTo: {
        messageId: original.id,
        author: "Anna",
        text: [{ text: "it " }, { text: "burns", styles: ["bold"] }],
      },
      media: [
        { kind: "file", name: "отчёт.pdf", size: 4 },
        { kind: "picture", name: "a.png", spoiler: true },
      ],
      link: `https://discord.com/channels/${guild.id}/${channel.id}/${said.id}`,
      edited: false,
    });
    expect(message?.text).toEqual([
      { text: "!notify " },
      { text: "@Anna", mention: { userId: anna.id, username: "anna_p" } },
      { text: " look \\#now " },
      { text: "#builds", channel: true },
    ]);
    expect(message).not.toHaveProperty("interaction");
  });

  test("are told from talk, from unknown words, and from our own messages", async () => {
    const { discord, house, adapter, channel, boris, start, guild } = await setScene();
    await start();
    discord.say(channel, boris, { content: "notify me" });
    discord.say(channel, boris, { content: "!important" });
    discord.say(channel, boris, { content: "so !notify" });
    await adapter.messenger.post({ platform: "discord", chatId: guild.id, threadId: channel.id }, "!help");
    const last = discord.say(channel, boris, { content: "!помощь" });
    await until(() => house.entries.length > 0);
    expect(asked(house)).toEqual([`m:${last.id}`]);
  });

  test("of webhooks and bots say so", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    discord.say(channel, boris, { content: "!notify @anna x", webhook: { id: "77777777777777777", name: "Grafana" } });
    await until(() => house.entries.length === 1);
    expect(house.messages()[0]?.sender).toEqual({
      kind: "bot",
      userId: "77777777777777777",
      name: "Grafana",
      via: { kind: "webhook" },
    });
  });

  test("work in private, and in a thread of a bound channel, which counts as that channel", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    await start();
    const direct = discord.say(discord.dm(boris), boris, { content: "!whoami" });
    const thread = discord.createThread(channel, { name: "aside" });
    const inThread = discord.say(thread, boris, { content: "!status" });
    await until(() => house.entries.length === 2);
    expect(house.messages()[0]).toMatchObject({
      at: { chatId: "@me", threadId: direct.channelId, messageId: direct.id },
      place: { kind: "private", title: "Boris" },
    });
    expect(house.messages()[1]?.at).toEqual({
      platform: "discord",
      chatId: guild.id,
      threadId: channel.id,
      messageId: `${thread.id}/${inThread.id}`,
    });
  });

  test("are taken in again when edited, but not for a preview that came later", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    const said = discord.say(channel, boris, { content: "!notify @anna https://a.example" });
    await until(() => house.entries.length === 1);
    discord.edit(said, { embeds: [{ type: "link", title: "A", url: "https://a.example" }], isPreview: true });
    discord.edit(said, { content: "!notify @anna better" });
    await until(() => house.entries.length > 1);
    expect(house.entries).toHaveLength(2);
    expect(asked(house)[1]).toMatch(new RegExp(`^m:${said.id}:\\d+$`));
    expect(house.messages()[1]).toMatchObject({ edited: true, text: [{ text: "!notify @anna better" }] });
  });

  test("the authors of a bound chat are sighted, those of other chats are not", async () => {
    const { discord, house, channel, guild, anna, boris, start } = await setScene();
    await start();
    discord.say(guild.channel("builds"), anna, { content: "hello" });
    discord.say(channel, boris, { content: "hi" });
    await until(() => house.sightings.length > 0);
    expect(house.sightings).toMatchObject([{ userId: boris.id, username: "boris", name: "Bo" }]);
  });
});
