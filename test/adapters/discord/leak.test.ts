import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { MANAGE_SERVER } from "../../../adapters/discord/place.ts";
import { setScene, until } from "./house.ts";

const address = () => `https://acme.bitrix24.com/rest/1/${randomBytes(8).toString("hex")}/`;

test("a webhook's address is taken in from bound channels, typed or edited in, and from no others", async () => {
  const { discord, house, guild, channel, boris, start } = await setScene();
  await start();
  discord.say(guild.channel("builds"), boris, { content: `look ${address()}` });
  const said = discord.say(channel, boris, { content: `look ${address()}` });
  const harmless = discord.say(channel, boris, { content: "look there" });
  await until(() => house.entries.length === 1);
  expect(house.entries.map(({ externalId }) => externalId)).toEqual([`m:${said.id}`]);
  discord.edit(harmless, { content: `there: ${address()}` });
  await until(() => house.entries.length === 2);
  expect(house.entries[1]?.externalId).toContain(`m:${harmless.id}:`);
});

test("a set-up code is taken in from bound channels too, however it is typed", async () => {
  const { discord, house, guild, channel, boris, start } = await setScene();
  await start();
  const code = randomBytes(16).toString("hex").toUpperCase();
  discord.say(guild.channel("builds"), boris, { content: code });
  const said = discord.say(channel, boris, { content: `here: **${code}**` });
  await until(() => house.entries.length === 1);
  expect(house.entries.map(({ externalId }) => externalId)).toEqual([`m:${said.id}`]);
});

test("one that was said while the service was down is found", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  const first = await start();
  discord.say(channel, boris, { content: "!status" });
  await until(() => house.entries.length === 1);
  await first.stop();
  const said = discord.say(channel, boris, { content: address() });
  await start();
  await until(() => house.entries.length === 2);
  expect(house.entries[1]?.externalId).toBe(`m:${said.id}`);
});

test("the form brings the address word for word", async () => {
  const { discord, house, channel, boris, start } = await setScene();
  await start();
  const opened = discord.interact.slash(channel, boris, { name: "connect" });
  await until(() => opened.callback !== undefined);
  expect(house.entries).toEqual([]);
  const webhook = `https://acme.bitrix24.com/rest/1/_a_*b*__${randomBytes(4).toString("hex")}__/`;
  const fields = { webhook, code: " 0f0f ", name: "" };
  discord.interact.modal(channel, boris, { customId: "connect", fields, forInteraction: opened });
  await until(() => house.entries.length === 1);
  expect(house.messages()).toMatchObject([{ command: "connect", options: { text: `0f0f ${webhook}` }, text: [] }]);
});

test("disconnecting by slash command is confirmed by a switch", async () => {
  const { discord, house, channel, guild, boris, start } = await setScene();
  discord.addMember(guild, boris, { permissions: MANAGE_SERVER });
  await start();
  discord.interact.slash(channel, boris, { name: "disconnect" });
  await until(() => house.entries.length === 1);
  discord.interact.slash(channel, boris, { name: "disconnect", options: { confirm: true } });
  await until(() => house.entries.length === 2);
  expect(house.messages().map(({ command, options }) => [command, options?.line])).toEqual([
    ["disconnect", []],
    ["disconnect", [{ text: "yes" }]],
  ]);
});
