import { InputFile } from "grammy";
import { expect, test } from "vitest";
import { REACTION_EMOJI } from "../../../sandbox/telegram/reactions.ts";
import { apiOf, groupFor, handClock, telegramFor } from "./support.ts";

test("what the bot posts is kept, answered with entities, and never comes back", async () => {
  const { telegram, api, group } = await groupFor();
  const channel = telegram.createChat({ type: "channel", title: "Alerts" });
  const sent = await api.sendMessage(group.id, " <b>Red</b> for @anna_k ", { parse_mode: "HTML" });
  expect(sent).toMatchObject({ text: "Red for @anna_k", entities: [{ type: "bold" }, { type: "mention", offset: 8 }] });
  await api.sendMessage(channel.id, "post");
  expect(telegram.postsOf(group)).toHaveLength(1);
  expect(telegram.pendingUpdates()).toEqual([]);
});

test.each([
  ["no", "", "message text is empty"],
  ["blank", " \n ", "text must be non-empty"],
  ["too long a", "🔥".repeat(4_097), "message is too long"],
  ["broken", "<b>open", "can't parse entities"],
])("%s text is refused", async (_, text, problem) => {
  const { api, group } = await groupFor();
  await expect(api.sendMessage(group.id, text, { parse_mode: "HTML" })).rejects.toThrow(problem);
});

test("4096 emoji fit, because characters are counted and not units", async () => {
  const { api, group } = await groupFor();
  expect((await api.sendMessage(group.id, "🔥".repeat(4_096))).text).toHaveLength(8_192);
});

test("a reply to a message that is gone needs leave to go without", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { message_id } = telegram.say(group, anna, "soon gone");
  const sent = await api.sendMessage(group.id, "re", { reply_parameters: { message_id } });
  expect(sent.reply_to_message?.text).toBe("soon gone");
  telegram.remove(group, message_id);
  await expect(api.sendMessage(group.id, "re", { reply_parameters: { message_id } })).rejects.toThrow(
    "message to be replied not found",
  );
  const anyway = { message_id, allow_sending_without_reply: true };
  expect(await api.sendMessage(group.id, "re", { reply_parameters: anyway })).not.toHaveProperty("reply_to_message");
});

test("threads: a topic takes posts, General and deleted topics do not, closed ones only from administrators", async () => {
  const { telegram, api, anna } = await groupFor();
  const forum = telegram.createChat({ type: "supergroup", isForum: true, topics: ["CI"] });
  const thread = forum.topics.get("CI") ?? 0;
  const post = (message_thread_id: number) => api.sendMessage(forum.id, "x", { message_thread_id });
  expect(await post(thread)).toMatchObject({ message_thread_id: thread, is_topic_message: true });
  await expect(post(1)).rejects.toThrow("message thread not found");
  telegram.setTopic(forum, thread, "closed");
  await expect(post(thread)).rejects.toThrow("TOPIC_CLOSED");
  telegram.addBot(forum, anna, "administrator");
  expect(await post(thread)).toMatchObject({ text: "x" });
  telegram.setTopic(forum, thread, "deleted");
  await expect(post(thread)).rejects.toThrow("message thread not found");
});

test("an edit without change is refused, a real one keeps the history, others' messages are off limits", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { message_id } = await api.sendMessage(group.id, "sending");
  await expect(api.editMessageText(group.id, message_id, "sending ")).rejects.toThrow("message is not modified");
  await api.editMessageText(group.id, message_id, "delivered");
  const [stored] = telegram.postsOf(group);
  expect([...(stored?.earlier ?? []), stored?.message].map((m) => m?.text)).toEqual(["sending", "delivered"]);
  const theirs = telegram.say(group, anna, "mine").message_id;
  await expect(api.editMessageText(group.id, theirs, "hacked")).rejects.toThrow("message can't be edited");
  await expect(api.deleteMessage(group.id, theirs)).rejects.toThrow("message can't be deleted");
  await api.deleteMessage(group.id, message_id);
  await expect(api.deleteMessage(group.id, message_id)).rejects.toThrow("message to delete not found");
});

test("every emoji on the list can be a reaction, and there are 73 of them", () => {
  expect(REACTION_EMOJI.size).toBe(73);
  expect([...REACTION_EMOJI].join("")).not.toContain("\uFE0F");
});

test("reactions: one of the 73, and of those the chat allows", async () => {
  const { telegram, api, anna } = await groupFor();
  const chat = telegram.createChat({ type: "supergroup", availableReactions: ["👍", "👀"] });
  const { message_id } = telegram.say(chat, anna, "/notify");
  const react = (emoji: "👀" | "👍" | "🔥") => api.setMessageReaction(chat.id, message_id, [{ type: "emoji", emoji }]);
  await react("👀");
  await react("👍");
  await expect(react("🔥")).rejects.toThrow("REACTION_INVALID");
  // @ts-expect-error grammY's types know that this one is not allowed
  await expect(react("✅")).rejects.toThrow("REACTION_INVALID");
  await api.setMessageReaction(chat.id, message_id, []);
  expect(telegram.reactionsOf(chat, message_id).map((r) => r.emoji)).toEqual([["👀"], ["👍"], []]);
  await expect(api.setMessageReaction(chat.id, 999, [])).rejects.toThrow("message to react not found");
});

