import { describe, expect, test } from "vitest";
import { asked, setScene, until } from "./house.ts";

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

  test("a gap is read also where ids only count, and tell no time", async () => {
    let last = 1_000_000_000_000_000_100n;
    const newId = () => {
      last += 1n;
      return String(last);
    };
    const { discord, house, channel, guild, boris, start } = await setScene({ newId });
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: "", createdAt: Date.now() };
    const first = await start();
    const live = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === live.id);
    await first.stop();
    const missed = discord.say(channel, boris, { content: "!notify @anna missed" });
    const fresh = discord.createChannel(guild, { name: "incident" });
    const inFresh = discord.say(fresh, boris, { content: "!status" });
    await start();
    await until(() => house.entries.length === 3);
    expect(asked(house).toSorted()).toEqual([live, missed, inFresh].map(({ id }) => `m:${id}`).toSorted());
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
    await until(() => house.entries.length === 3);
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

  test("what a server said during its outage is read when that is over, although the session never broke", async () => {
    const { discord, house, channel, guild, boris, start } = await setScene();
    await start();
    const before = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === before.id);
    discord.setGuild(guild, "outage");
    const unheard = discord.say(channel, boris, { content: "!notify @anna unheard" });
    discord.setGuild(guild, "present");
    await until(() => asked(house).includes(`m:${unheard.id}`));
    expect(discord.gateway.counts).toEqual({ identified: 1, resumed: 0 });
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
    await until(() => house.entries.length === 1);
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
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`m:${missed.id}`]);
    await until(() => house.cursorWrites.length > 1);
    expect(house.cursorWrites.length).toBeLessThan(4);
  });
});

describe("what was edited in a gap", () => {
  const edition = (id: string) => expect.stringMatching(new RegExp(`^m:${id}:\\d+$`));

  test("is read although it was said before, also where a rule listens; what was edited before is not told twice", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    house.watched.push(...house.bound);
    const untouched = discord.say(channel, boris, { content: "before the first start" });
    discord.edit(untouched, { content: "edited before the first start" });
    const first = await start();
    const told = discord.say(channel, boris, { content: "[FIRING] Disk" });
    const command = discord.say(channel, boris, { content: "!notify @anna red" });
    const heard = discord.say(channel, boris, { content: "live" });
    await until(() => house.entries.length === 3);
    discord.edit(heard, { content: "live, edited" });
    await until(() => house.entries.length === 4);
    await until(() => house.cursors.get(channel.id) === heard.id);
    await first.stop();
    discord.edit(told, { content: "[RESOLVED] Disk" });
    discord.edit(command, { content: "!notify @anna green" });
    const last = discord.say(channel, boris, { content: "in the gap" });
    await start();
    await until(() => asked(house).includes(`m:${last.id}`));
    expect(asked(house).slice(4)).toEqual([edition(told.id), edition(command.id), `m:${last.id}`]);
  });

  test("is read when a session is lost, from the last hundred messages before, with one look at each channel", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    const far = discord.say(channel, boris, { content: "!notify @anna far" });
    const near = discord.say(channel, boris, { content: "!notify @anna near" });
    for (let place = 0; place < 98; place += 1) discord.say(channel, boris, { content: `talk ${place}` });
    const border = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === border.id);
    discord.dropGateway({ invalidateSession: true });
    discord.edit(far, { content: "!notify @anna too far" });
    discord.edit(near, { content: "!notify @anna nearer" });
    const missed = discord.say(channel, boris, { content: "!status" });
    await until(() => asked(house).includes(`m:${missed.id}`));
    expect(asked(house).slice(3)).toEqual([edition(near.id), `m:${missed.id}`]);
    expect(discord.calls.filter(({ query }) => query.includes("before="))).toHaveLength(1);
  });

  test("is tried again while the channel cannot be read", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    const first = await start();
    const said = discord.say(channel, boris, { content: "!notify @anna red" });
    await until(() => house.cursors.get(channel.id) === said.id);
    await first.stop();
    discord.edit(said, { content: "!notify @anna green" });
    discord.faults.add({ kind: "reply", status: 502, route: /\/messages$/, method: "GET", times: 4 });
    await start();
    await until(() => house.entries.length > 1);
    expect(asked(house)).toEqual([`m:${said.id}`, edition(said.id)]);
  });

  test("is read again when it came live and could not be stored", async () => {
    const { discord, house, channel, boris, start } = await setScene();
    await start();
    const said = discord.say(channel, boris, { content: "!notify @anna red" });
    const later = discord.say(channel, boris, { content: "!help" });
    await until(() => house.cursors.get(channel.id) === later.id);
    let failures = 0;
    house.beforeStore = async () => {
      failures += 1;
      if (failures === 1) throw new Error("disk full");
    };
    discord.edit(said, { content: "!notify @anna green" });
    await until(() => house.entries.length > 2);
    expect(asked(house)).toEqual([`m:${said.id}`, `m:${later.id}`, edition(said.id)]);
  });
});
