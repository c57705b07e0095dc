import { REST } from "discord.js";
import { expect, test } from "vitest";
import { registerCommands } from "../../../adapters/discord/registry.ts";
import { setScene, until, WORDS } from "./house.ts";

const FILE = { name: "сборка.png", bytes: Buffer.from("not really a picture"), contentType: "image/png" };

test("a slash command is acknowledged for the caller alone, and kept as a filled-in form", async () => {
  const { discord, house, channel, anna, boris, guild, start } = await setScene();
  await start();
  const asked = discord.interact.slash(channel, boris, {
    name: "notify",
    locale: "ru",
    options: {
      user: anna.id,
      to: " @oncall, id:42 ",
      text: `Build **red** \\#1 <@${anna.id}>`,
      tag: "#ci",
      file: FILE,
    },
  });
  await until(() => house.entries.length === 1);
  expect(asked.callback).toMatchObject({ type: 5, data: { flags: 64 } });
  expect(house.entries[0]).toMatchObject({ platform: "discord", externalId: `i:${asked.id}` });
  expect(house.messages()[0]).toMatchObject({
    command: "notify",
    options: {
      user: { userId: anna.id, username: "anna_p", label: "Anna" },
      to: "@oncall, id:42",
      text: `Build **red** \\#1 <@${anna.id}>`,
      tag: "#ci",
    },
    text: [{ text: "Build " }, { text: "red", styles: ["bold"] }, { text: " #1 " }, { text: "@Anna" }],
    media: [{ kind: "picture", mime: "image/png", size: FILE.bytes.length, source: { kind: "discord" } }],
    at: { platform: "discord", chatId: guild.id, threadId: channel.id, messageId: asked.id },
    place: { kind: "group", title: "Works #general" },
    sender: { kind: "person", userId: boris.id, username: "boris", name: "Bo", language: "ru" },
    interaction: { applicationId: discord.applicationId, token: asked.token },
    edited: false,
  });
  expect(house.messages()[0]?.media[0]?.name).toBe("сборка.png");
  expect(house.messages()[0]?.media[0]?.source).not.toHaveProperty("message");
  await until(() => house.sightings.some((seen) => seen.userId === boris.id));
});

test("ids in a form's fields are names again: people under recipients, a channel under tag", async () => {
  const { discord, house, channel, anna, boris, start } = await setScene();
  await start();
  discord.interact.slash(channel, boris, {
    name: "notify",
    options: { to: `<@${anna.id}>, <@1>`, text: "x", tag: `<#${channel.id}>` },
  });
  await until(() => house.entries.length === 1);
  expect(house.messages()[0]?.options).toEqual({
    to: `<@${anna.id}>, <@1>`,
    mentions: [{ userId: anna.id, username: "anna_p", label: "Anna" }],
    text: "x",
    tag: "general",
  });
});

test("people whose names Discord does not tell in time keep no command from being stored", async () => {
  const { discord, house, channel, anna, boris, start } = await setScene();
  await start();
  discord.faults.add({ kind: "hang", executed: false, route: /\/users\/\d+$/, times: 10 });
  discord.interact.slash(channel, boris, { name: "notify", options: { to: "@anna", text: `ask <@${anna.id}>` } });
  await until(() => house.entries.length === 1);
});

test("a command is acknowledged although the store is slow, and kept when the store is ready", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  const gate = Promise.withResolvers<void>();
  house.beforeStore = () => gate.promise;
  const asked = discord.interact.slash(channel, boris, { name: "status" });
  await discord.waitFor(() => asked.callback);
  expect(house.entries).toEqual([]);
  gate.resolve();
  await until(() => house.entries.length === 1);
  expect(house.messages()[0]).toMatchObject({ command: "status", options: {}, text: [] });
});

test("a command that cannot be kept is answered so, in the caller's language", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  house.beforeStore = () => Promise.reject(Object.assign(new Error("disk"), { code: "SQLITE_FULL" }));
  const asked = discord.interact.slash(channel, boris, { name: "help", locale: "ru" });
  await discord.waitFor(() => asked.original()?.content);
  expect(asked.original()).toMatchObject({ content: WORDS.ru.notStored.replaceAll(/[()]/g, "\\$&"), loading: false });
  expect(JSON.stringify(house.lines)).toContain("SQLITE_FULL");
  expect(JSON.stringify(house.lines)).not.toContain(asked.token);
});