test("blocked, kicked, never started, unknown: each is refused in its own way", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const send = (id: number) => api.sendMessage(id, "hi");
  await expect(send(anna.id)).rejects.toThrow("403: Forbidden: bot can't initiate conversation with a user");
  telegram.createChat({ type: "private", user: anna });
  await send(anna.id);
  telegram.block(anna);
  await expect(send(anna.id)).rejects.toThrow("403: Forbidden: bot was blocked by the user");
  telegram.unblock(anna);
  await send(anna.id);
  telegram.kickBot(group, anna);
  await expect(send(group.id)).rejects.toThrow("403: Forbidden: bot was kicked from the supergroup chat");
  const statuses = telegram.pendingUpdates().map((u) => u.my_chat_member?.new_chat_member.status);
  expect(statuses).toEqual(["kicked", "member", "kicked"]);
});

test("posting into a channel takes administrator rights", async () => {
  const { telegram, api, anna } = await groupFor();
  const channel = telegram.createChat({ type: "channel", username: "alerts", bot: "member" });
  await expect(api.sendMessage("@alerts", "x")).rejects.toThrow("need administrator rights in the channel chat");
  telegram.addBot(channel, anna, "administrator");
  expect(await api.sendMessage("@ALERTS", "x")).toMatchObject({ sender_chat: { id: channel.id } });
});

test("an upgraded group names its new id", async () => {
  const { telegram, api, anna } = await groupFor();
  const old = telegram.createChat({ type: "group", title: "Old", owner: anna });
  const fresh = telegram.migrate(old);
  await expect(api.sendMessage(old.id, "x")).rejects.toMatchObject({
    error_code: 400,
    parameters: { migrate_to_chat_id: fresh.id },
  });
  expect(telegram.pendingUpdates().map((u) => u.message)).toMatchObject([
    { chat: { id: old.id }, migrate_to_chat_id: fresh.id },
    { chat: { id: fresh.id }, migrate_from_chat_id: old.id },
  ]);
  expect(await api.sendMessage(fresh.id, "x")).toMatchObject({ chat: { id: fresh.id } });
});

test("a full chat gets 429 with the time to wait, another chat goes on", async () => {
  const hand = handClock();
  const telegram = await telegramFor({ clock: hand.clock, chatLimitPerMinute: 2 });
  const api = apiOf(telegram);
  const [loud, calm] = [telegram.createChat({ type: "group" }), telegram.createChat({ type: "group" })];
  await api.sendMessage(loud.id, "1");
  hand.advance(10_000);
  await api.sendMessage(loud.id, "2");
  await expect(api.sendMessage(loud.id, "3")).rejects.toMatchObject({
    error_code: 429,
    parameters: { retry_after: 50 },
  });
  await api.sendMessage(calm.id, "1");
  hand.advance(50_000);
  await api.sendMessage(loud.id, "3");
});

test("buttons: data has 64 bytes at most, a press is answered once", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const keyboard = (callback_data: string) => ({
    reply_markup: { inline_keyboard: [[{ text: "OK", callback_data }]] },
  });
  await expect(api.sendMessage(group.id, "?", keyboard("ы".repeat(33)))).rejects.toThrow("BUTTON_DATA_INVALID");
  const { message_id } = await api.sendMessage(group.id, "?", keyboard("ы".repeat(32)));
  const id = telegram.press(group, anna, message_id, "ы".repeat(32));
  expect(telegram.pendingUpdates()).toMatchObject([{ callback_query: { id, from: { id: anna.id } } }]);
  await api.answerCallbackQuery(id, { text: "done" });
  await expect(api.answerCallbackQuery(id)).rejects.toThrow("query is too old");
  expect(telegram.callbackAnswers).toEqual([{ id, text: "done", alert: false }]);
});

test("uploads arrive as multipart and count their caption", async () => {
  const { telegram, api, group } = await groupFor();
  const file = () => new InputFile(Buffer.from("log"), "build.log");
  const sent = await api.sendDocument(group.id, file(), { caption: "the log" });
  expect(sent).toMatchObject({ caption: "the log", document: { file_name: "build.log", file_size: 3 } });
  const tooLong = api.sendDocument(group.id, file(), { caption: "x".repeat(1_025) });
  await expect(tooLong).rejects.toThrow("message caption is too long");
  expect(telegram.calls.at(-1)?.uploads).toHaveLength(1);
});

test("menus are kept by scope and language and checked for form", async () => {
  const { telegram, api, group } = await groupFor();
  const commands = [{ command: "notify", description: "Уведомить" }];
  await api.setMyCommands(commands, { language_code: "ru", scope: { type: "chat", chat_id: group.id } });
  expect(await api.getMyCommands()).toEqual([]);
  expect(await api.getMyCommands({ language_code: "ru", scope: { type: "chat", chat_id: group.id } })).toEqual(
    commands,
  );
  await expect(api.setMyCommands([{ command: "Notify", description: "x" }])).rejects.toThrow("BOT_COMMAND_INVALID");
  expect(telegram.menus()).toHaveLength(1);
});

test("administrators and members are told by status", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const boris = telegram.createUser({ firstName: "Boris" });
  expect(await api.getChatMember(group.id, anna.id)).toMatchObject({ status: "creator" });
  expect(await api.getChatMember(group.id, boris.id)).toMatchObject({ status: "left" });
  telegram.setMember(group, boris, "administrator");
  const ids = (await api.getChatAdministrators(group.id)).map(({ user }) => user.id);
  expect(ids).toEqual([anna.id, boris.id]);
  await expect(api.getChatMember(group.id, 12)).rejects.toThrow("user not found");
  await api.leaveChat(group.id);
  await expect(api.getChatMember(group.id, anna.id)).rejects.toThrow("bot is not a member of the supergroup chat");
});
