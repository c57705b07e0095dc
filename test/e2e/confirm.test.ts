import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("a large notification is held back over a restart until its sender presses the button", async () => {
  const house = await openGroup();
  const { telegram, group, ivan, portal } = house;
  const all = ["id:1", "id:7", "id:8"];
  for (const argv of [
    ["workspace", "set", "main", "confirm-above=2"],
    ["group", "add", "main", "everybody", ...all],
  ])
    expect((await house.cli(...argv)).code).toBe(0);
  const first = await house.start();
  const asked = telegram.say(group, ivan, "/notify @everybody Fire");
  const question = await house.answered("3 people. Nothing has been sent yet");
  const data = /"callback_data":"(?<data>yes [^"]+)"/u.exec(JSON.stringify(question.message))?.groups?.data ?? "";
  await first.stop();
  await house.start();
  const stranger = telegram.createUser({ firstName: "Oleg", username: "oleg_x" });
  telegram.press(group, stranger, question.message.message_id, data);
  await house.answered("Only the person who asked");
  expect(portal.feed(7)).toEqual([]);
  telegram.press(group, ivan, question.message.message_id, data);
  await house.reacted(asked.message_id, "👍");
  expect(portal.feed(7)).toHaveLength(1);
  const current = () =>
    telegram.postsOf(group).find(({ message }) => message.message_id === question.message.message_id);
  await telegram.waitFor(() => !JSON.stringify(current()?.message).includes("callback_data"), {
    what: "the buttons to go",
  });
});

test("an administrator of the Telegram chat, and nobody else of it, changes who may send", async () => {
  const house = await openGroup();
  const { telegram, group, ivan } = house;
  await house.start();
  const stranger = telegram.createUser({ firstName: "Oleg", username: "oleg_x" });
  telegram.say(group, stranger, "/senders list");
  await house.answered("Only administrators of this chat");
  telegram.say(group, ivan, "/senders linked");
  await house.answered("people linked to Bitrix24");
  expect((await house.cli("chat", "list", "main")).out).toContain("linked");
});