test("what could not be acknowledged in time (10062) is not carried out", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  discord.faults.add({
    kind: "reply",
    route: /\/callback$/,
    status: 404,
    body: { message: "Unknown interaction", code: 10062 },
  });
  discord.interact.slash(channel, boris, { name: "notify", options: { to: "@anna", text: "late" } });
  await until(() => house.lines.some((line) => line.message.includes("too late")));
  const next = discord.interact.slash(channel, boris, { name: "help" });
  await until(() => house.entries.length > 0);
  expect(house.entries.map((entry) => entry.externalId)).toEqual([`i:${next.id}`]);
});

test("an acknowledgement that Discord says was given already (40060) counts", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  const body = { message: "Interaction has already been acknowledged.", code: 40060 };
  discord.faults.add({ kind: "reply", route: /\/callback$/, status: 400, body });
  const asked = discord.interact.slash(channel, boris, { name: "notify", options: { to: "@anna", text: "hi" } });
  await until(() => house.entries.length === 1);
  expect(house.messages()[0]?.interaction?.token).toBe(asked.token);
});

test.each([
  { executed: true, kept: 1 },
  { executed: false, kept: 0 },
])("an acknowledgement cut off on its way back is looked up: arrived $executed", async ({ executed, kept }) => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  discord.faults.add({ kind: "reset", executed, route: /\/callback$/ });
  discord.interact.slash(channel, boris, { name: "whoami" });
  await discord.waitFor(() => discord.calls.some((call) => call.path.endsWith("/@original") && call.status));
  const next = discord.interact.slash(channel, boris, { name: "help" });
  await until(() => house.entries.some((entry) => entry.externalId === `i:${next.id}`));
  expect(house.entries).toHaveLength(kept + 1);
});

test("an acknowledgement that hangs is looked up, and counts when it had arrived", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  discord.faults.add({ kind: "hang", executed: true, route: /\/callback$/, times: 10 });
  const asked = discord.interact.slash(channel, boris, { name: "whoami" });
  await until(() => house.entries.length === 1);
  expect(house.entries[0]?.externalId).toBe(`i:${asked.id}`);
});

test("suggestions for recipients and tags come from the house", async () => {
  const { discord, channel, boris, start } = await setScene();
  await start();
  const to = discord.interact.autocomplete(channel, boris, { name: "notify", focused: { name: "to", value: "an" } });
  const tag = discord.interact.autocomplete(channel, boris, { name: "notify", focused: { name: "tag", value: "c" } });
  await discord.waitFor(() => to.callback && tag.callback);
  expect(to.callback).toMatchObject({ type: 8, data: { choices: [{ name: "notify recipients (an)", value: "an1" }] } });
  expect(tag.callback).toMatchObject({ type: 8, data: { choices: [{ name: "notify tag (c)", value: "c1" }] } });
});

test("the message menu opens a form, and the form sends the message along", async () => {
  const { discord, house, channel, anna, boris, start } = await setScene();
  await start();
  const alert = discord.say(channel, anna, { content: "disk _full_ #ops", attachments: [FILE] });
  const menu = discord.interact.menu(channel, boris, { name: WORDS.en.menu, message: alert });
  await discord.waitFor(() => menu.callback);
  expect(menu.callback?.type).toBe(9);
  expect(JSON.stringify(menu.callback?.data)).toContain('"value":"ops"');
  const sent = discord.interact.modal(channel, boris, {
    customId: `notify:${channel.id}:${alert.id}`,
    fields: { to: "@anna", text: "look", tag: "ops" },
    forInteraction: menu,
  });
  await until(() => house.entries.length === 1);
  expect(sent.callback).toMatchObject({ type: 5 });
  expect(house.entries[0]?.externalId).toBe(`i:${sent.id}`);
  expect(house.messages()[0]).toMatchObject({
    command: "notify",
    options: { to: "@anna", text: "look", tag: "ops" },
    text: [{ text: "look" }],
    repliedTo: {
      messageId: alert.id,
      author: "Anna",
      text: [{ text: "disk " }, { text: "full", styles: ["italic"] }, { text: " #ops" }],
      media: [{ source: { message: { channelId: channel.id, messageId: alert.id } } }],
    },
  });
});

