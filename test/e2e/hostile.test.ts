import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { isPerson, type Outlook, openOutlook, TARGETS, type Target } from "../support/outlook.ts";

const SOON = { interval: 20 };

/** A running service that forwards what a hook takes to every target. */
async function openHooked(kind: string, ...options: readonly string[]) {
  const house = await openOutlook();
  const added = await house.command("hook", "add", "main", "monitor", "--kind", kind, "--json");
  const { address } = JSON.parse(added) as { address: string };
  await house.forward("hook:monitor", ...options);
  const { logs } = await house.start();
  const post = (body: string) => fetch(address, { method: "POST", body });
  return { ...house, logs, address, post, tell: (alert: object) => post(JSON.stringify(alert)) };
}

/** All that a target shows, its messages one behind the other. */
const allSaid = (house: Pick<Outlook, "shownTo">, target: Target): string =>
  house
    .shownTo(target)
    .map(({ said }) => said)
    .join("\n");

/** Without the blanks at which a text may have been cut in pieces. */
const solid = (text: string): string => text.replaceAll(/\s+/gu, "");

/** Everything that a chat shows is what its platform takes. */
function expectWithinLimits({ discord, telegram, ...house }: Outlook): void {
  for (const target of TARGETS) expect(allSaid({ ...house }, target).isWellFormed()).toBe(true);
  for (const place of [house.board, house.hooked])
    for (const { content } of discord.messagesOf(place)) expect(content.length).toBeLessThanOrEqual(2_000);
  for (const place of [house.watch, house.forum])
    for (const { message } of telegram.postsOf(place)) expect(message.text?.length).toBeLessThanOrEqual(4_096);
}

/** Letters of two bytes and signs of two code units, and no blank to cut at. */
const wide = (length: number, mark: string): string => `${mark}Ж🚀`.repeat(length).slice(0, length).toWellFormed();

test("a Telegram message as long as one may be, without a blank to cut it at, arrives whole everywhere", async () => {
  const house = await openOutlook();
  const { telegram, group, ivan } = house;
  await house.forward(`telegram:${group.id}`);
  await house.start();
  const text = wide(4_096, "ы");
  telegram.say(group, ivan, text);
  for (const target of TARGETS) await expect.poll(() => solid(allSaid(house, target)), SOON).toContain(text);
  expectWithinLimits(house);
});

test("Discord's longest message with its longest embed arrives whole everywhere, but for values of 500 in Bitrix24", async () => {
  const house = await openOutlook();
  const { discord, guild, channel } = house;
  await house.forward(`discord:${guild.id}/${channel.id}`);
  await house.start();
  const content = wide(2_000, "а");
  const [title, description, value] = [wide(256, "б"), wide(4_096, "в"), wide(1_024, "г")];
  const [name, footer] = ["Подробно", { text: wide(6_000 - 256 - 4_096 - 1_024 - 8, "д") }];
  const embeds = [{ type: "rich", title, description, fields: [{ name, value }], footer }];
  discord.say(channel, discord.bot, { webhook: { id: "77777777777777777", name: "Grafana" }, content, embeds });
  for (const target of TARGETS) {
    const parts = [title, content, description, footer.text, isPerson(target) ? value.slice(0, 400) : value];
    for (const part of parts) await expect.poll(() => solid(allSaid(house, target)), SOON).toContain(part);
  }
  expectWithinLimits(house);
});

test("what a hook takes at most is cut with a sign in chats, above the link to the whole, and whole but for its fields in Bitrix24", async () => {
  const house = await openHooked("generic");
  const text = `${wide(9_990, "*")}THE END`;
  const fields = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`field ${index}`, wide(1_000, "_")]));
  const link = `https://logs.example/${"(".repeat(400)}`;
  const answer = await house.tell({ title: wide(300, "`"), text, fields, link, severity: "critical" });
  expect(await answer.json()).toMatchObject({ taken: 1, cut: [] });
  for (const target of TARGETS.filter(isPerson)) await expect.poll(() => allSaid(house, target), SOON).toContain(text);
  for (const target of TARGETS.filter((each) => !isPerson(each)))
    await expect.poll(() => allSaid(house, target), SOON).toMatch(/…\nOpen$/u);
  expectWithinLimits(house);
  for (const { message } of [house.watch, house.forum].flatMap((chat) => house.telegram.postsOf(chat).slice(-1)))
    expect(message.entities?.at(-1)).toMatchObject({ type: "text_link", url: link });
  for (const { content } of [house.board, house.hooked].flatMap((place) => house.discord.messagesOf(place).slice(-1)))
    expect(content).toMatch(/\[Open\]\(https:\/\/logs\.example\/(?:%28){400}\)$/u);
});

