import { expect, test } from "vitest";
import { groupFor, houseFor } from "./support.ts";

const BYTES = new Uint8Array(2_000).fill(7);

test("each kind of media is a file by its own name, a GIF only once", async () => {
  const { sandbox, takeIn, anna } = await groupFor();
  const chat = sandbox.createChat({ type: "private", user: anna });
  const media = { bytes: BYTES };
  const voice = sandbox.sendVoice(chat, anna, media);
  const round = sandbox.sendVideoNote(chat, anna, media);
  const sticker = sandbox.sendSticker(chat, anna, media);
  sandbox.sendAnimation(chat, anna, { ...media, fileName: "party.mp4" });
  sandbox.sendDocument(chat, anna, { ...media, fileName: "shot.png", mimeType: "image/png" });
  sandbox.sendDocument(chat, anna, { ...media, fileName: "drawing.svg", mimeType: "image/svg+xml" });
  sandbox.sendPhoto(chat, anna, { ...media, extra: { has_media_spoiler: true } });
  sandbox.sendAudio(chat, anna, { ...media, fileName: "song.mp3" });
  const seen = (await takeIn())
    .flatMap((message) => message.media)
    .map(({ kind, name, spoiler }) => [kind, name, spoiler]);
  expect(seen).toEqual([
    ["file", `voice-${voice.message_id}.ogg`, undefined],
    ["file", `video-note-${round.message_id}.mp4`, undefined],
    ["picture", `sticker-${sticker.message_id}.webp`, undefined],
    ["file", "party.mp4", undefined],
    ["picture", "shot.png", undefined],
    ["file", "drawing.svg", undefined],
    ["picture", `photo-${sticker.message_id + 4}.jpg`, true],
    ["file", "song.mp3", undefined],
  ]);
});

/** Says, in a private chat, what has no text; the parts that a message then has. */
async function toldOf(...extras: readonly Record<string, unknown>[]) {
  const { sandbox, takeIn, anna } = await groupFor();
  const chat = sandbox.createChat({ type: "private", user: anna });
  for (const extra of extras) sandbox.say(chat, anna, { text: "x", extra: { text: undefined, ...extra } });
  return takeIn();
}

test("polls and contacts are words; what cannot be sent along is named, so that nothing is dropped in silence", async () => {
  const options = [{ text: "Soup" }, { text: "Salad" }];
  const messages = await toldOf(
    { poll: { question: "Lunch?", options } },
    { contact: { first_name: "Пётр", last_name: "С", phone_number: "+7900" } },
    { story: {} },
    { dice: { emoji: "🎲", value: 5 } },
    { game: { title: "Chess" } },
    { paid_media: { star_count: 1, paid_media: [{ type: "preview" }] } },
  );
  expect(messages.map(({ parts }) => parts[0])).toEqual([
    { kind: "poll", question: "Lunch?", options: ["Soup", "Salad"] },
    { kind: "contact", name: "Пётр С", phone: "+7900" },
    { kind: "other", name: "story" },
    { kind: "other", name: "dice", label: "🎲 5" },
    { kind: "other", name: "game", label: "Chess" },
    { kind: "other", name: "paid-media" },
  ]);
  expect(messages.flatMap(({ media, places = [] }) => [...media, ...places])).toEqual([]);
});

test("a venue and a location are places; a live location is one place, however it moves", async () => {
  const { sandbox, takeIn, anna } = await groupFor();
  const chat = sandbox.createChat({ type: "private", user: anna });
  const at = { latitude: 55.75, longitude: 37.61 };
  const venue = { title: "Cafe", address: "Arbat 1", location: at };
  sandbox.say(chat, anna, { text: "x", extra: { text: undefined, venue, location: at } });
  const live = { ...at, live_period: 900 };
  const said = sandbox.say(chat, anna, { text: "x", extra: { text: undefined, location: live } });
  sandbox.edit(chat, said.message_id, { extra: { location: { ...live, latitude: 55.76 } } });
  const messages = await takeIn();
  expect(messages.map(({ places, parts }) => [places, parts])).toEqual([
    [[{ ...at, title: "Cafe", address: "Arbat 1" }], []],
    [[at], []],
  ]);
});

