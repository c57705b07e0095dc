import { describe, expect, test } from "vitest";
import { alertOf, isEmptyAlert } from "../../../src/core/alertOf.ts";
import { plainText } from "../../../src/core/richText.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { confirmed, groupFor, houseFor } from "./support.ts";

const BYTES = new Uint8Array(2_000).fill(7);

/** The group, and a channel beside it; both are watched. */
async function watchedFor(sandboxOptions: Parameters<typeof groupFor>[0] = {}) {
  const house = await groupFor(sandboxOptions);
  const { sandbox, inwards, group, takeIn } = house;
  const channel = sandbox.createChat({ type: "channel", title: "Alerts" });
  const chats = [group, channel].map(({ id }) => ({ platform: "telegram" as const, chatId: String(id), threadId: "" }));
  inwards.chats.push(...chats);
  inwards.watchedChats.push(...chats);
  const alerts = async () => (await takeIn()).map(alertOf);
  return { ...house, channel, alerts };
}

describe("a watched chat", () => {
  test("tells of people, bots, anonymous administrators and members that write as a channel", async () => {
    const { sandbox, group, channel, anna, alerts } = await watchedFor({ sandbox: { botToBot: true } });
    const grafana = sandbox.createUser({ firstName: "Grafana", username: "grafana_bot", isBot: true });
    sandbox.say(group, anna, "disk is full #ops");
    sandbox.say(group, grafana, "[FIRING:1] DiskFull");
    sandbox.say(group, sandbox.anonymousAdmin(group, "Duty"), "I am on it");
    sandbox.say(group, sandbox.asChannel(channel), "from the channel");
    expect(await alerts()).toMatchObject([
      { author: { kind: "person", id: String(anna.id), name: "Анна К" }, tags: ["ops"], place: "Builds" },
      { author: { kind: "bot", id: String(grafana.id), name: "Grafana" }, status: "firing" },
      { author: { kind: "anonymous-admin", name: "Duty" } },
      { author: { kind: "channel", id: String(channel.id), name: "Alerts" } },
    ]);
  });

  test("tells of posts of a channel, signed or not, and of their edits", async () => {
    const { sandbox, channel, alerts } = await watchedFor();
    const bold = { type: "bold", offset: 0, length: 12 };
    const post = sandbox.postInChannel(channel, { text: "🔴 Disk full\nHost: db1\nFree: 2 %", entities: [bold] });
    sandbox.postInChannel(channel, { text: "signed", signature: "Pavel" });
    sandbox.edit(channel, post.message_id, { text: "✅ Disk is fine\nHost: db1\nFree: 60 %" });
    const [fired, signed, over] = await alerts();
    expect(fired).toMatchObject({
      origin: { kind: "message", at: { chatId: String(channel.id), messageId: String(post.message_id) } },
      author: { kind: "channel", id: String(channel.id), name: "Alerts" },
      title: "🔴 Disk full",
      severity: "critical",
      fields: [
        { name: "Host", value: "db1" },
        { name: "Free", value: "2 %" },
      ],
      link: `https://t.me/c/${String(channel.id).slice(4)}/${post.message_id}`,
      edited: false,
    });
    expect(signed?.author).toEqual({ kind: "channel", id: String(channel.id), name: "Pavel" });
    expect(over).toMatchObject({ origin: fired?.origin, status: "resolved", edited: true });
  });

  test.each([
    ["a person", { type: "user", sender_user: { id: 5, is_bot: false, first_name: "Oleg" }, date: 1 }, "Oleg"],
    ["somebody hidden", { type: "hidden_user", sender_user_name: "Someone", date: 1 }, "Someone"],
    ["a group", { type: "chat", sender_chat: { id: -5, type: "group", title: "Team" }, date: 1 }, "Team"],
    [
      "a channel",
      { type: "channel", chat: { id: -1005, type: "channel", title: "News" }, message_id: 9, date: 1 },
      "News",
    ],
  ])("says of what was forwarded that it comes from %s", async (_, origin, name) => {
    const { sandbox, group, anna, alerts } = await watchedFor();
    sandbox.say(group, anna, { text: "look", extra: { forward_origin: origin } });
    const [alert] = await alerts();
    expect(plainText(alert?.text ?? [])).toBe(`↪ ${name}\nlook`);
    expect(alert?.author.name).toBe("Анна К");
  });

  test("tells of what was forwarded in a way that we do not know", async () => {
    const { sandbox, group, anna, alerts } = await watchedFor();
    sandbox.say(group, anna, { text: "look", extra: { forward_origin: { type: "star", date: 1 } } });
    expect((await alerts()).map(({ text }) => plainText(text))).toEqual(["look"]);
  });

  test("tells of an album once, with all of its files, and knows it by each of its messages", async () => {
    const { sandbox, group, anna, takeIn } = await watchedFor();
    const members = sandbox.sendAlbum(group, anna, [
      { kind: "photo", bytes: BYTES },
      { kind: "photo", bytes: BYTES, caption: "the leak" },
    ]);
    const ids = members.map(({ message_id: id }) => String(id));
    const messages = await takeIn();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ at: { messageId: ids[1] }, members: ids, media: [{}, {}] });
  });

  test("tells of a place, a poll and a file alone, and has nothing to tell when somebody joins", async () => {
    const { sandbox, group, anna, alerts } = await watchedFor();
    sandbox.say(group, anna, { text: "", extra: { text: undefined, location: { latitude: 1, longitude: 2 } } });
    sandbox.sendDocument(group, anna, { bytes: BYTES, fileName: "log.txt" });
    sandbox.say(group, anna, { text: "", extra: { text: undefined, new_chat_title: "New name" } });
    expect((await alerts()).map(isEmptyAlert)).toEqual([false, false, true]);
  });

  test("does not tell its channel's posts a second time from the group beside it", async () => {
    const { sandbox, group, channel, alerts } = await watchedFor();
    sandbox.linkDiscussion(channel, group);
    sandbox.postInChannel(channel, "once");
    expect(await alerts()).toHaveLength(1);
  });
});

