import { expect, test } from "vitest";
import type { IncomingMessage, Part } from "../../src/core/chat.ts";
import { plain, plainText } from "../../src/core/richText.ts";
import { openDesk } from "../support/desk.ts";

async function sentWith(more: Partial<IncomingMessage>, text = "/notify @anna look") {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say(text, more);
  const [notification] = await desk.store.read.notifications.bySource(at);
  return { desk, at, notification, text: notification && plainText(notification.text) };
}

const POLL: Part = { kind: "poll", question: "Lunch?", options: ["Soup", "Salad"] };

test.each<[Part, string]>([
  [POLL, "look\nPoll: Lunch?\n• Soup\n• Salad"],
  [{ kind: "contact", name: "Petr S", phone: "+7900" }, "look\nContact: Petr S, +7900"],
  [{ kind: "contact", name: "Petr S" }, "look\nContact: Petr S"],
  [{ kind: "caption", text: plain("and this") }, "look\nand this"],
  [{ kind: "sticker", label: "👍" }, "look\nSticker 👍"],
  [{ kind: "sticker", label: "" }, "look\nSticker"],
  [{ kind: "other", name: "story" }, "look\n[The message also has: a story, which cannot be sent along]"],
  [
    { kind: "other", name: "game", label: "Chess" },
    "look\n[The message also has: a game (Chess), which cannot be sent along]",
  ],
  [{ kind: "other", name: "novelty" }, "look\n[The message also has: novelty, which cannot be sent along]"],
])("%j goes along as words", async (part, expected) => {
  expect((await sentWith({ parts: [part] })).text).toBe(expected);
});

test("own parts come before those of the message replied to, and what cannot be sent along stands last", async () => {
  const story: Part = { kind: "other", name: "story" };
  const repliedTo = { messageId: "1", author: "Maria", text: plain("hm"), media: [], parts: [POLL] };
  const { text } = await sentWith({ parts: [story, { kind: "sticker", label: "👍" }], repliedTo });
  expect(text).toBe(
    "look\n\nMaria wrote:\nhm\nSticker 👍\nPoll: Lunch?\n• Soup\n• Salad\n[The message also has: a story, which cannot be sent along]",
  );
});

test("a poll, a place or a file is enough to say something; nothing at all is not", async () => {
  const bare = "/notify @anna";
  expect((await sentWith({ parts: [POLL] }, bare)).text).toBe("Poll: Lunch?\n• Soup\n• Salad");
  const { notification } = await sentWith({ places: [{ latitude: 1, longitude: 2 }] }, bare);
  expect(notification?.places).toEqual([{ latitude: 1, longitude: 2 }]);
  const { notification: none, desk, at } = await sentWith({}, bare);
  expect(none).toBeUndefined();
  expect((await desk.wish(at))?.text).toContain("What shall I say?");
});

test("places of the message replied to go along after the sender's own", async () => {
  const place = (latitude: number) => ({ latitude, longitude: 2 });
  const repliedTo = { messageId: "1", author: "Maria", text: [], media: [], places: [place(2)], parts: [] };
  const { notification } = await sentWith({ places: [place(1)], repliedTo });
  expect(notification?.places).toEqual([place(1), place(2)]);
});
