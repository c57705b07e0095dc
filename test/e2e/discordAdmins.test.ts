import { expect, test } from "vitest";
import { MANAGE_SERVER } from "../../adapters/discord/place.ts";
import { openGroup } from "../support/group.ts";

/** A server of `main` where Oleg administers the workspace, Gleb the server, and Petr nothing. */
async function openServer() {
  const house = await openGroup();
  const { discord, guild, oleg, channel } = house;
  const gleb = discord.createUser({ username: "gleb", globalName: "Gleb" });
  discord.addMember(guild, gleb, { permissions: MANAGE_SERVER });
  const petr = discord.createUser({ username: "petr", globalName: "Petr" });
  discord.addMember(guild, petr);
  expect((await house.cli("admin", "add", "main", "--discord", oleg.id)).code).toBe(0);
  await house.start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  const said = (asked: { original(): { content?: string } | undefined }, words: string) =>
    discord.waitFor(() => asked.original()?.content?.includes(words));
  type Options = NonNullable<Parameters<typeof discord.interact.slash>[2]["options"]>;
  /** Calls a command and waits for words in the answer, which nobody else sees. */
  const call = async (
    user: { id: string },
    line: { name: string; locale?: string; options?: Options },
    words: string,
  ) => {
    const asked = discord.interact.slash(channel, user, line);
    await said(asked, words);
    expect(asked.callback).toMatchObject({ type: 5, data: { flags: 64 } });
  };
  const choices = async (user: { id: string }, name: string, focused: { name: string; value: string }) => {
    const asked = discord.interact.autocomplete(channel, user, { name, focused });
    await discord.waitFor(() => asked.callback);
    const data = asked.callback?.data as { choices: { name: string; value: string }[] };
    return data.choices;
  };
  return { ...house, gleb, petr, said, call, choices };
}

test("everything that administrators can type, they can also do by slash commands, in both languages", async () => {
  const { oleg, petr, gleb, call, cli } = await openServer();
  await call(oleg, { name: "people" }, "2 people of main");
  await call(oleg, { name: "people", locale: "ru", options: { search: "id:9", page: 2 } }, "никто не подходит");
  await call(oleg, { name: "map", options: { user: petr.id, person: "9" } }, "@petr is id:9 now");
  await call(oleg, { name: "map", options: { account: "@old.name", person: "id:9" } }, "@old.name is id:9 now");
  await call(oleg, { name: "map", locale: "ru", options: { person: "9" } }, "Кого и с кем сопоставить?");
  await call(oleg, { name: "group", options: { name: "oncall", members: `@anna, <@${petr.id}>` } }, "has 2 members");
  await call(oleg, { name: "group", locale: "ru", options: { name: "oncall" } }, "id:9");
  await call(oleg, { name: "unmap", options: { account: "@old.name" } }, "is not id:9 any more");
  await call(oleg, { name: "unmap", options: { user: petr.id } }, "is not id:9 any more");
  await call(oleg, { name: "group", options: { name: "oncall", remove: true } }, "no group @oncall any more");
  await call(oleg, { name: "group", locale: "ru" }, "пока нет групп");
  await call(oleg, { name: "role", options: { user: petr.id, role: "sender" } }, "@petr is sender now");
  await call(oleg, { name: "role", locale: "ru", options: { user: petr.id, role: "owner" } }, "только владельцы");
  await call(oleg, { name: "role" }, `sender: Discord ${petr.id}`);
  await call(petr, { name: "people" }, "Only administrators of the workspace");
  await call(
    petr,
    { name: "map", locale: "ru", options: { user: petr.id, person: "1" } },
    "только для администраторов",
  );
  await call(gleb, { name: "group", locale: "ru" }, "только для администраторов");
  await call(gleb, { name: "senders", locale: "ru", options: { who: "list" } }, "только те, кого указали");
  await call(gleb, { name: "senders" }, "only those whom");
  expect((await cli("chat", "list", "main")).out).toContain("list");
  await call(gleb, { name: "disconnect", locale: "ru" }, "подтвердить:True");
  await call(gleb, { name: "disconnect", options: { confirm: true } }, "no longer connected");
  await call(petr, { name: "unlink", options: { workspace: "main" } }, "not connected");
});

