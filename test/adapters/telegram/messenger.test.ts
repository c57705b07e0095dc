import { expect, test } from "vitest";
import type { SayTarget } from "../../../src/app/ports.ts";
import { groupFor, houseFor } from "./support.ts";

const targetOf = (chat: { id: number }, message?: { message_id: number }, threadId = ""): SayTarget => ({
  platform: "telegram",
  chatId: String(chat.id),
  threadId,
  ...(message ? { messageId: String(message.message_id) } : {}),
});

async function askedFor(given: Parameters<typeof groupFor>[0] = {}) {
  const house = await groupFor(given);
  const asked = house.sandbox.say(house.group, house.anna, "/notify @petr_s x");
  return { ...house, asked, target: targetOf(house.group, asked), messenger: house.telegram.messenger };
}

test("marks replace one another on the message that asked", async () => {
  const { sandbox, messenger, group, asked, target } = await askedFor();
  for (const mark of ["stored", "delivered", "failed", "recalled"] as const) {
    expect(await messenger.mark(target, mark)).toEqual({ kind: "done" });
  }
  expect(sandbox.reactionsOf(group, asked.message_id).map(({ emoji }) => emoji)).toEqual([
    ["👀"],
    ["👍"],
    ["😢"],
    ["🙈"],
  ]);
});

test("where reactions are refused another way may do; on a deleted message none will", async () => {
  const { sandbox, messenger } = await askedFor();
  const anna = sandbox.createUser({ firstName: "Anna" });
  const strict = sandbox.createChat({ type: "supergroup", owner: anna, availableReactions: ["❤"] });
  const said = sandbox.say(strict, anna, "/notify @petr_s x");
  expect(await messenger.mark(targetOf(strict, said), "stored")).toMatchObject({ kind: "not-allowed" });
  sandbox.remove(strict, said.message_id);
  expect(await messenger.mark(targetOf(strict, said), "stored")).toMatchObject({ kind: "impossible" });
});

test("where a chat allows some reactions and not the one that is true now, the one that was true is taken away", async () => {
  const { sandbox, messenger } = await askedFor();
  const anna = sandbox.createUser({ firstName: "Anna" });
  const chat = sandbox.createChat({ type: "supergroup", owner: anna, availableReactions: ["👀", "👍"] });
  const said = sandbox.say(chat, anna, "/notify @petr_s x");
  expect(await messenger.mark(targetOf(chat, said), "delivered")).toEqual({ kind: "done" });
  expect(await messenger.mark(targetOf(chat, said), "recalled")).toMatchObject({ kind: "not-allowed" });
  expect(sandbox.reactionsOf(chat, said.message_id).map(({ emoji }) => emoji)).toEqual([["👍"], []]);
});

test("a post replies to the message that asked, as plain text without previews", async () => {
  const { sandbox, messenger, group, asked, target } = await askedFor();
  const outcome = await messenger.post(target, "<b>@petr_s</b> *is* unknown: https://example.org");
  const [post] = sandbox.postsOf(group);
  expect(outcome).toEqual({ kind: "done", messageId: String(post?.message.message_id) });
  expect(post?.message.text).toBe("<b>@petr_s</b> *is* unknown: https://example.org");
  expect(post?.message.reply_to_message?.message_id).toBe(asked.message_id);
  const call = sandbox.calls.find(({ method }) => method === "sendMessage");
  expect(call?.payload).toMatchObject({ link_preview_options: { is_disabled: true } });
  expect(call?.payload).not.toHaveProperty("parse_mode");
});

test("what is said pings nobody, and an example of a command is still copied whole", async () => {
  const { sandbox, messenger, group, target } = await askedFor();
  const text =
    "Not found: @petr_s, 🚀 @anna_k.\nWrite to a@example.org: /notify @petr_s Build is red #ci\n/status – more";
  const posted = await messenger.post(target, text);
  const shown = () =>
    (sandbox.postsOf(group)[0]?.message.entities ?? []).map(({ type, offset, length }) => [
      type,
      (sandbox.postsOf(group)[0]?.message.text ?? "").slice(offset, offset + length),
    ]);
  const inert = [
    ["code", "@petr_s"],
    ["code", "@anna_k"],
    ["email", "a@example.org"],
    ["code", "/notify @petr_s Build is red #ci"],
    ["bot_command", "/status"],
  ];
  expect(sandbox.postsOf(group)[0]?.message.text).toBe(text);
  expect(shown()).toEqual(inert);
  await messenger.edit(target, posted.kind === "done" ? (posted.messageId ?? "") : "", `${text}\n@oleg_v`);
  expect(shown()).toEqual([...inert, ["code", "@oleg_v"]]);
});

test("a post is made although the message that asked is gone", async () => {
  const { sandbox, messenger, group, asked, target } = await askedFor();
  sandbox.remove(group, asked.message_id);
  expect(await messenger.post(target, "not delivered")).toMatchObject({ kind: "done" });
  expect(sandbox.postsOf(group)).toHaveLength(1);
});

test("an over-long post is cut at a character", async () => {
  const { sandbox, messenger, group, target } = await askedFor();
  expect(await messenger.post(target, "🚀".repeat(5_000))).toMatchObject({ kind: "done" });
  expect(sandbox.postsOf(group)[0]?.message.text).toBe(`${"🚀".repeat(4_095)}…`);
});

