import { describe, expect, test } from "vitest";
import { adapterFor, setScene, until } from "./house.ts";

const asked = (house: { entries: { externalId: string }[] }) => house.entries.map((entry) => entry.externalId);

describe("typed commands", () => {
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
    expect(house.messages()[0]?.sender).toEqual({ kind: "bot", userId: "77777777777777777", name: "Grafana" });
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

describe("after a gap", () => {
  test("commands given while the service was down are taken in, each once, and the history before is not", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    discord.say(channel, boris, { content: "!notify @anna before the first start" });
    const first = await start();
    const live = discord.say(channel, boris, { content: "!notify @anna live" });
    await until(() => house.cursors.get(channel.id) === live.id);
    await first.stop();
    const missed = Array.from({ length: 230 }, (_, place) =>
      discord.say(channel, boris, { content: place % 100 === 50 ? `!notify @anna ${place}` : `talk ${place}` }),
    );
    await start();
    await until(() => house.cursors.get(channel.id) === missed.at(-1)?.id);
    expect(asked(house)).toEqual([live, missed[50], missed[150]].map((message) => `m:${message?.id}`));
  });

  test("channels and forum posts opened in the meantime are read from their beginning", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: "" };
    const forum = discord.createChannel(guild, { name: "questions", type: 15 });
    discord.say(guild.channel("builds"), boris, { content: "!notify @anna before the first start" });
    const first = await start();
    const live = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === live.id);
    await first.stop();
    const fresh = discord.createChannel(guild, { name: "incident" });
    const inFresh = discord.say(fresh, boris, { content: "!status" });
    const post = discord.createThread(forum, { name: "why" });
    const inPost = discord.say(post, boris, { content: "!whoami" });
    await start();
    await until(() => house.entries.length === 3);
    expect(asked(house).toSorted()).toEqual([live, inFresh, inPost].map((message) => `m:${message.id}`).toSorted());
  });

  test("what was said between two bindings is nobody's command", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    await (await start()).stop();
    const between = discord.say(channel, boris, { content: "!notify @anna stale" });
    const boundAt = Number((BigInt(between.id) >> 22n) + 1_420_070_400_000n) + 1;
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: channel.id, createdAt: boundAt };
    await start();
    await until(() => house.lines.filter(({ message }) => message === "Discord connected").length === 2);
    const said = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === said.id);
    expect(asked(house)).toEqual([`m:${said.id}`]);
  });

  test("a lost session is caught up although the client itself is not started anew", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    await start();
    const before = discord.say(channel, boris, { content: "!notify @anna one" });
    await until(() => house.entries.length === 1);
    discord.dropGateway({ invalidateSession: true });
    const missed = discord.say(channel, boris, { content: "!notify @anna two" });
    const thread = discord.createThread(channel, { name: "new" });
    const inThread = discord.say(thread, boris, { content: "!status" });
    discord.say(guild.channel("builds"), boris, { content: "!notify @anna unwatched" });
    await until(() => house.entries.length === 3, 15_000);
    expect(asked(house).toSorted()).toEqual([before, missed, inThread].map((message) => `m:${message.id}`).toSorted());
  });

  test("a resumed session needs no history, and what comes twice is kept once", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    const reads = () => discord.calls.filter((call) => call.query.includes("after=")).length;
    const before = reads();
    discord.dropGateway();
    const said = discord.say(channel, boris, { content: "!notify @anna resumed" });
    await until(() => house.entries.length === 1);
    discord.redeliver(said);
    const next = discord.say(channel, boris, { content: "!help" });
    await until(() => house.entries.length > 1);
    expect(asked(house)).toEqual([`m:${said.id}`, `m:${next.id}`]);
    expect(reads()).toBe(before);
    expect(discord.gateway.counts.resumed).toBe(1);
  });

  test("a message that Discord never announced is found by looking through the channel", async () => {
    const { discord, house, channel, boris, start } = await setScene({ sweepMs: 300 });
    await start();
    discord.dropGateway({ keepMissed: false });
    const silent = discord.say(channel, boris, { content: "!notify @anna silent" });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`m:${silent.id}`]);
    expect(discord.gateway.counts).toEqual({ identified: 1, resumed: 1 });
  });

  test("a gap that is too long is cut, which is said", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await (await start()).stop();
    const first = discord.say(channel, boris, { content: "!help" });
    for (let place = 0; place < 2_010; place += 1) discord.say(channel, boris, { content: `talk ${place}` });
    const last = discord.say(channel, boris, { content: "!status" });
    await start();
    await until(() => house.cursors.get(channel.id) === last.id);
    expect(asked(house)).toEqual([`m:${first.id}`]);
    expect(house.lines.some((line) => line.level === "warn" && line.message.includes("too long"))).toBe(true);
  });

  test("the service may be started while Discord is down", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await discord.pause();
    const starting = start();
    await until(() => house.lines.some((line) => line.message === "Discord login failed"));
    await discord.resume();
    await starting;
    const said = discord.say(channel, boris, { content: "!help" });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`m:${said.id}`]);
  });

  test("a command that could not be stored keeps the cursor back and is read again", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    const border = house.cursors.get(channel.id);
    let failures = 0;
    house.beforeStore = async () => {
      failures += 1;
      if (failures === 1) throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
    };
    const said = discord.say(channel, boris, { content: "!notify @anna x" });
    discord.say(channel, boris, { content: "talk" });
    await until(() => failures === 1);
    expect(house.cursors.get(channel.id)).toBe(border);
    await until(() => house.entries.length === 1, 12_000);
    expect(asked(house)).toEqual([`m:${said.id}`]);
  });

  test("a channel whose history fails is read again, and talk moves cursors at most once a second", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    await first.stop();
    const missed = discord.say(channel, boris, { content: "!help" });
    discord.faults.add({ kind: "reply", status: 502, route: /\/messages$/, method: "GET", times: 4 });
    const started = start();
    await until(() => house.lines.some((line) => line.message.includes("could not be read")));
    for (let place = 0; place < 20; place += 1) discord.say(channel, boris, { content: `talk ${place}` });
    await started;
    expect(house.cursorWrites).toHaveLength(1);
    await until(() => house.entries.length === 1, 12_000);
    expect(asked(house)).toEqual([`m:${missed.id}`]);
    await until(() => house.cursorWrites.length > 1);
    expect(house.cursorWrites.length).toBeLessThan(4);
  });
});

