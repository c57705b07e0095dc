import { expect, test } from "vitest";
import { groupFor } from "./support.ts";

test("a reply carries the original without the original's own reply", async () => {
  const { telegram, anna, group } = await groupFor();
  const first = telegram.say(group, anna, "one");
  const second = telegram.say(group, anna, { text: "two", replyTo: first.message_id });
  const third = telegram.say(group, anna, { text: "/notify @anna_k", replyTo: second.message_id });
  expect(third.reply_to_message).toMatchObject({ text: "two" });
  expect(third.reply_to_message).not.toHaveProperty("reply_to_message");
  expect(third).toMatchObject({ message_thread_id: first.message_id });
  expect(third).not.toHaveProperty("is_topic_message");
});

test("in a topic every message seems to reply to the message that opened it; in General none does", async () => {
  const { telegram, anna } = await groupFor();
  const forum = telegram.createChat({ type: "supergroup", isForum: true });
  const threadId = telegram.createTopic(forum, anna, "CI");
  const said = telegram.say(forum, anna, { text: "hello", threadId });
  expect(said).toMatchObject({
    message_thread_id: threadId,
    is_topic_message: true,
    reply_to_message: { message_id: threadId, forum_topic_created: { name: "CI" } },
  });
  const answer = telegram.say(forum, anna, { text: "re", threadId, replyTo: said.message_id });
  expect(answer.reply_to_message).toMatchObject({ text: "hello" });
  const general = telegram.say(forum, anna, "hi");
  expect(general.message_thread_id).toBeUndefined();
  expect(general.reply_to_message).toBeUndefined();
});

test("privacy mode shows commands for us, replies to us, and plain commands while no other bot spoke last", async () => {
  const { telegram, api, anna, group } = await groupFor({ canReadAllGroupMessages: false });
  const other = telegram.createUser({ firstName: "CI", username: "ci_bot", isBot: true });
  const { message_id: ours } = await api.sendMessage(group.id, "hello");
  const shown = () => telegram.pendingUpdates().map((u) => u.message?.text);
  telegram.say(group, anna, "small talk @herald24_bot");
  telegram.say(group, anna, "/plain");
  telegram.say(group, other, "beep");
  telegram.say(group, anna, "/hidden");
  telegram.say(group, anna, "/to@herald24_bot");
  telegram.say(group, anna, "/not@ci_bot");
  telegram.say(group, anna, { text: "answer", replyTo: ours });
  expect(shown()).toEqual(["/plain", "/to@herald24_bot", "answer"]);
  telegram.addBot(group, anna, "administrator");
  telegram.say(group, anna, "small talk");
  expect(shown().at(-1)).toBe("small talk");
  expect(await api.getMe()).toMatchObject({ can_read_all_group_messages: false });
});

test("other bots are unseen in groups and seen, without a name, in channels", async () => {
  const { telegram, group } = await groupFor();
  const other = telegram.createUser({ firstName: "CI", username: "ci_bot", isBot: true });
  telegram.say(group, other, "beep");
  expect(telegram.pendingUpdates()).toEqual([]);
  const channel = telegram.createChat({ type: "channel", title: "Alerts" });
  telegram.postInChannel(channel, "#red build");
  const [update] = telegram.pendingUpdates();
  expect(update?.channel_post).toMatchObject({ text: "#red build", sender_chat: { id: channel.id } });
  expect(update?.channel_post).not.toHaveProperty("from");
});

test("anonymous administrators and channels speak through technical senders", async () => {
  const { telegram, group } = await groupFor();
  const channel = telegram.createChat({ type: "channel", title: "Blog" });
  telegram.say(group, telegram.anonymousAdmin(group, "chief"), "/notify @anna_k");
  telegram.say(group, telegram.asChannel(channel), "hello");
  expect(telegram.pendingUpdates().map((u) => u.message)).toMatchObject([
    { from: { id: 1087968824, is_bot: true }, sender_chat: { id: group.id }, author_signature: "chief" },
    { from: { id: 136817688 }, sender_chat: { id: channel.id } },
  ]);
});

test("a channel post returns from its discussion group, even the bot's own", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const channel = telegram.createChat({ type: "channel", title: "Alerts" });
  telegram.linkDiscussion(channel, group);
  await api.sendMessage(channel.id, "alert");
  const [update] = telegram.pendingUpdates();
  expect(update?.message).toMatchObject({ is_automatic_forward: true, from: { id: 777000 }, text: "alert" });
  const comment = telegram.say(group, anna, { text: "/notify", replyTo: update?.message?.message_id ?? 0 });
  expect(comment.reply_to_message).toMatchObject({ is_automatic_forward: true });
});

test("private chats and basic groups share one counter of ids, supergroups have their own", async () => {
  const { telegram, anna, group } = await groupFor();
  const own = telegram.createChat({ type: "private", user: anna });
  const basic = telegram.createChat({ type: "group" });
  const ids = [own, basic, own, group].map((chat) => telegram.say(chat, anna, "x").message_id);
  expect(ids).toEqual([1, 2, 3, 2]);
});

test("a message of any kind can be made up, and edits and text mentions work", async () => {
  const { telegram, anna, group } = await groupFor();
  const boris = telegram.createUser({ firstName: "Борис" });
  const mention = { type: "text_mention", offset: 8, length: 5, user: boris };
  const { message_id } = telegram.say(group, anna, { text: "/notify Борис hi", entities: [mention] });
  telegram.edit(group, message_id, { text: "/notify @boris" });
  telegram.say(group, anna, { text: "", extra: { text: undefined, rich_message: {} } });
  const [said, edited, rich] = telegram.pendingUpdates();
  expect(said?.message?.entities).toMatchObject([
    { type: "bot_command" },
    { type: "text_mention", user: { id: boris.id } },
  ]);
  expect(edited?.edited_message).toMatchObject({ message_id, text: "/notify @boris", edit_date: expect.any(Number) });
  expect(rich?.message).toMatchObject({ rich_message: {} });
  expect(rich?.message).not.toHaveProperty("text");
});

test("reactions of people are reported to administrators who asked for them", async () => {
  const { telegram, api, anna, group } = await groupFor();
  await api.getUpdates({ allowed_updates: ["message_reaction"] });
  const { message_id } = await api.sendMessage(group.id, "alert");
  telegram.react(group, anna, message_id, ["👀"]);
  expect(telegram.pendingUpdates()).toEqual([]);
  telegram.addBot(group, anna, "administrator");
  telegram.react(group, anna, message_id, ["👍"]);
  expect(telegram.pendingUpdates()).toMatchObject([
    { message_reaction: { old_reaction: [{ emoji: "👀" }], new_reaction: [{ emoji: "👍" }] } },
  ]);
});
