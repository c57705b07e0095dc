import { expect, test } from "vitest";
import { api, discordFor, handClock } from "./bot.ts";

const slash = (name: string, more = {}) => ({ name, description: "Says something", ...more });
const option = (name: string, more = {}) => ({ type: 3, name, description: "A text", ...more });
const put = "PUT /applications/1000000000000000001/commands";

test.each([
  { why: "a capital in a slash name", command: slash("Notify"), at: { "0": { name: {} } } },
  { why: "no description", command: { name: "notify" }, at: { "0": { description: {} } } },
  {
    why: "a required option after an optional one",
    command: slash("notify", { options: [option("a"), option("b", { required: true })] }),
    at: { "0": { options: { "1": { _errors: [{ code: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID" }] } } } },
  },
  {
    why: "26 options",
    command: slash("notify", { options: Array.from({ length: 26 }, (_, n) => option(`o${n}`)) }),
    at: { "0": { options: {} } },
  },
  {
    why: "an unknown locale",
    command: slash("notify", { name_localizations: { xx: "a" } }),
    at: { "0": { name_localizations: { xx: {} } } },
  },
  {
    why: "suggestions together with choices",
    command: slash("notify", { options: [option("a", { autocomplete: true, choices: [{ name: "x", value: "x" }] })] }),
    at: { "0": { options: { "0": {} } } },
  },
  { why: "a menu with a description", command: slash("Menu", { type: 3 }), at: { "0": { description: {} } } },
])("$why is refused at its position", async ({ command, at }) => {
  const discord = await discordFor();
  expect(await api(discord, put, [command])).toMatchObject({ status: 400, body: { code: 50035, errors: at } });
  expect(discord.commandsOf().commands).toEqual([]);
});

test("Cyrillic names pass, unchanged commands keep their id, and lists hide the dictionaries unless asked", async () => {
  const discord = await discordFor();
  const list = [
    slash("уведомить", { name_localizations: { ru: "оповестить" } }),
    { type: 3, name: "Notify in Bitrix24" },
  ];
  const first = await api(discord, put, list);
  const second = await api(discord, put, list);
  expect(second.body).toEqual(first.body);
  const get = (query = "") => api(discord, `GET /applications/${discord.applicationId}/commands${query}`);
  expect((await get()).body).toMatchObject([{ name: "уведомить" }, { name: "Notify in Bitrix24" }]);
  expect(JSON.stringify((await get()).body)).not.toContain("оповестить");
  expect(JSON.stringify((await get("?with_localizations=true")).body)).toContain("оповестить");
  expect(discord.commandsOf().puts).toBe(2);
});

test("only new names count towards 200 creations a day", async () => {
  const time = handClock();
  const discord = await discordFor({ clock: time.clock });
  const hundred = (prefix: string) => Array.from({ length: 100 }, (_, n) => slash(`${prefix}${n}`));
  expect((await api(discord, put, hundred("a"))).status).toBe(200);
  expect((await api(discord, put, hundred("a"))).status).toBe(200);
  expect((await api(discord, put, hundred("b"))).status).toBe(200);
  expect(await api(discord, put, [slash("c")])).toMatchObject({ status: 400, body: { code: 30034 } });
  time.pass(24 * 3600_000);
  expect((await api(discord, put, [slash("c")])).status).toBe(200);
});

test("commands of a server are apart from the application's own", async () => {
  const discord = await discordFor();
  const guild = discord.createGuild({ name: "Acme" });
  await api(discord, `PUT /applications/${discord.applicationId}/guilds/${guild.id}/commands`, [slash("notify")]);
  expect(discord.commandsOf(guild).commands).toMatchObject([{ name: "notify", guild_id: guild.id }]);
  expect(discord.commandsOf().commands).toEqual([]);
});
