import { expect, test } from "vitest";
import type { SayTarget } from "../../../src/app/ports.ts";
import { adapterFor, type Scene, setScene, until } from "./house.ts";

const HOSTILE = "@everyone <@123> **bold** [x](https://evil.example) ```code``` ||s|| <#5>\n# big\n> quote\n- item";

function targetOf({ guild, channel, boris }: Scene, more: Partial<SayTarget> = {}): SayTarget {
  return { platform: "discord", chatId: guild.id, threadId: channel.id, userId: boris.id, ...more };
}

test("a mark is a reaction, and a newer one takes the older one away, over restarts too", async () => {
  const scene = await setScene();
  const { discord, adapter, house, boris, channel } = scene;
  const said = discord.say(channel, boris, { content: "!notify x" });
  const target = targetOf(scene, { messageId: said.id });
  const own = () => discord.reactionsOf(said).filter((each) => each.userIds.includes(discord.bot.id));
  expect(await adapter.messenger.mark(target, "stored")).toEqual({ kind: "done" });
  expect(await adapter.messenger.mark(target, "stored")).toEqual({ kind: "done" });
  expect(own().map((each) => each.emoji)).toEqual(["👀"]);
  expect(await adapter.messenger.mark(target, "failed")).toEqual({ kind: "done" });
  expect(own().map((each) => each.emoji)).toEqual(["😢"]);
  expect(await adapterFor(discord, house).messenger.mark(target, "delivered")).toEqual({ kind: "done" });
  expect(own().map((each) => each.emoji)).toEqual(["👍"]);
  expect(await adapterFor(discord, house).messenger.mark(target, "recalled")).toEqual({ kind: "done" });
  expect(own().map((each) => each.emoji)).toEqual(["🙈"]);
});

test("where reactions are refused another way is asked for; where the message is gone there is none", async () => {
  const scene = await setScene();
  const { discord, adapter, boris, channel } = scene;
  const said = discord.say(channel, boris, { content: "x" });
  const target = targetOf(scene, { messageId: said.id });
  discord.setPermissions(channel, { reactions: false });
  expect(await adapter.messenger.mark(target, "stored")).toMatchObject({ kind: "not-allowed" });
  discord.delete(said);
  discord.setPermissions(channel, { reactions: true });
  expect(await adapter.messenger.mark(target, "stored")).toMatchObject({ kind: "impossible" });
});