describe("what the operator must mend", () => {
  test("without the MessageContent switch, slash commands go on and doctor names the switch", async () => {
    const { discord, house, adapter, channel, boris, start } = await setScene({ messageContentIntent: false });
    await start();
    const call = discord.interact.slash(channel, boris, { name: "help" });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`i:${call.id}`]);
    expect(house.lines.some((line) => line.message.includes("Message Content Intent"))).toBe(true);
    const findings = await adapter.findings();
    expect(findings.find((finding) => finding.subject === "Discord message content")).toMatchObject({
      state: "warning",
      fix: expect.stringContaining("Message Content Intent"),
    });
  });

  test("all is well: the token, the switch and the permissions", async () => {
    const { adapter, discord } = await setScene();
    expect((await adapter.findings()).map((finding) => finding.state)).toEqual(["ok", "ok", "ok"]);
    expect(await adapter.identity()).toEqual({
      id: discord.bot.id,
      applicationId: discord.applicationId,
      username: "herald24",
    });
    expect(adapter.inviteLink("5")).toMatch(/client_id=5&scope=bot\+applications.commands&permissions=\d+$/);
  });

  test("a missing permission and a server that is gone are named", async () => {
    const { adapter, discord, channel, guild, house } = await setScene();
    discord.setPermissions(channel, { send: false, history: false });
    const lacking = (await adapter.findings()).at(-1);
    expect(lacking).toMatchObject({
      state: "warning",
      detail: "Works lacks #general: Send Messages, Read Message History, Send Messages in Threads",
    });
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: "" };
    discord.setGuild(guild, "removed");
    expect((await adapterFor(discord, house).findings()).at(-1)).toMatchObject({ state: "broken" });
  });

  test("a refused token ends the run, and stands in no line and no error", async () => {
    const { discord, house } = await setScene();
    const canary = ["canary", "B".repeat(30), "C".repeat(20)].join(".");
    const adapter = adapterFor(discord, house, { token: canary });
    const failure = await adapter.run(new AbortController().signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const findings = await adapter.findings();
    expect(findings).toMatchObject([{ subject: "Discord token", state: "broken" }]);
    expect(JSON.stringify([house.lines, findings, String(failure), (failure as Error).stack])).not.toContain("canary");
  });
});
