import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("nothing accepted is lost: what shows 👀 during an outage survives kill -9 and arrives once the portal is back", async () => {
  const { portal, telegram, discord, ivan, group, oleg, channel, start, reacted } = await openGroup();
  portal.setDown(true);
  const first = await start();
  const message = telegram.say(group, ivan, "/notify @anna before the crash");
  const typed = discord.say(channel, oleg, { content: "!notify @boris from Discord" });
  await reacted(message.message_id, "👀");
  await discord.waitFor(() => discord.reactionsOf(typed).length > 0);
  await first.kill();
  portal.setDown(false);
  await start();
  await reacted(message.message_id, "👍");
  expect(portal.feed(7).map(({ text }) => text)).toEqual([expect.stringContaining("before the crash")]);
  await discord.waitFor(() => discord.reactionsOf(typed).some(({ emoji }) => JSON.stringify(emoji).includes("👍")));
  expect(portal.feed(8)).toHaveLength(1);
});

test("nothing written while the service is down is lost, on either platform", async () => {
  const { portal, telegram, discord, ivan, group, oleg, channel, start, reacted } = await openGroup();
  const first = await start();
  discord.say(channel, oleg, { content: "!notify @boris before" });
  await expect.poll(() => portal.feed(8).length).toBe(1);
  expect(await first.stop()).toBe(0);
  const message = telegram.say(group, ivan, "/notify @anna meanwhile");
  discord.say(channel, oleg, { content: "!notify @boris meanwhile" });
  await start();
  await reacted(message.message_id, "👍");
  await expect.poll(() => portal.feed(8).length).toBe(2);
});

test("exactly one visible: where tags are honoured a lost answer is repeated and one notification is seen", async () => {
  const { portal, telegram, ivan, group, start, reacted } = await openGroup();
  await start();
  const before = portal.allNotifications.length;
  portal.faults.add({ kind: "reset", executed: true });
  const message = telegram.say(group, ivan, "/notify @anna just once");
  await reacted(message.message_id, "👍");
  expect(portal.allNotifications).toHaveLength(before + 2);
  expect(portal.feed(7)).toHaveLength(1);
});

test("exactly one visible: where tags are ignored nothing is repeated and the sender reads the doubt", async () => {
  const { portal, telegram, ivan, group, start, answered, cli } = await openGroup({ portal: { tags: "ignored" } });
  await start();
  portal.faults.add({ kind: "truncate" });
  telegram.say(group, ivan, "/notify @anna perhaps");
  const { message } = await answered("may or may not have arrived");
  expect(message.text).toContain("no usable answer");
  expect(portal.feed(7)).toHaveLength(1);
  const listed = JSON.parse((await cli("deliveries", "list", "--json")).out);
  expect(listed).toMatchObject([{ state: "settled", verdict: "unknown", attempts: 1 }]);
});

test("a doubt that a stop has left is told at the next start, though nothing else happens", async () => {
  const { portal, telegram, ivan, group, start, answered, reacted } = await openGroup({ portal: { tags: "ignored" } });
  const first = await start();
  portal.faults.add({ kind: "hang", executed: true });
  const asked = telegram.say(group, ivan, "/notify @anna perhaps");
  await reacted(asked.message_id, "👀");
  await expect.poll(() => portal.faults.pending).toBe(0);
  await first.kill();
  await start();
  const { message } = await answered("may or may not have arrived");
  expect(message.text).toContain("stopped in the middle of sending");
  expect(portal.feed(7)).toHaveLength(1);
});

test("no false delivered: a dismissed and a silent recipient are told apart from the one who got it", async () => {
  const { portal, telegram, ivan, group, start, answered, reacted } = await openGroup();
  portal.setUser({ id: 8, notificationsOff: true });
  await start();
  const message = telegram.say(group, ivan, "/notify @anna @boris id:9 hello");
  await answered("switched such notifications off");
  const post = await answered("no such active user");
  expect(post.message.text).not.toContain("Anna");
  expect(telegram.reactionsOf(group, message.message_id).flatMap(({ emoji }) => emoji)).not.toContain("👍");
  expect(portal.feed(7)).toHaveLength(1);
  const alone = telegram.say(group, ivan, "/notify @anna hello again");
  await reacted(alone.message_id, "👍");
});

test("as fast as the portal allows: what many ask for at once goes in few requests, and one noisy chat does not delay another", async () => {
  const { portal, telegram, ivan, group, start, reacted, cli } = await openGroup();
  const quiet = telegram.createChat({ type: "supergroup", title: "Quiet", owner: ivan });
  expect((await cli("chat", "bind", "main", "--telegram", String(quiet.id))).code).toBe(0);
  portal.setDown(true);
  const { logs } = await start();
  const noisy = [];
  for (let writer = 0; writer < 10; writer += 1) {
    const user = telegram.createUser({ firstName: `Writer ${writer}` });
    for (let index = 0; index < 15; index += 1)
      noisy.push(telegram.say(group, user, `/notify @anna noise ${writer}.${index}`));
  }
  const calm = telegram.say(quiet, ivan, "/notify @boris calm");
  await telegram.waitFor(() => telegram.reactionsOf(quiet, calm.message_id).length > 0);
  // The calm chat had its turn long before all of the noise was dealt with, which is to go together.
  const accepted = () => logs.filter((line) => line.includes('"msg":"accepted"')).length;
  await expect.poll(accepted).toBe(noisy.length + 1);
  portal.setDown(false);
  await expect.poll(() => portal.feed(8).length).toBe(1);
  // Told by the portal's own order: by the time that the feed is looked at, more of the noise may have followed.
  const place = portal.allNotifications.findIndex(({ recipientId }) => recipientId === 8);
  expect(place).toBeLessThanOrEqual(50);
  await expect.poll(() => portal.feed(7).length).toBe(noisy.length);
  await reacted(noisy[0]?.message_id ?? 0, "👀");
  const sent = portal.requests.filter(({ method, status }) => method === "batch" && status === 200);
  expect(sent.length).toBeLessThanOrEqual(6);
});

const HOSTILE = [
  "[url=https://evil.example]https://company.example[/url] [user=1]CEO[/user] [send=/cmd]OK[/send] [call=+900]x[/call]",
  '<a href="https://evil.example">https://company.example</a> <b>bold</b> #BR# &#91;b&#93;',
  "$result[a][b] $error[a] $next[x]",
  "see @everyone @here <@&1> [img]https://evil.example/p.png [/img]",
];

test("no text is more than text: what is typed arrives as typed, alone and in a batch, and pings nobody", async () => {
  const { portal, telegram, discord, ivan, group, oleg, channel, start, reacted } = await openGroup();
  await start();
  portal.setDown(true);
  const messages = HOSTILE.map((text) => telegram.say(group, ivan, `/notify @anna ${text}`));
  for (const message of messages) await reacted(message.message_id, "👀");
  portal.setDown(false);
  for (const message of messages) await reacted(message.message_id, "👍");
  const visible = portal.feed(7).map(({ text }) => text.normalize("NFKC").replaceAll("\u2060", ""));
  for (const text of HOSTILE.slice(1)) expect(visible.join("\n")).toContain(text);
  const bodies = portal.feed(7).map(({ text }) => text.slice(text.indexOf("\n")));
  expect(bodies.join("\n")).not.toMatch(/\[(?:url|user|send|call|img)\b/u);
  discord.say(channel, oleg, { content: "!notify @everyone_here ping @everyone <@&1>" });
  await discord.waitFor(() => discord.messagesOf(channel).some((message) => message.authorId === discord.bot.id));
  expect(discord.pings).toEqual([]);
});
