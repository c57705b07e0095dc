import { expect, test } from "vitest";
import { openHouse } from "../support/house.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

/** A bound chat with Ivan in it, and Anna of the portal mapped to a username. */
async function openGroup(type: "supergroup" | "group" = "supergroup", more: { availableReactions?: string[] } = {}) {
  const house = await openHouse();
  const ivan = house.telegram.createUser({ firstName: "Ivan", username: "ivan_k" });
  const group = house.telegram.createChat({ type, title: "Ops", owner: ivan, ...more });
  await house.cli("chat", "bind", "main", "--telegram", String(group.id));
  await house.cli("people", "map", "main", "--telegram", "@anna", "--bitrix", "7");
  const marks = (of: { message_id: number }) =>
    house.telegram.reactionsOf(group, of.message_id).flatMap(({ emoji }) => emoji);
  const delivered = (of: { message_id: number }) => house.telegram.waitFor(() => marks(of).includes("👍"));
  const said = () => house.telegram.postsOf(group).map(({ message }) => message.text);
  return { ...house, ivan, group, marks, delivered, said };
}

test("killed between two members of an album, the service sends them as one notification", async () => {
  const { telegram, portal, ivan, group, start, delivered } = await openGroup();
  const first = await start();
  const lead = telegram.sendPhoto(group, ivan, { bytes: PNG, caption: "/notify @anna album", mediaGroupId: "g1" });
  await expect.poll(() => telegram.pendingUpdates()).toEqual([]);
  await first.kill();
  telegram.sendPhoto(group, ivan, { bytes: Buffer.concat([PNG, PNG]), mediaGroupId: "g1" });
  await start();
  await delivered(lead);
  expect(portal.feed(7)).toHaveLength(1);
  expect(JSON.stringify(portal.feed(7)[0]?.attach).match(/\/media\//gu)).toHaveLength(2);
});

test("a pending delivery and the binding survive the group's becoming a supergroup", async () => {
  const { telegram, portal, ivan, group, start, marks } = await openGroup("group");
  await start();
  portal.setDown(true);
  const asked = telegram.say(group, ivan, "/notify @anna before");
  await telegram.waitFor(() => marks(asked).includes("👀"));
  const supergroup = telegram.migrate(group);
  const again = telegram.say(supergroup, ivan, "/notify @anna after");
  await telegram.waitFor(() =>
    telegram.reactionsOf(supergroup, again.message_id).some(({ emoji }) => emoji.includes("👀")),
  );
  portal.setDown(false);
  await telegram.waitFor(() =>
    telegram.reactionsOf(supergroup, again.message_id).some(({ emoji }) => emoji.includes("👍")),
  );
  await telegram.waitFor(() =>
    telegram.postsOf(supergroup).some(({ message }) => message.text === "“before”: Delivered."),
  );
  expect(portal.feed(7).map(({ text }) => /before|after/u.exec(text)?.[0])).toEqual(["before", "after"]);
});

test("where reactions are refused, one status message tells what has become of the command", async () => {
  const { telegram, ivan, group, portal, start, said } = await openGroup("supergroup", { availableReactions: ["❤"] });
  await start();
  portal.setDown(true);
  telegram.say(group, ivan, "/notify @anna hello");
  await telegram.waitFor(() => said().includes("Accepted, on its way."));
  portal.setDown(false);
  await telegram.waitFor(() => said().includes("Delivered."));
  expect(said()).toEqual(["Delivered."]);
});

test("a chat under flood control is not asked again before its time, and delays neither deliveries nor other chats", async () => {
  const { telegram, portal, ivan, group, cli, delivered, start, marks } = await openGroup();
  const calm = telegram.createChat({ type: "supergroup", title: "Calm", owner: ivan });
  await cli("chat", "bind", "main", "--telegram", String(calm.id));
  await start();
  telegram.faults.add({ kind: "429", retryAfter: 3, method: "setMessageReaction", chatId: group.id });
  const first = telegram.say(group, ivan, "/notify @anna one");
  await telegram.waitFor(() => telegram.faults.left === 0);
  const inGroup = () =>
    telegram.calls.filter(
      ({ method, payload }) =>
        method.toLowerCase() === "setmessagereaction" && String(payload.chat_id) === String(group.id),
    );
  expect(inGroup()).toHaveLength(1);
  const second = telegram.say(group, ivan, "/notify @anna two");
  const other = telegram.say(calm, ivan, "/notify @anna three");
  await telegram.waitFor(() => telegram.reactionsOf(calm, other.message_id).some(({ emoji }) => emoji.includes("👍")));
  await expect.poll(() => portal.feed(7).length).toBe(3);
  await delivered(first);
  await delivered(second);
  const [refused, next] = inGroup();
  expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
  expect(marks(second)).toContain("👍");
});

test("commands in a topic, in General, in a channel and by an anonymous administrator are all dealt with", async () => {
  const { telegram, portal, ivan, cli, start } = await openGroup();
  const forum = telegram.createChat({ type: "supergroup", isForum: true, title: "F", owner: ivan, topics: ["Builds"] });
  const channel = telegram.createChat({ type: "channel", title: "Alerts", owner: ivan });
  for (const chat of [forum, channel]) await cli("chat", "bind", "main", "--telegram", String(chat.id));
  await start();
  const threadId = forum.topics.get("Builds") ?? 0;
  const asked = [
    [forum, telegram.say(forum, ivan, { text: "/notify @anna topic", threadId })],
    [forum, telegram.say(forum, ivan, "/notify @anna general")],
    [forum, telegram.say(forum, telegram.anonymousAdmin(forum), "/notify@herald24_bot @anna anonymous")],
    [channel, telegram.postInChannel(channel, "/notify @anna channel")],
  ] as const;
  for (const [chat, { message_id: id }] of asked) {
    await telegram.waitFor(() => telegram.reactionsOf(chat, id).some(({ emoji }) => emoji.includes("👍")));
  }
  expect(portal.feed(7)).toHaveLength(4);
  const unknown = telegram.say(forum, ivan, { text: "/notify @nobody hi", threadId });
  const answer = await telegram.waitFor(() =>
    telegram.postsOf(forum).find(({ message }) => message.reply_to_message?.message_id === unknown.message_id),
  );
  expect(answer.message.message_thread_id).toBe(threadId);
});

test("a command that its sender corrects by editing is dealt with as corrected", async () => {
  const { telegram, portal, ivan, group, start, said, delivered } = await openGroup();
  await start();
  const asked = telegram.say(group, ivan, "/notify anna Build is red");
  await telegram.waitFor(() => said().length === 1);
  telegram.edit(group, asked.message_id, { text: "/notify @anna Build is red" });
  await delivered(asked);
  expect(portal.feed(7)).toHaveLength(1);
});
