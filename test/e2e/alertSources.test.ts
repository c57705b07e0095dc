import { expect, onTestFinished, test } from "vitest";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { openGroup } from "../support/group.ts";
import { addRule } from "../support/houseRules.ts";

const LONG = { interval: 50 };

type Group = Awaited<ReturnType<typeof openGroup>>;

const telegramChat = (id: number, threadId = "") =>
  ({ kind: "chat", chat: { platform: "telegram", chatId: String(id), threadId } }) as const;

const texts = ({ portal }: Pick<Group, "portal">, person = 7) => portal.feed(person).map(({ text }) => text);

/** A Telegram channel beside the group, bound and watched. */
async function openChannel() {
  const house = await openGroup();
  const channel = house.telegram.createChat({ type: "channel", title: "Alerts" });
  expect((await house.cli("chat", "bind", "main", "--telegram", String(channel.id))).err).toBe("");
  await addRule(house, { source: telegramChat(channel.id) });
  return { ...house, alerts: channel };
}

test("a post in a Telegram channel reaches its person with severity and fields, an edit takes its place, and the channel stays silent", async () => {
  const house = await openChannel();
  const { telegram, alerts, start } = house;
  await start();
  const entities = [{ type: "bold", offset: 0, length: 12 }];
  const post = telegram.postInChannel(alerts, { text: "🔴 Disk full\nHost: db1\nFree: 2 %\n#ops", entities });
  await expect.poll(() => texts(house).length, LONG).toBe(1);
  const [shown] = texts(house);
  expect(shown).toMatch(/Disk full/u);
  expect(shown).toContain("Alerts");
  telegram.edit(alerts, post.message_id, { text: "✅ Disk is fine\nHost: db1\nFree: 60 %" });
  await expect.poll(() => texts(house), LONG).toEqual([expect.stringContaining("Disk is fine")]);
  expect(telegram.postsOf(alerts)).toEqual([]);
  expect(telegram.reactionsOf(alerts, post.message_id)).toEqual([]);
});

test("a topic's rule hears its topic alone, bots included, and commands there are still commands", async () => {
  const house = await openGroup({ telegram: { botToBot: true } });
  const { telegram, ivan, start, cli } = house;
  const forum = telegram.createChat({ type: "supergroup", isForum: true, topics: ["CI", "Talk"], owner: ivan });
  const [ci = 0, talk = 0] = ["CI", "Talk"].map((name) => forum.topics.get(name));
  expect((await cli("chat", "bind", "main", "--telegram", String(forum.id))).err).toBe("");
  await addRule(house, { source: telegramChat(forum.id, String(ci)) });
  await start();
  const grafana = telegram.createUser({ firstName: "Grafana", username: "grafana_bot", isBot: true });
  telegram.say(forum, ivan, { text: "lunch?", threadId: talk });
  telegram.say(forum, grafana, { text: "[FIRING:1] BuildBroken", threadId: ci });
  telegram.say(forum, ivan, { text: "/whoami", threadId: ci });
  await telegram.waitFor(() => telegram.postsOf(forum).find(({ message }) => message.text));
  await expect.poll(() => texts(house), LONG).toEqual([expect.stringContaining("BuildBroken")]);
});

test("a Discord webhook with nothing but an embed reaches its person; edited it is shown anew, deleted it is gone", async () => {
  const house = await openGroup();
  const { discord, guild, channel, oleg, start } = house;
  const source = { kind: "chat", chat: { platform: "discord", chatId: guild.id, threadId: channel.id } } as const;
  await addRule(house, { source });
  await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  const webhook = { id: "77777777777777777", name: "Grafana" };
  const embed = { type: "rich", title: "[FIRING:1] DiskFull", color: 14037554 };
  const fields = [{ name: "host", value: "db1", inline: true }];
  const said = discord.say(channel, oleg, { webhook, embeds: [{ ...embed, fields }] });
  await expect.poll(() => texts(house), LONG).toEqual([expect.stringMatching(/FIRING.* DiskFull/u)]);
  discord.edit(said, { embeds: [{ ...embed, title: "[RESOLVED] DiskFull", color: 65280 }] });
  await expect.poll(() => texts(house), LONG).toEqual([expect.stringMatching(/RESOLVED.* DiskFull/u)]);
  discord.delete(said);
  await expect.poll(() => texts(house), LONG).toEqual([]);
});

test("an alert that had arrived when the service was killed is told after the restart, once", async () => {
  const house = await openChannel();
  const { telegram, alerts, start } = house;
  const first = await start();
  const killed = Promise.withResolvers<void>();
  first.onLine((line) => {
    if (line.includes('"msg":"stored"') || line.includes('"message":"stored"')) killed.resolve(first.kill());
  });
  telegram.postInChannel(alerts, "Disk is full");
  await killed.promise;
  await start();
  await expect.poll(() => texts(house), LONG).toEqual([expect.stringContaining("Disk is full")]);
  telegram.postInChannel(alerts, "and over");
  await expect.poll(() => texts(house).length, LONG).toBe(2);
});

test("what Discord said while the service was down is told when it is back", async () => {
  const house = await openGroup();
  const { discord, guild, channel, oleg, start } = house;
  const source = { kind: "chat", chat: { platform: "discord", chatId: guild.id, threadId: channel.id } } as const;
  await addRule(house, { source });
  const first = await start();
  await discord.waitFor(() => discord.gateway.connections() > 0);
  discord.say(channel, oleg, { content: "live" });
  await expect.poll(() => texts(house).length, LONG).toBe(1);
  await first.stop();
  discord.say(channel, oleg, { content: "missed" });
  await start();
  await expect
    .poll(() => texts(house), LONG)
    .toEqual(expect.arrayContaining([expect.stringContaining("live"), expect.stringContaining("missed")]));
});

test("a chat of one workspace never triggers a rule of another", async () => {
  const other = await startPortal({ tags: "honoured" });
  onTestFinished(() => other.close());
  const house = await openGroup();
  const { telegram, group, ivan, env, cliWith, start } = house;
  Object.assign(env, { PRIVATE_HOSTS: `${env.PRIVATE_HOSTS},${other.host}` });
  expect((await cliWith(env, "workspace", "add", "other", "--webhook", other.webhookUrl(1))).err).toBe("");
  expect((await cliWith(env, "people", "map", "other", "--telegram", "@anna", "--bitrix", "7")).err).toBe("");
  const source = telegramChat(group.id);
  await addRule(house, { source }, { workspace: "other", name: "theirs" });
  await addRule(house, { source, targets: [{ kind: "person", bitrixId: 8 }] }, { name: "ours" });
  await start();
  telegram.say(group, ivan, "between us");
  await expect.poll(() => texts(house, 8), LONG).toEqual([expect.stringContaining("between us")]);
  expect(texts(house)).toEqual([]);
  // The portals were probed, by notifications to whom they were connected by.
  const told = other.allNotifications.filter(({ recipientId }) => recipientId !== 1);
  expect(told).toEqual([]);
});