test("a form sent in after a restart is filled from the message itself; a deleted message is told", async () => {
  const { discord, house, channel, anna, boris, start } = await setScene();
  const first = await start();
  const alert = discord.say(channel, anna, { content: "disk full" });
  const gone = discord.say(channel, anna, { content: "soon gone" });
  const open = discord.interact.menu(channel, boris, { name: WORDS.en.menu, message: alert });
  const doomed = discord.interact.menu(channel, boris, { name: WORDS.en.menu, message: gone });
  await discord.waitFor(() => open.callback && doomed.callback);
  await first.stop();
  discord.delete(gone);
  await start();
  const customId = (id: string) => `notify:${channel.id}:${id}`;
  discord.interact.modal(channel, boris, { customId: customId(alert.id), fields: { to: "@a" }, forInteraction: open });
  await until(() => house.entries.length === 1);
  expect(house.messages()[0]?.repliedTo?.text).toEqual([{ text: "disk full" }]);
  const late = discord.interact.modal(channel, boris, {
    customId: customId(gone.id),
    fields: { to: "@a" },
    forInteraction: doomed,
  });
  await discord.waitFor(() => late.original()?.content);
  expect(late.original()?.content).toContain("form expired");
  expect(house.entries).toHaveLength(1);
});

test("commands are registered once over two starts, in both languages", async () => {
  const { discord, start } = await setScene();
  await (await start()).stop();
  const gets = () => discord.calls.filter((call) => call.method === "GET" && call.path.endsWith("/commands"));
  await start();
  await discord.waitFor(() => gets().length === 2 && gets().every((call) => call.status === 200));
  const { commands, puts } = discord.commandsOf();
  expect(puts).toBe(1);
  expect(commands.map((command) => command.name)).toEqual([
    "notify",
    "recall",
    "status",
    "ack",
    "link",
    "unlink",
    "whoami",
    "connect",
    "disconnect",
    "help",
    "people",
    "map",
    "unmap",
    "group",
    "senders",
    "role",
    "rules",
    "forward",
    "mute",
    "quiet",
    "oncall",
    WORDS.en.menu,
  ]);
  expect(JSON.stringify(commands[0])).toContain('"description_localizations":{"ru":"to (ru)"}');
});

test("commands that could not be registered are tried again until Discord takes them", async () => {
  const { discord, house } = await setScene();
  discord.faults.add({ kind: "reply", status: 502, method: "PUT", route: /\/commands$/, times: 5 });
  const rest = new REST({ api: discord.apiRoot }).setToken(discord.token);
  const { signal } = new AbortController();
  await registerCommands(rest, discord.applicationId, { words: WORDS, log: house.log, signal, retryMs: 1 });
  expect(discord.commandsOf().puts).toBe(1);
  expect(house.lines.some(({ message }) => message.includes("could not be registered"))).toBe(true);
});

test("the button of an incident is answered for its presser alone, however many press it", async () => {
  const { discord, house, adapter, channel, anna, boris, guild, start } = await setScene();
  await start();
  const uid = crypto.randomUUID();
  const target = { platform: "discord", chatId: guild.id, threadId: channel.id } as const;
  await adapter.messenger.post(target, "Disk full", [{ label: "I have it", data: `ack:${uid}` }]);
  const post = discord.messagesOf(channel).at(-1);
  const pressed = [anna, boris].map((who) =>
    discord.interact.button(channel, who, { message: { id: post?.id ?? "" }, customId: `ack:${uid}` }),
  );
  await until(() => house.entries.length === 2);
  for (const [place, press] of pressed.entries()) {
    expect(press.callback).toMatchObject({ type: 5, data: { flags: 64 } });
    const kept = house.messages().find(({ at }) => at.messageId === press.id);
    expect(kept).toMatchObject({
      command: "ack",
      options: { line: [{ text: uid }] },
      at: { ...target, messageId: press.id },
      sender: { kind: "person", userId: [anna, boris][place]?.id },
      interaction: { token: press.token },
    });
  }
});