test("fields suggest the workspace's own entries, and to those who may use them alone", async () => {
  const { oleg, petr, gleb, choices, cli } = await openServer();
  await cli("group", "add", "main", "oncall", "id:7");
  await cli("people", "map", "main", "--discord", "vera", "--bitrix", "11", "--name", "Вера Королёва");
  expect(await choices(oleg, "map", { name: "person", value: "короле" })).toEqual([
    { name: "Вера Королёва (id:11)", value: "id:11" },
  ]);
  expect(await choices(oleg, "unmap", { name: "account", value: "ver" })).toEqual([
    { name: "@vera, Вера Королёва (id:11)", value: "@vera" },
  ]);
  expect(await choices(oleg, "group", { name: "name", value: "ON" })).toEqual([
    { name: "@oncall (1)", value: "oncall" },
  ]);
  await cli("oncall", "set", "main", "ops", "--members", "id:7", "--weekly");
  expect(await choices(oleg, "oncall", { name: "rotation", value: "@O" })).toEqual([{ name: "@ops", value: "ops" }]);
  expect((await choices(oleg, "group", { name: "members", value: "id:7, вер" }))[0]?.value).toBe("id:7,id:11");
  for (const user of [petr, gleb])
    for (const [name, field] of [
      ["map", "person"],
      ["map", "account"],
      ["unmap", "account"],
      ["group", "name"],
      ["group", "members"],
      ["role", "account"],
      ["notify", "to"],
    ] as const)
      expect(await choices(user, name, { name: field, value: "ver" })).toEqual([]);
});

test("a command for those who manage the server is not offered to others, and all are known in Russian", async () => {
  const { discord, channel, petr } = await openServer();
  for (const name of ["senders", "disconnect"])
    expect(() => discord.interact.slash(channel, petr, { name })).toThrow("hidden");
  const { commands, puts } = discord.commandsOf();
  expect(puts).toBe(1);
  const texts = JSON.stringify(commands);
  for (const word of ["люди", "сопоставить", "разъединить", "группа", "отправители", "роль", "владелец"])
    expect(texts).toContain(`"ru":"${word}"`);
});

test("a large notification by slash command waits for its sender's button, and the answer becomes the verdict", async () => {
  const { discord, portal, channel, oleg, petr, cli, said } = await openServer();
  await cli("workspace", "set", "main", "confirm-above=1");
  await cli("group", "add", "main", "all", "id:7", "id:8");
  const options = { to: "@all", text: "Fire" };
  const asked = discord.interact.slash(channel, oleg, { name: "notify", locale: "ru", options });
  await said(asked, "Это уведомит 2 человек");
  const question = asked.original();
  expect(portal.feed(7)).toEqual([]);
  const customId = /"custom_id":"(?<id>yes [^"]+)"/u.exec(JSON.stringify(question))?.groups?.id ?? "";
  const typed = discord.say(channel, petr, { content: `!notify ${customId}` });
  await discord.waitFor(() => discord.messagesOf(channel).some(({ content }) => content.includes("Only the person")));
  expect(typed.id).not.toBe("");
  discord.interact.button(channel, oleg, { message: question?.id ?? "", customId });
  await said(asked, "Доставлено");
  expect(portal.feed(7)).toHaveLength(1);
  expect(JSON.stringify(asked.original())).not.toContain("custom_id");
  expect(discord.messagesOf(channel).some(({ content }) => content.includes("Доставлено"))).toBe(false);
});

test("a typed notification in Discord is confirmed by the button too, and by nobody else's press", async () => {
  const { discord, portal, channel, oleg, petr, cli } = await openServer();
  await cli("workspace", "set", "main", "confirm-above=1");
  await cli("group", "add", "main", "all", "id:7", "id:8");
  const typed = discord.say(channel, oleg, { content: "!notify @all Fire" });
  const found = () => discord.messagesOf(channel).find(({ content }) => content.includes("Nothing has been sent yet"));
  await discord.waitFor(found);
  const question = found();
  const customId = /"custom_id":"(?<id>yes [^"]+)"/u.exec(JSON.stringify(question))?.groups?.id ?? "";
  discord.interact.button(channel, petr, { message: question?.id ?? "", customId });
  await discord.waitFor(() => discord.messagesOf(channel).some(({ content }) => content.includes("Only the person")));
  expect(portal.feed(7)).toEqual([]);
  discord.interact.button(channel, oleg, { message: question?.id ?? "", customId });
  await discord.waitFor(() => discord.reactionsOf(typed).some(({ emoji }) => emoji === "👍"));
  expect(portal.feed(7)).toHaveLength(1);
});