test("posts and edits reply, ping nobody and show foreign markup as text", async () => {
  const scene = await setScene();
  const { discord, adapter, boris, channel } = scene;
  const said = discord.say(channel, boris, { content: "x" });
  const target = targetOf(scene, { messageId: said.id });
  const posted = await adapter.messenger.post(target, HOSTILE);
  expect(posted.kind).toBe("done");
  const shown = () => discord.messagesOf(channel).at(-1);
  expect(shown()).toMatchObject({ replyTo: said.id, pinged: [] });
  expect(shown()?.content).not.toMatch(/@everyone|(?<!\\)<@|(?<!\\)\*\*|\]\(|^# |^> /m);
  const messageId = posted.kind === "done" ? (posted.messageId ?? "") : "";
  expect(await adapter.messenger.edit(target, messageId, `${HOSTILE} edited`)).toEqual({ kind: "done", messageId });
  expect(shown()?.content).toContain("edited");
  expect(discord.pings).toEqual([]);
  discord.delete(said);
  expect(await adapter.messenger.post(target, "still said")).toMatchObject({ kind: "done" });
});

test("a post whose answer was lost is said once", async () => {
  const scene = await setScene();
  const { discord, adapter, channel } = scene;
  discord.faults.add({ kind: "reset", executed: true, method: "POST", route: /\/messages$/ });
  expect(await adapter.messenger.post(targetOf(scene), "once")).toMatchObject({ kind: "done" });
  expect(discord.messagesOf(channel)).toHaveLength(1);
  discord.faults.add({ kind: "reset", executed: true, method: "POST", route: /\/messages$/, times: 9 });
  expect(await adapter.messenger.post(targetOf(scene), "in doubt")).toMatchObject({ kind: "unknown" });
  expect(discord.messagesOf(channel)).toHaveLength(2);
});

test("a thread of a bound channel is answered in the thread", async () => {
  const scene = await setScene();
  const { discord, adapter, channel, boris } = scene;
  const thread = discord.createThread(channel, { name: "aside" });
  const said = discord.say(thread, boris, { content: "x" });
  const target = targetOf(scene, { messageId: `${thread.id}/${said.id}` });
  const posted = await adapter.messenger.post(target, "here");
  expect(await adapter.messenger.mark(target, "delivered")).toEqual({ kind: "done" });
  expect(discord.messagesOf(thread).at(-1)).toMatchObject({ content: "here", replyTo: said.id });
  const messageId = posted.kind === "done" ? (posted.messageId ?? "") : "";
  await adapter.messenger.edit(target, messageId, "there");
  expect(discord.messagesOf(thread).at(-1)?.content).toBe("there");
});

async function askedBySlash(scene: Scene) {
  const { discord, channel, boris, house, start } = scene;
  const { stop } = await start();
  const asked = discord.interact.slash(channel, boris, { name: "notify", options: { to: "@anna", text: "x" } });
  await until(() => house.entries.length === 1);
  const { interaction, at } = house.messages()[0] ?? {};
  if (!interaction || !at) throw new Error("no interaction was kept");
  return { asked, stop, target: targetOf(scene, { messageId: at.messageId, interaction }) };
}

test("the answer to an interaction becomes the verdict, over a restart too", async () => {
  const scene = await setScene();
  const { discord, house } = scene;
  const { asked, stop, target } = await askedBySlash(scene);
  await stop();
  const { messenger } = adapterFor(discord, house);
  expect(await messenger.mark(target, "stored")).toMatchObject({ kind: "not-allowed" });
  expect(await messenger.post(target, "on its way")).toEqual({ kind: "done", messageId: "@original" });
  expect(asked.original()).toMatchObject({ content: "on its way", ephemeral: true, loading: false });
  expect(await messenger.edit(target, "@original", "@everyone delivered")).toMatchObject({ kind: "done" });
  expect(asked.original()?.content).toContain("delivered");
  expect(discord.messagesOf(scene.channel)).toEqual([]);
  expect(discord.pings).toEqual([]);
});

test("after 15 minutes the verdict comes by direct message, else in the channel, and says what it is about", async () => {
  let shiftMs = 0;
  const scene = await setScene({ clock: () => Date.now() + shiftMs });
  const { discord, adapter, boris, channel } = scene;
  const target = { ...(await askedBySlash(scene)).target, about: "“Build is red”:" };
  expect(await adapter.messenger.post(target, "stored")).toMatchObject({ kind: "done" });
  shiftMs = 16 * 60_000;
  const direct = await adapter.messenger.edit(target, "@original", "delivered");
  expect(direct).toMatchObject({ kind: "done" });
  expect(discord.dmsOf(boris).at(-1)?.content).toBe("“Build is red”: delivered");
  const messageId = direct.kind === "done" ? (direct.messageId ?? "") : "";
  expect(await adapter.messenger.edit(target, messageId, "recalled")).toMatchObject({ kind: "done" });
  expect(discord.dmsOf(boris).map((message) => message.content)).toEqual(["“Build is red”: recalled"]);
  discord.setUser(boris, { dmsClosed: true });
  expect(await adapter.messenger.post(target, "in public")).toMatchObject({ kind: "done" });
  expect(discord.messagesOf(channel).at(-1)).toMatchObject({ content: "“Build is red”: in public", pinged: [] });
});

test("an outage, a missing right and a long limit each have their outcome, and no token in it", async () => {
  const scene = await setScene();
  const { discord, adapter, channel } = scene;
  const target = targetOf(scene);
  discord.setPermissions(channel, { send: false });
  expect(await adapter.messenger.post(target, "x")).toMatchObject({ kind: "not-allowed" });
  discord.setPermissions(channel, { send: true });
  discord.faults.add({ kind: "429", retryAfterS: 100, method: "POST", route: /\/messages$/ });
  expect(await adapter.messenger.post(target, "x")).toMatchObject({ kind: "later" });
  await discord.pause();
  const outcome = await adapter.messenger.edit(target, "123456789012345678", "x");
  expect(outcome).toMatchObject({ kind: "later" });
  expect(JSON.stringify([outcome, scene.house.lines])).not.toContain(discord.token);
});

test("a message is deleted where the bot may; one that is gone counts as deleted, and an interaction has none", async () => {
  const scene = await setScene();
  const { discord, adapter, boris, channel } = scene;
  const said = discord.say(channel, boris, { content: "secret" });
  const target = targetOf(scene, { messageId: said.id });
  expect(await adapter.messenger.remove(target)).toMatchObject({ kind: "not-allowed" });
  discord.setPermissions(channel, { manage: true });
  expect(await adapter.messenger.remove(target)).toEqual({ kind: "done" });
  expect(discord.messagesOf(channel).map(({ id }) => id)).not.toContain(said.id);
  expect(await adapter.messenger.remove(target)).toEqual({ kind: "done" });
  const interaction = { applicationId: "1", token: "t", expiresAt: 0 };
  expect(await adapter.messenger.remove({ ...target, interaction })).toMatchObject({ kind: "impossible" });
});