test("an animated sticker goes along by its still, and by its label where it has none", async () => {
  const still = { file_id: "T", file_unique_id: "t", width: 128, height: 128, file_size: 9 };
  const sticker = { file_id: "S", file_unique_id: "s", is_animated: true, is_video: false, emoji: "👋" };
  const [withStill, without] = await toldOf({ sticker: { ...sticker, thumbnail: still } }, { sticker });
  expect(withStill?.media).toMatchObject([{ kind: "picture", source: { fileId: "T" }, size: 9 }]);
  expect(withStill?.parts).toEqual([]);
  expect(without?.media).toEqual([]);
  expect(without?.parts).toEqual([{ kind: "sticker", label: "👋" }]);
});

test("a live photo is its still and its video; music without a file name is called what it is", async () => {
  const photo = [
    { file_id: "P", file_unique_id: "p", width: 1280, height: 960 },
    { file_id: "s", file_unique_id: "s", width: 90, height: 67 },
  ];
  const video = { file_id: "V", file_unique_id: "v", width: 1280, height: 960, duration: 2, photo };
  const audio = {
    file_id: "A",
    file_unique_id: "a",
    duration: 2,
    performer: "Кино",
    title: "Пачка",
    mime_type: "audio/mp4",
  };
  const messages = await toldOf({ photo, live_photo: video }, { live_photo: video }, { audio });
  const seen = messages.map(({ media }) =>
    media.map(({ kind, name, source }) => [kind, name.replace(/-\d+/u, "N"), source]),
  );
  const still = ["picture", "photoN.jpg", { kind: "telegram", fileId: "P", uniqueId: "p" }];
  const moving = ["file", "live-photoN.mp4", { kind: "telegram", fileId: "V", uniqueId: "v" }];
  expect(seen).toEqual([
    [still, moving],
    [still, moving],
    [["file", "Кино – Пачка.m4a", { kind: "telegram", fileId: "A", uniqueId: "a" }]],
  ]);
});

test("a reply into another topic brings the original's media", async () => {
  const { sandbox, takeIn, inwards } = await houseFor();
  const anna = sandbox.createUser({ firstName: "Anna" });
  const forum = sandbox.createChat({ type: "supergroup", isForum: true, topics: ["CI", "Ops"], owner: anna });
  inwards.chats.push({ platform: "telegram", chatId: String(forum.id), threadId: "" });
  const [ci = 0, ops = 0] = [...forum.topics.values()];
  const said = sandbox.sendVoice(forum, anna, { bytes: BYTES, threadId: ci });
  sandbox.say(forum, anna, { text: "/notify @anna_k", replyTo: said.message_id, threadId: ops });
  const [message] = await takeIn();
  expect(message?.repliedTo).toMatchObject({ messageId: "", media: [{ name: `voice-${said.message_id}.ogg` }] });
});

test("of whatever kind the replied message is, it goes along, from another chat too", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const petr = sandbox.createUser({ firstName: "Petr" });
  const at = { latitude: 1, longitude: 2 };
  const voice = { file_id: "V", file_unique_id: "v", duration: 1, mime_type: "audio/ogg" };
  const origin = { type: "hidden_user", sender_user_name: "Someone", date: 1 };
  const poll = { question: "Lunch?", options: [{ text: "Soup" }] };
  const kinds = [{ location: at }, { voice }, { contact: { first_name: "P", phone_number: "+7" } }, { poll }];
  for (const kind of kinds) {
    const said = sandbox.say(group, petr, { text: "x", extra: { text: undefined, ...kind } });
    sandbox.say(group, anna, { text: "/notify @anna_k", replyTo: said.message_id });
    sandbox.say(group, anna, { text: "/notify @anna_k", extra: { external_reply: { origin, ...kind } } });
  }
  const brought = (await takeIn()).map(({ repliedTo }) => [
    repliedTo?.places ?? [],
    repliedTo?.media.map(({ source }) => source.kind) ?? [],
    repliedTo?.parts.map((part) => part.kind) ?? [],
  ]);
  const expected = [
    [[at], [], []],
    [[], ["telegram"], []],
    [[], [], ["contact"]],
    [[], [], ["poll"]],
  ];
  expect(brought).toEqual(expected.flatMap((kind) => [kind, kind]));
});
