import { expect, test } from "vitest";
import { plainText } from "../../../src/core/richText.ts";
import { groupFor, houseFor } from "./support.ts";

const BYTES = new Uint8Array(2_000).fill(7);
const words = (message: { text: Parameters<typeof plainText>[0] } | undefined) => message && plainText(message.text);

test("a command says who asks, where, when and how to get there", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor({ sandbox: { clock: () => 1_790_000_000_000 } });
  const said = sandbox.say(group, anna, "/notify 🚀 @petr_s Build is red #ci");
  const [message] = await takeIn();
  expect(message).toMatchObject({
    at: { platform: "telegram", chatId: String(group.id), threadId: "", messageId: String(said.message_id) },
    place: { kind: "group", title: "Builds" },
    sender: { kind: "person", userId: String(anna.id), username: "anna_k", name: "Анна К", language: "ru" },
    text: [
      { text: "/notify 🚀 " },
      { text: "@petr_s", mention: { username: "petr_s" } },
      { text: " Build is red #ci" },
    ],
    media: [],
    link: `https://t.me/c/${String(group.id).slice(4)}/${said.message_id}`,
    sentAt: 1_790_000_000_000,
    edited: false,
  });
});

test("a person picked from the list without a username is known by id", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const petr = sandbox.createUser({ firstName: "Пётр", lastName: "Великий" });
  const text = "/notify Пётр Великий привет";
  sandbox.say(group, anna, { text, entities: [{ type: "text_mention", offset: 8, length: 12, user: petr }] });
  const [message] = await takeIn();
  expect(message?.text[1]).toEqual({ text: "Пётр Великий", mention: { userId: String(petr.id) } });
});

test("in a topic the thread is named and the topic's opening message is no reply; General has no thread", async () => {
  const { sandbox, takeIn, inwards } = await houseFor();
  const anna = sandbox.createUser({ firstName: "Anna" });
  const forum = sandbox.createChat({ type: "supergroup", isForum: true, topics: ["CI"], owner: anna });
  inwards.chats.push({ platform: "telegram", chatId: String(forum.id), threadId: "" });
  const thread = forum.topics.get("CI") ?? 0;
  const inTopic = sandbox.say(forum, anna, { text: "/notify @a_b_c in topic", threadId: thread });
  sandbox.say(forum, anna, "/notify @a_b_c in General");
  const [topic, general] = await takeIn();
  expect(inTopic.reply_to_message?.forum_topic_created).toBeDefined();
  expect(topic?.at.threadId).toBe(String(thread));
  expect(topic?.link).toContain(`/${thread}/${inTopic.message_id}`);
  expect(topic).not.toHaveProperty("repliedTo");
  expect(general?.at.threadId).toBe("");
});

test("the reply's text and media go along, and a selected part stands for its text", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const petr = sandbox.createUser({ firstName: "Petr" });
  const photo = sandbox.sendPhoto(group, petr, { bytes: BYTES, caption: "disk is full" });
  sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: photo.message_id });
  const quote = { text: "full", position: 8 };
  sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: photo.message_id, quote });
  const [whole, part] = await takeIn();
  expect(whole?.repliedTo).toMatchObject({ messageId: String(photo.message_id), author: "Petr" });
  expect(words(whole?.repliedTo)).toBe("disk is full");
  expect(whole?.repliedTo?.media).toMatchObject([
    { kind: "picture", name: `photo-${photo.message_id}.jpg`, mime: "image/jpeg", size: BYTES.length },
  ]);
  expect(words(part?.repliedTo)).toBe("full");
});