test("hostile text is nothing but text to every target, and pings nobody", async () => {
  const house = await openHooked("generic");
  const { portal, discord, guild, oleg } = house;
  const alert = {
    title: "[URL=https://evil.example]click[/URL] @everyone \u202Egnp.exe",
    text: [
      `<@${oleg.id}> <@&${guild.id}> @here @anna_k [Pay](https://evil.example/pay) [USER=1]Boss[/USER] [b]bold[/b]`,
      "``` `x` ** __ || ~~ > # -# \u2066hidden\u2069 \u0000 &lt;b&gt; <b>html</b> $result[x]",
      "half \\ud83d the end",
    ].join("\n"),
    severity: "critical",
    fields: { "@everyone [b]": "`@here` \u202Ereversed [URL]x[/URL]" },
  };
  const body = JSON.stringify(alert).replace("\\\\ud83d", "\\ud83d");
  expect((await house.post(body)).status).toBe(202);
  for (const target of TARGETS) await expect.poll(() => allSaid(house, target), SOON).toContain("the end");
  for (const target of TARGETS) {
    expect(allSaid(house, target)).toMatch(/@everyone gnp\.exe\n.*hidden .*`@here` reversed/su);
    expect(allSaid(house, target).isWellFormed()).toBe(true);
  }
  for (const person of [7, 8, 11]) {
    const [{ text, attach } = { text: "", attach: undefined }] = portal.feed(person);
    expect(text).not.toMatch(/\[(?!\/?b\])/iu);
    expect(text).not.toMatch(/\$result|&lt;|<b/u);
    expect(JSON.stringify(attach)).not.toContain("[URL]");
  }
  for (const { content } of [house.board, house.hooked].flatMap((place) => discord.messagesOf(place)))
    expect(content).not.toMatch(/(?<!\\)(?:<@|\]\(|`)|@everyone|@here/u);
  for (const { message } of [house.watch, house.forum].flatMap((chat) => house.telegram.postsOf(chat)))
    expect(message.entities?.map(({ type }) => type)).not.toContain("mention");
  expect(discord.pings).toEqual([]);
});

test("a name and a chat's title are nothing but names, however they are written", async () => {
  const house = await openOutlook();
  const { portal, telegram, discord, command } = house;
  const mallory = telegram.createUser({
    firstName: "[b]Boss[/b] @everyone\n🔴 Critical \u202E`x`",
    username: "mallory",
  });
  const lair = telegram.createChat({ type: "supergroup", title: "**Ops** <@1> \u202E@here", owner: mallory });
  await command("chat", "bind", "main", "--telegram", String(lair.id));
  await house.forward(`telegram:${lair.id}`);
  await house.start();
  telegram.say(lair, mallory, "Disk full");
  for (const target of TARGETS) {
    await expect
      .poll(() => allSaid(house, target), SOON)
      .toMatch(/^(?:↳ )?\[b\]Boss\[\/b\] @everyone 🔴 Critical `x`.*\nDisk full/su);
    expect(allSaid(house, target)).not.toMatch(/[\u202A-\u202E]/u);
  }
  expect(portal.feed(7)[0]?.text).not.toMatch(/\[(?!\/?b\]|\/?url)/iu);
  expect(discord.pings).toEqual([]);
  for (const { content } of [house.board, house.hooked].flatMap((place) => discord.messagesOf(place)))
    expect(content).not.toMatch(/(?<!\\)<@|@everyone|@here/u);
});

const prometheus = (index: number, severity: string, more: object = {}) => ({
  status: "firing",
  labels: { alertname: `Alert${index}`, severity },
  annotations: { summary: `Disk ${index} is full` },
  startsAt: "2026-02-06T13:08:45.828Z",
  fingerprint: `f${index}`,
  ...more,
});

test("the same fingerprint twice, in one payload and in several at a moment, is one of everything, and counted", async () => {
  const house = await openHooked("alertmanager", "--update", "1s");
  const twice = { version: "4", alerts: [prometheus(1, "critical"), prometheus(1, "critical")] };
  const answers = await Promise.all([house.tell(twice), house.tell(twice)]);
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  for (const target of TARGETS) {
    const sight = { said: expect.stringMatching(/🔴 Critical · 4 times.*Disk 1 is full/su) };
    await expect.poll(() => house.shownTo(target), SOON).toEqual([expect.objectContaining(sight)]);
  }
});

test("a thousand alerts in one payload: persons see ten and whatever is critical, a chat as many as the cap, each once", async () => {
  const house = await openHooked("alertmanager", "--cap", "40");
  const alerts = Array.from({ length: 1_000 }, (_, index) =>
    prometheus(index, index % 100 === 99 ? "critical" : "warning"),
  );
  const answer = await house.tell({ version: "4", alerts });
  expect([answer.status, await answer.json()]).toMatchObject([202, { taken: 1_000 }]);
  const dealt = (): number => house.logs.filter((line) => line.includes("alert dealt with")).length;
  await expect.poll(dealt, { timeout: 480_000, interval: 100 }).toBe(1_000);
  const named = (seen: readonly number[]) => seen.map((index) => `Disk ${index} is full`).toSorted();
  const critical = Array.from({ length: 10 }, (_, index) => index * 100 + 99);
  const seen = (target: Target) => house.shownTo(target).flatMap(({ said }) => /Disk \d+ is full/u.exec(said) ?? []);
  const first = (count: number) => Array.from({ length: count }, (_, index) => index);
  for (const target of TARGETS.filter(isPerson))
    await expect.poll(() => seen(target).toSorted(), SOON).toEqual(named([...first(10), ...critical]));
  for (const target of ["a Discord channel", "a Discord webhook"] as const)
    await expect.poll(() => seen(target).toSorted(), SOON).toEqual(named(first(40)));
}, 600_000);

test("a body that is cut in the middle tells nothing to anybody, and what is sent whole afterwards is told", async () => {
  const house = await openHooked("generic");
  const body = JSON.stringify({ title: "Disk full", text: "x".repeat(5_000), severity: "critical" });
  const { hostname, port, pathname } = new URL(house.address);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, "connect");
  socket.write(`POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 2_500)}`);
  socket.destroy();
  const answer = await house.post(body.slice(0, 2_500));
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: "not-json", line: 1 } }]);
  await house.tell({ title: "The whole", severity: "critical" });
  for (const target of TARGETS) {
    await expect.poll(() => allSaid(house, target), SOON).toContain("The whole");
    expect(allSaid(house, target)).not.toContain("Disk full");
  }
});