test("an answer stays in its topic, goes to General without a thread, and leaves a topic that is closed", async () => {
  const { sandbox, telegram } = await houseFor();
  const anna = sandbox.createUser({ firstName: "Anna" });
  const forum = sandbox.createChat({ type: "supergroup", isForum: true, topics: ["CI"], owner: anna });
  const thread = forum.topics.get("CI") ?? 0;
  const said = sandbox.say(forum, anna, { text: "/notify @a_b_c x", threadId: thread });
  const target = targetOf(forum, said, String(thread));
  expect(await telegram.messenger.post(target, "one")).toMatchObject({ kind: "done" });
  expect(await telegram.messenger.post(targetOf(forum, undefined, "1"), "two")).toMatchObject({ kind: "done" });
  sandbox.setTopic(forum, thread, "closed");
  const closed = await telegram.messenger.post(targetOf(forum, undefined, String(thread)), "three");
  expect(closed).toMatchObject({ kind: "done" });
  expect(sandbox.postsOf(forum).map(({ message }) => message.message_thread_id)).toEqual([
    thread,
    undefined,
    undefined,
  ]);
});

test("an edit that changes nothing is done; one of a message that is gone is not allowed", async () => {
  const { sandbox, messenger, group, target } = await askedFor();
  await messenger.post(target, "waiting");
  const id = String(sandbox.postsOf(group)[0]?.message.message_id);
  expect(await messenger.edit(target, id, "waiting")).toEqual({ kind: "done" });
  expect(await messenger.edit(target, id, "delivered")).toEqual({ kind: "done" });
  expect(sandbox.postsOf(group)[0]?.message.text).toBe("delivered");
  sandbox.remove(group, Number(id));
  expect(await messenger.edit(target, id, "again")).toMatchObject({ kind: "not-allowed" });
});

test("flood control of one chat is obeyed there and leaves the others alone", async () => {
  const { sandbox, messenger, target, anna, group } = await askedFor();
  const other = sandbox.createChat({ type: "supergroup", owner: anna });
  sandbox.faults.add({ method: "sendMessage", kind: "429", retryAfter: 17, chatId: group.id });
  expect(await messenger.post(target, "x")).toMatchObject({ kind: "later", afterMs: 17_000 });
  expect(await messenger.post(targetOf(other), "x")).toMatchObject({ kind: "done" });
});

test("a lost answer leaves a post in doubt, while a mark or an edit may simply be repeated", async () => {
  const { sandbox, messenger, group, target } = await askedFor();
  sandbox.faults.add({ method: "sendMessage", kind: "reset", executed: true });
  expect(await messenger.post(target, "x")).toMatchObject({ kind: "unknown" });
  expect(sandbox.postsOf(group)).toHaveLength(1);
  sandbox.faults.add({ method: "*", kind: "reset", times: 1 });
  expect(await messenger.mark(target, "stored")).toMatchObject({ kind: "later" });
  sandbox.faults.add({ method: "*", kind: "reply", status: 502, body: "<html>Bad Gateway" });
  expect(await messenger.edit(target, "1", "x")).toMatchObject({ kind: "later" });
  sandbox.faults.add({ method: "*", kind: "reply", status: 502, body: "<html>Bad Gateway" });
  expect(await messenger.post(target, "x")).toMatchObject({ kind: "unknown" });
});

test("what could not even be sent is said later", async () => {
  const { sandbox, messenger, target } = await askedFor();
  await sandbox.pause();
  expect(await messenger.post(target, "x")).toMatchObject({ kind: "later", reason: "ECONNREFUSED" });
  await sandbox.resume();
});

test("a chat that is gone, or a person who blocked the bot, is told nothing more", async () => {
  const { sandbox, messenger, anna, group, target } = await askedFor();
  sandbox.createChat({ type: "private", user: anna });
  sandbox.block(anna);
  expect(await messenger.post(targetOf(anna), "x")).toMatchObject({ kind: "impossible" });
  sandbox.kickBot(group, anna);
  expect(await messenger.post(target, "x")).toMatchObject({ kind: "impossible" });
  expect(await messenger.mark(target, "stored")).toMatchObject({ kind: "impossible" });
  expect(await messenger.post(targetOf({ id: -1 }), "x")).toMatchObject({ kind: "impossible" });
});

test("in a group that has become a supergroup a post follows, but replies to nobody's message", async () => {
  const { sandbox, messenger, inwards, anna } = await askedFor();
  const group = sandbox.createChat({ type: "group", owner: anna });
  const said = sandbox.say(group, anna, "/notify @petr_s x");
  const grown = sandbox.migrate(group);
  expect(inwards.migrations).toEqual([]);
  expect(await messenger.mark(targetOf(group, said), "delivered")).toMatchObject({ kind: "not-allowed" });
  expect(await messenger.post(targetOf(group, said), "delivered")).toMatchObject({ kind: "done" });
  expect(sandbox.postsOf(grown)[0]?.message.text).toBe("delivered");
  expect(sandbox.postsOf(grown)[0]?.message.reply_to_message).toBeUndefined();
  // Heard from the refusals alone: nobody has polled for the messages that tell of it.
  expect(inwards.migrations[0]).toEqual({ from: String(group.id), to: String(grown.id) });
});

test("a message is deleted where the bot may; one that is gone counts as deleted, one that it may not delete does not", async () => {
  const { sandbox, messenger, group, anna, asked, target } = await askedFor();
  expect(await messenger.remove(target)).toMatchObject({ kind: "not-allowed" });
  sandbox.addBot(group, anna, "administrator");
  expect(await messenger.remove(target)).toEqual({ kind: "done" });
  expect(sandbox.messagesOf(group).find(({ message }) => message.message_id === asked.message_id)?.deleted).toBe(true);
  expect(await messenger.remove(target)).toEqual({ kind: "done" });
});