test("a reply into another chat brings its quote and media, but no id that could mean a message here", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const extra = {
    external_reply: {
      origin: { type: "hidden_user", sender_user_name: "Someone", date: 1 },
      message_id: 7,
      document: { file_id: "F", file_unique_id: "U", file_name: "report.pdf", mime_type: "application/pdf" },
    },
  };
  sandbox.say(group, anna, { text: "/notify @anna_k", quote: { text: "page 3", position: 0 }, extra });
  const [message] = await takeIn();
  expect(message?.repliedTo).toEqual({
    messageId: "",
    author: "Someone",
    text: [{ text: "page 3" }],
    media: [
      {
        kind: "file",
        name: "report.pdf",
        mime: "application/pdf",
        source: { kind: "telegram", fileId: "F", uniqueId: "U" },
      },
    ],
    parts: [],
  });
});

test("a comment under a channel's post quotes the post; the automatic forward itself is no message to us", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const channel = sandbox.createChat({ type: "channel", title: "Alerts" });
  sandbox.linkDiscussion(channel, group);
  sandbox.postInChannel(channel, "/notify @anna_k from the channel");
  const forward = sandbox.messagesOf(group).at(-1)?.message;
  expect(forward?.is_automatic_forward).toBe(true);
  sandbox.say(group, anna, { text: "/notify @anna_k see", replyTo: forward?.message_id ?? 0 });
  const [post, comment, ...others] = await takeIn();
  expect(others).toEqual([]);
  expect(post).toMatchObject({ place: { kind: "channel" }, sender: { kind: "channel", userId: String(channel.id) } });
  expect(comment?.at.threadId).toBe("");
  expect(comment?.repliedTo).toMatchObject({ author: "Alerts" });
  expect(words(comment?.repliedTo)).toBe("/notify @anna_k from the channel");
});

test("whoever hides behind a group or writes as a channel is no person; another bot is a bot", async () => {
  const { sandbox, takeIn, inwards, group } = await groupFor({ sandbox: { botToBot: true } });
  const channel = sandbox.createChat({ type: "channel", title: "News", bot: "never" });
  const robot = sandbox.createUser({ firstName: "CI", username: "ci_bot", isBot: true });
  sandbox.say(group, sandbox.anonymousAdmin(group, "Boss"), "/notify @anna_k 1");
  sandbox.say(group, sandbox.asChannel(channel), "/notify @anna_k 2");
  sandbox.say(group, robot, "/notify@herald24_bot @anna_k 3");
  const senders = (await takeIn()).map(({ sender }) => sender);
  expect(senders).toEqual([
    { kind: "anonymous-admin", userId: "1087968824", name: "Boss" },
    { kind: "channel", userId: String(channel.id), name: "News" },
    { kind: "bot", userId: String(robot.id), username: "ci_bot", name: "CI" },
  ]);
  expect(inwards.people).toEqual([]);
});

test("an album is one message: media in order, the words of the member with the command, other captions as words beside", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const [first, second] = sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES },
    { kind: "photo", bytes: BYTES, caption: "/notify @petr_s look" },
    { kind: "video", bytes: BYTES, caption: "and this", fileName: "crash.mp4" },
  ]);
  const messages = await takeIn();
  expect(messages).toHaveLength(1);
  expect(messages[0]?.at.messageId).toBe(String(second?.message_id));
  expect(words(messages[0])).toBe("/notify @petr_s look");
  expect(messages[0]?.media.map(({ name }) => name)).toEqual([
    `photo-${first?.message_id}.jpg`,
    `photo-${second?.message_id}.jpg`,
    "crash.mp4",
  ]);
  expect(messages[0]?.parts).toEqual([{ kind: "caption", text: [{ text: "and this" }] }]);
});

test("where no caption of an album is a command, all of them in order are its text", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const [, second] = sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES },
    { kind: "photo", bytes: BYTES, caption: "load of db1" },
    { kind: "photo", bytes: BYTES, caption: "load of db2" },
  ]);
  const [message] = await takeIn();
  expect(message?.at.messageId).toBe(String(second?.message_id));
  expect(words(message)).toBe("load of db1\nload of db2");
  expect(message?.parts).toEqual([]);
});

