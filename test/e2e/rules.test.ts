import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

interface ListedRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly filter: string;
}

async function openOffice() {
  const house = await openGroup();
  const { telegram, discord, ivan, oleg, cli } = house;
  for (const argv of [
    ["admin", "add", "main", "--telegram", String(ivan.id)],
    ["admin", "add", "main", "--discord", oleg.id],
    ["group", "add", "main", "team", "id:7"],
    ["people", "map", "main", "--discord", oleg.id, "--bitrix", "9"],
  ])
    expect((await cli(...argv)).code).toBe(0);
  const rules = async () => JSON.parse((await cli("rule", "list", "--json")).out) as ListedRule[];
  return { ...house, telegram, discord, rules };
}

test("a rule is made step by step in Telegram, over a restart, and what is written then reaches its people", async () => {
  const { telegram, group, ivan, portal, start, rules } = await openOffice();
  const first = await start();
  telegram.say(group, ivan, "/forward");
  const shown = (words: string) =>
    telegram.waitFor(() => telegram.postsOf(group).find(({ message }) => message.text?.includes(words)), {
      what: words,
    });
  const button = (post: Awaited<ReturnType<typeof shown>>, label: string) => {
    const buttons = JSON.stringify(post.message).matchAll(/"text":"(?<text>[^"]+)","callback_data":"(?<data>[^"]+)"/gu);
    return [...buttons].find(({ groups }) => groups?.text === label)?.groups?.data ?? "";
  };
  const what = await shown("What is to be forwarded from here?");
  telegram.press(group, ivan, what.message.message_id, button(what, "everything"));
  const whom = await shown("To whom (everything)?");
  expect(whom.message.message_id).toBe(what.message.message_id);
  await first.stop();
  await start();
  telegram.press(group, ivan, whom.message.message_id, button(whom, "@team"));
  const right = await shown("Is that right?");
  telegram.press(group, ivan, right.message.message_id, button(right, "Make the rule"));
  await shown("Rule all forwards from here");
  expect(await rules()).toMatchObject([{ name: "all", from: `telegram:${group.id}`, to: ["@team"], filter: "" }]);
  telegram.say(group, ivan, "Disk full on db-1");
  await expect.poll(() => JSON.stringify(portal.feed(7))).toContain("Disk full on db-1");
  expect(portal.feed(8)).toEqual([]);
});

test("what administrators type about alerts, they fill in as slash commands, in both languages", async () => {
  const { discord, guild, channel, oleg, start, rules, cli } = await openOffice();
  await start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  type Options = NonNullable<Parameters<typeof discord.interact.slash>[2]["options"]>;
  const call = async (name: string, options: Options, words: string, locale = "en-US") => {
    const asked = discord.interact.slash(channel, oleg, { name, options, locale });
    await discord.waitFor(() => asked.original()?.content?.includes(words));
    return asked;
  };
  await call("forward", { tags: "ci, #deploy", to: "@team" }, "Rule ci forwards from here");
  await call("forward", { severity: "critical", words: 'disk "full"', to: "id:8" }, "Правило critical", "ru");
  expect(await rules()).toMatchObject([
    { name: "ci", enabled: true, from: `discord:${guild.id}/${channel.id}`, to: ["@team"], filter: "#ci | #deploy" },
    { name: "critical", filter: "“disk full”, critical", to: ["id:8"] },
  ]);
  await call("forward", { off: "ci" }, "forwards nothing any more");
  await call("rules", {}, "выключено", "ru");
  await call("mute", { for: "2h", what: "#ci" }, "Muted until");
  await call("mute", {}, "1: #ci до", "ru");
  await call("mute", { off: 1 }, "not muted any more");
  await call("quiet", { hours: "22:00-07:00", zone: "Europe/Moscow" }, "Europe/Moscow");
  await call("quiet", { hours: "off" }, "нет", "ru");
  await call("oncall", {}, "has no rotation yet");
  for (const [name, person] of [
    ["ops", "id:7"],
    ["dba", "id:8"],
  ] as const)
    await cli("oncall", "set", "main", name, "--members", person, "--weekly");
  const one = await call("oncall", { rotation: "dba" }, "@dba: ");
  expect(one.original()?.content).not.toContain("@ops");
  const asked = await call("forward", {}, "What is to be forwarded");
  const idOf = (label: string) => {
    const buttons = JSON.stringify(asked.original()).matchAll(/\{[^{}]*"label":"(?<label>[^"]+)"[^{}]*\}/gu);
    const found = [...buttons].find(({ groups }) => groups?.label === label)?.[0] ?? "";
    return /"custom_id":"(?<id>[^"]+)"/u.exec(found)?.groups?.id ?? "";
  };
  const press = async (label: string, words: string) => {
    discord.interact.button(channel, oleg, { message: asked.original()?.id ?? "", customId: idOf(label) });
    await discord.waitFor(() => asked.original()?.content?.includes(words));
  };
  await press("errors and critical", "To whom");
  await press("me", "to id:9");
  await press("Make the rule", "Rule error forwards from here");
  expect((await rules()).map(({ name }) => name)).toEqual(["ci", "critical", "error"]);
});
