import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("what was delivered is taken back by its tag, from every recipient, and the command's mark says so", async () => {
  const { portal, telegram, ivan, group, start, reacted, answered } = await openGroup();
  await start();
  const message = telegram.say(group, ivan, "/notify @anna @boris wrong number");
  await reacted(message.message_id, "👍");
  telegram.say(group, ivan, { text: "/recall", replyTo: message.message_id });
  await answered("Taken back");
  await expect.poll(() => portal.feed(7).length + portal.feed(8).length).toBe(0);
  await reacted(message.message_id, "🙈");
});

test("what still waits is never sent; only its sender may take it back; a tag names the latest", async () => {
  const { portal, telegram, ivan, group, start, reacted, answered, cli } = await openGroup();
  await start();
  portal.setDown(true);
  const message = telegram.say(group, ivan, "/notify @anna not yet #ci");
  await reacted(message.message_id, "👀");
  const stranger = telegram.createUser({ firstName: "Stranger" });
  telegram.say(group, stranger, "/recall #ci");
  await answered("Only its sender");
  telegram.say(group, ivan, "/recall #CI");
  await answered("Taken back");
  await reacted(message.message_id, "🙈");
  portal.setDown(false);
  const after = telegram.say(group, ivan, "/notify @anna afterwards");
  await reacted(after.message_id, "👍");
  expect(portal.feed(7).map(({ text }) => text)).toEqual([expect.stringContaining("afterwards")]);
  const listed = JSON.parse((await cli("deliveries", "list", "--json")).out) as readonly { verdict: string }[];
  expect(listed.map(({ verdict }) => verdict).toSorted()).toEqual(["delivered", "recalled"]);
});

test("where the portal ignores tags the sender is told that what is shown stays", async () => {
  const { portal, telegram, ivan, group, start, reacted, answered } = await openGroup({ portal: { tags: "ignored" } });
  await start();
  const message = telegram.say(group, ivan, "/notify @anna stays");
  await reacted(message.message_id, "👍");
  telegram.say(group, ivan, { text: "/recall", replyTo: message.message_id });
  await answered("ignores tags");
  expect(portal.feed(7)).toHaveLength(1);
});