test("the member of an album that shows a webhook leads, whatever another one asks for", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const caption = `https://acme.bitrix24.com/rest/1/${"k".repeat(16)}/`;
  const [, second] = sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES, caption: "/notify @petr_s look" },
    { kind: "photo", bytes: BYTES, caption },
  ]);
  expect((await takeIn())[0]?.at.messageId).toBe(String(second?.message_id));
});

test("a reply to one member of an album brings those that were seen beside it, in order, and the album's words", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const petr = sandbox.createUser({ firstName: "Petr" });
  const [first, second, third] = sandbox.sendAlbum(group, petr, [
    { kind: "photo", bytes: BYTES, caption: "the rack burns" },
    { kind: "photo", bytes: BYTES },
    { kind: "video", bytes: BYTES, fileName: "crash.mp4" },
  ]);
  sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: second?.message_id ?? 0 });
  const replied = (await takeIn()).at(-1)?.repliedTo;
  expect(replied).toMatchObject({ messageId: String(second?.message_id), author: "Petr" });
  expect(words(replied)).toBe("the rack burns");
  const album = [`photo-${first?.message_id}.jpg`, `photo-${second?.message_id}.jpg`, "crash.mp4"];
  expect(replied?.media.map(({ name }) => name)).toEqual(album);
  const quote = { text: "rack", position: 4 };
  sandbox.edit(group, third?.message_id ?? 0, { caption: "later words" });
  sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: first?.message_id ?? 0, quote });
  const quoting = (await takeIn()).at(-1)?.repliedTo;
  expect(words(quoting)).toBe("rack");
  expect(quoting?.media.map(({ name }) => name)).toEqual(album);
});

test("of an album that was not seen, the member replied to goes along alone", async () => {
  const { sandbox, takeIn, inwards, anna, group } = await groupFor();
  const [, second] = sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES },
    { kind: "photo", bytes: BYTES },
  ]);
  await takeIn();
  inwards.kept.length = 0;
  sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: second?.message_id ?? 0 });
  const names = (await takeIn()).at(-1)?.repliedTo?.media.map(({ name }) => name);
  expect(names).toEqual([`photo-${second?.message_id}.jpg`]);
});

test("an edited member of an album replaces what it was; the whole is edited unless anything else is new", async () => {
  const { sandbox, telegram, inwards, takeIn, anna, group } = await groupFor();
  const [first] = sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES, caption: "/notify @petr_s lok" },
    { kind: "photo", bytes: BYTES },
  ]);
  await takeIn();
  sandbox.edit(group, first?.message_id ?? 0, { caption: "/notify @petr_s look" });
  await takeIn();
  const again = async (done: readonly boolean[]) => {
    await telegram.dispatch(inwards.kept.map((row, index) => ({ ...row, done: done[index] ?? false })));
    return inwards.messages.splice(0)[0]?.message;
  };
  const edited = await again([true, true, false]);
  expect(words(edited)).toBe("/notify @petr_s look");
  expect(edited).toMatchObject({ edited: true });
  expect(edited?.media).toHaveLength(2);
  expect(await again([true, false, true])).toMatchObject({ edited: false });
  expect(await again([true, false, false])).toMatchObject({ edited: false });
});

test("messages of public chats are linked by name, those of private chats and basic groups not at all", async () => {
  const { sandbox, takeIn, anna } = await groupFor();
  const pub = sandbox.createChat({ type: "supergroup", title: "Open", username: "open_builds", owner: anna });
  const basic = sandbox.createChat({ type: "group", title: "Small", owner: anna });
  const chat = sandbox.createChat({ type: "private", user: anna });
  const said = sandbox.say(pub, anna, "/help");
  sandbox.say(basic, anna, "/help");
  sandbox.say(chat, anna, "hello");
  const links = (await takeIn()).map(({ link }) => link);
  expect(links).toEqual([`https://t.me/open_builds/${said.message_id}`, undefined, undefined]);
});