test("what is said in a supergroup as soon as the watched group has become it is taken in before its binding has moved", async () => {
  const { sandbox, inwards, anna, takeIn } = await watchedFor();
  const basic = sandbox.createChat({ type: "group", title: "Basic", owner: anna, bot: "administrator" });
  const chat = { platform: "telegram", chatId: String(basic.id), threadId: "" } as const;
  inwards.chats.push(chat);
  inwards.watchedChats.push(chat);
  const moved = sandbox.migrate(basic);
  sandbox.say(moved, anna, "first words");
  expect((await takeIn()).map(({ at, text }) => [at.chatId, plainText(text)])).toContainEqual([
    String(moved.id),
    "first words",
  ]);
});

describe("of a chat that is not watched", () => {
  test("nothing is stored but what the bot is asked", async () => {
    const { sandbox, inwards, start, anna, group } = await groupFor();
    sandbox.say(group, anna, "good morning");
    start();
    await confirmed(sandbox);
    expect(inwards.rows).toEqual([]);
  });

  test("a topic is none of a watched one", async () => {
    const { sandbox, inwards, takeIn } = await houseFor();
    const anna = sandbox.createUser({ firstName: "Anna" });
    const forum = sandbox.createChat({ type: "supergroup", isForum: true, topics: ["CI", "Talk"], owner: anna });
    const [ci = 0, talk = 0] = ["CI", "Talk"].map((name) => forum.topics.get(name));
    const chat = { platform: "telegram", chatId: String(forum.id), threadId: "" } as const;
    inwards.chats.push(chat);
    inwards.watchedChats.push({ ...chat, threadId: String(ci) });
    sandbox.say(forum, anna, { text: "build is red", threadId: ci });
    sandbox.say(forum, anna, { text: "lunch?", threadId: talk });
    sandbox.say(forum, anna, "in General");
    expect((await takeIn()).map(({ at, text }) => [at.threadId, plainText(text)])).toEqual([
      [String(ci), "build is red"],
    ]);
  });
});

test("a rule that begins to listen is heeded from the next message on, and so is one that ends", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor({ adapter: { clock: () => 1_000_000 } });
  start();
  const say = async (text: string) => {
    sandbox.say(group, anna, text);
    await confirmed(sandbox);
  };
  await say("before");
  inwards.watchedChats.push({ platform: "telegram", chatId: String(group.id), threadId: "" });
  await say("while");
  inwards.watchedChats.length = 0;
  await say("after");
  expect(inwards.rows.map(({ payload }) => JSON.parse(payload).message.text)).toEqual(["while"]);
});

describe("doctor, while privacy mode is on,", () => {
  async function findingOf(status: "member" | "administrator", isWatched: boolean) {
    const { telegram, sandbox, inwards, anna } = await groupFor({ sandbox: { canReadAllGroupMessages: false } });
    const group = sandbox.createChat({ type: "supergroup", title: "Builds", owner: anna, bot: status });
    const chat = { platform: "telegram", chatId: String(group.id), threadId: "" } as const;
    inwards.chats.splice(0, 1, chat);
    if (isWatched) inwards.watchedChats.push(chat);
    const found = await telegram.findings(wordsIn("en"));
    return found.find(({ check }) => check === "telegram-chat");
  }

  test("says of a watched group that the bot sees nothing there, and what mends it", async () => {
    expect(await findingOf("member", true)).toMatchObject({
      state: "broken",
      detail: expect.stringContaining("not shown its messages"),
      fix: expect.stringMatching(/administrator.*\/setprivacy/u),
    });
  });

  test.each([
    ["member", false],
    ["administrator", true],
  ] as const)("is content where the bot is a %s and the group is watched: %s", async (status, isWatched) => {
    expect(await findingOf(status, isWatched)).toMatchObject({ state: "ok" });
  });
});
