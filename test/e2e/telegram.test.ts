import { expect, test } from "vitest";
import { openHouse } from "../support/house.ts";

/** A bound group with Ivan in it, and Anna of the portal mapped to a username. */
async function openGroup(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options);
  const ivan = house.telegram.createUser({ firstName: "Ivan", username: "ivan_k" });
  const group = house.telegram.createChat({ type: "supergroup", title: "Ops", owner: ivan });
  expect((await house.cli("chat", "bind", "main", "--telegram", String(group.id))).code).toBe(0);
  expect((await house.cli("people", "map", "main", "--telegram", "@anna", "--bitrix", "7")).code).toBe(0);
  return { ...house, ivan, group };
}

test("a command with a photo becomes a notification with the picture, marked 👀 and then 👍", async () => {
  const { portal, telegram, ivan, group, start } = await openGroup();
  await start();
  const bytes = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  const message = telegram.sendPhoto(group, ivan, { bytes, caption: "/notify @anna Build is red #ci" });
  await telegram.waitFor(
    () => telegram.reactionsOf(group, message.message_id).some(({ emoji }) => emoji.includes("👍")),
    {
      timeoutMs: 15_000,
    },
  );
  const [notification] = portal.feed(7);
  expect(notification?.text).toContain("Build is red");
  expect(JSON.stringify(notification?.attach)).toContain("/media/");
  expect(telegram.reactionsOf(group, message.message_id).flatMap(({ emoji }) => emoji)).toEqual(["👀", "👍"]);
});
