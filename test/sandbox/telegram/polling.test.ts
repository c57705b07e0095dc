import { GrammyError } from "grammy";
import { expect, test } from "vitest";
import { botOf, groupFor, handClock } from "./support.ts";

test("receiving confirms nothing; a higher offset does", async () => {
  const { telegram, api, anna, group } = await groupFor();
  telegram.say(group, anna, "one");
  telegram.say(group, anna, "two");
  const first = await api.getUpdates();
  expect(first.map((u) => u.message?.text)).toEqual(["one", "two"]);
  expect(telegram.pendingUpdates()).toHaveLength(2);
  const [one] = first;
  const rest = await api.getUpdates({ offset: (one?.update_id ?? 0) + 1 });
  expect(rest.map((u) => u.message?.text)).toEqual(["two"]);
  expect(telegram.pendingUpdates()).toHaveLength(1);
});

test("a negative offset forgets all but the last, an offset far ahead is ignored", async () => {
  const { telegram, api, anna, group } = await groupFor();
  for (const text of ["a", "b", "c"]) telegram.say(group, anna, text);
  expect(await api.getUpdates({ offset: 999_999_999 })).toHaveLength(3);
  expect((await api.getUpdates({ offset: -1 })).map((u) => u.message?.text)).toEqual(["c"]);
  expect(telegram.pendingUpdates()).toHaveLength(1);
});

test("after the ids start again lower, an old offset does not hide the new updates", async () => {
  const { telegram, api, anna, group } = await groupFor();
  telegram.say(group, anna, "old");
  const [old] = await api.getUpdates();
  const offset = (old?.update_id ?? 0) + 1;
  await api.getUpdates({ offset, limit: 1, timeout: 0 });
  telegram.setNextUpdateId(500);
  telegram.say(group, anna, "new");
  expect((await api.getUpdates({ offset })).map((u) => u.update_id)).toEqual([500]);
});

test("a long poll wakes up for an update, and for a whole album at once", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const poll = api.getUpdates({ timeout: 30 });
  await telegram.waitFor(() => telegram.calls.at(-1)?.method === "getUpdates");
  const member = { kind: "photo" as const, bytes: new Uint8Array([1, 2, 3]) };
  telegram.sendAlbum(group, anna, [{ ...member, caption: "/notify @anna_k" }, member]);
  const updates = await poll;
  expect(updates).toHaveLength(2);
  expect(new Set(updates.map((u) => u.message?.media_group_id)).size).toBe(1);
});

test("of two pollers the older one gets the 409", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const older = api.getUpdates({ timeout: 30 }).catch((error: unknown) => error);
  await telegram.waitFor(() => telegram.calls.length === 1);
  const newer = api.getUpdates({ timeout: 30 });
  expect(await older).toMatchObject({ error_code: 409, description: /terminated by other getUpdates request/u });
  telegram.say(group, anna, "hello");
  expect(await newer).toHaveLength(1);
});

test("allowed_updates is remembered, an empty list is the default set", async () => {
  const { telegram, api, anna, group } = await groupFor();
  await api.getUpdates({ allowed_updates: ["edited_message"] });
  const { message_id: id } = telegram.say(group, anna, "draft");
  telegram.edit(group, id, { text: "final" });
  expect((await api.getUpdates()).map((u) => u.edited_message?.text)).toEqual(["final"]);
  await api.getUpdates({ allowed_updates: [] });
  telegram.say(group, anna, "again");
  expect(telegram.pendingUpdates()).toHaveLength(2);
});

test("updates are kept a day, button presses 150 seconds", async () => {
  const hand = handClock();
  const { telegram, api, anna, group } = await groupFor({ clock: hand.clock });
  const reply_markup = { inline_keyboard: [[{ text: "Done", callback_data: "d" }]] };
  const { message_id } = await api.sendMessage(group.id, "?", { reply_markup });
  telegram.say(group, anna, "text");
  telegram.press(group, anna, message_id, "d");
  expect(telegram.pendingUpdates()).toHaveLength(2);
  hand.advance(150_000);
  expect(telegram.pendingUpdates()).toHaveLength(1);
  hand.advance(24 * 3_600_000);
  expect(telegram.pendingUpdates()).toHaveLength(0);
});

test("grammY's own loop talks to the emulator", async () => {
  const { telegram, anna, group } = await groupFor({ repeatPauseMs: 50 });
  const bot = botOf(telegram);
  bot.command("ping", (ctx) => ctx.reply("pong", { reply_parameters: { message_id: ctx.msgId } }));
  const running = bot.start();
  const asked = telegram.say(group, anna, "/ping@HERALD24_bot");
  const [answer] = await telegram.waitFor(() => telegram.postsOf(group).length > 0 && telegram.postsOf(group));
  expect(answer?.message).toMatchObject({ text: "pong", reply_to_message: { message_id: asked.message_id } });
  await bot.stop();
  await running;
  expect(telegram.pendingUpdates()).toEqual([]);
});

test("a wrong token is 401, one that cannot be a token and an unknown method are 404", async () => {
  const { telegram } = await groupFor();
  const status = async (path: string) => (await fetch(`${telegram.url}${path}`)).status;
  expect(await status(`/bot${1}:${"x".repeat(35)}/getMe`)).toBe(401);
  expect(await status("/botnonsense/getMe")).toBe(404);
  expect(await status(`/bot${telegram.token}/getMessage`)).toBe(404);
  expect(await status(`/bot${telegram.token}/GETME`)).toBe(200);
});

test("errors reach grammY as GrammyError with the server's description", async () => {
  const { api } = await groupFor();
  const error = await api.sendMessage(-1, "x").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(GrammyError);
  expect(error).toMatchObject({ error_code: 400, description: "Bad Request: chat not found" });
});
