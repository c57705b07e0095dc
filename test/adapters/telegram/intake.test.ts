import { expect, test } from "vitest";
import { TelegramConflictError, TelegramTokenRefusedError } from "../../../adapters/telegram/errors.ts";
import { parseUpdate, withoutNulls } from "../../../adapters/telegram/update.ts";
import { confirmed, groupFor, houseFor } from "./support.ts";

const BYTES = new Uint8Array(50).fill(1);

test("an update is stored before it is confirmed: one that could not be stored comes again", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  inwards.storeFailures.push(new Error("disk full"), new Error("disk full"));
  sandbox.say(group, anna, "/notify @petr_s one");
  start();
  await confirmed(sandbox);
  const polls = sandbox.calls.filter(({ method }) => method.toLowerCase() === "getupdates");
  expect(polls.slice(0, 3).map(({ payload }) => payload.offset)).toEqual([undefined, undefined, undefined]);
  expect(inwards.rows).toHaveLength(1);
});

test("a service that ends between storing and confirming meets the update again, and keeps it once", async () => {
  const { sandbox, telegram, inwards, start, anna, group } = await groupFor();
  const stopping = new AbortController();
  const store = inwards.store;
  inwards.store = async (entries) => {
    await store(entries);
    stopping.abort();
  };
  sandbox.say(group, anna, "/notify @petr_s one");
  await telegram.run(stopping.signal);
  expect(sandbox.pendingUpdates()).toHaveLength(1);
  inwards.store = store;
  start();
  await confirmed(sandbox);
  expect(inwards.rows.map(({ externalId }) => externalId)).toEqual([`${sandbox.bot.id}:730000001`]);
});

test("ids that start anew, lower than before, are taken like any others", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  sandbox.say(group, anna, "/notify @petr_s one");
  const first = start();
  await confirmed(sandbox);
  await first.stop();
  sandbox.setNextUpdateId(12);
  sandbox.say(group, anna, "/notify @petr_s two");
  start();
  await confirmed(sandbox);
  expect(inwards.rows.map(({ externalId }) => externalId)).toEqual([
    `${sandbox.bot.id}:730000001`,
    `${sandbox.bot.id}:12`,
  ]);
});

test("stopping ends the waiting poll at once and asks nothing more", async () => {
  const { sandbox, start } = await houseFor();
  const { stop } = start();
  await sandbox.waitFor(() => sandbox.calls.find(({ method }) => method.toLowerCase() === "getupdates"));
  const asked = sandbox.calls.length;
  await stop();
  expect(sandbox.calls).toHaveLength(asked);
});

test.each([
  ["/notify @petr_s x", true],
  ["/Notify@HERALD24_Bot @petr_s x", true],
  ["/уведомить @petr_s x", true],
  ["/notify@other_bot @petr_s x", false],
  ["please /notify @petr_s x", false],
  ["/weather", false],
  ["/weather@herald24_bot", true],
  ["look: https://acme.bitrix24.com/rest/1/abcdefgh/", true],
  ["good morning", false],
])("in a group %s is stored: %s", async (text, stored) => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  sandbox.say(group, anna, text);
  start();
  await confirmed(sandbox);
  expect(inwards.rows).toHaveLength(stored ? 1 : 0);
  expect(inwards.people).toMatchObject([{ userId: String(anna.id), username: "anna_k", name: "Анна К" }]);
});

test("a command in the caption of the second member of an album is found, and the members share a key", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  sandbox.sendAlbum(group, anna, [
    { kind: "photo", bytes: BYTES },
    { kind: "photo", bytes: BYTES, caption: "/notify @petr_s look" },
  ]);
  start();
  await confirmed(sandbox);
  expect(inwards.rows).toHaveLength(2);
  expect(new Set(inwards.rows.map(({ albumKey }) => albumKey)).size).toBe(1);
  expect(inwards.rows[0]?.albumKey).toMatch(new RegExp(`^${group.id}:.`, "u"));
});

test("members of albums are stored only where somebody may be asking: bound and private chats", async () => {
  const { sandbox, inwards, start, anna } = await groupFor();
  const foreign = sandbox.createChat({ type: "supergroup", title: "Foreign", owner: anna });
  const dialogue = sandbox.createChat({ type: "private", user: anna });
  const album = [
    { kind: "photo", bytes: BYTES },
    { kind: "photo", bytes: BYTES },
  ] as const;
  sandbox.sendAlbum(foreign, anna, album);
  sandbox.sendAlbum(dialogue, anna, album);
  start();
  await confirmed(sandbox);
  expect(inwards.rows.map(({ albumKey }) => albumKey?.split(":")[0])).toEqual([String(anna.id), String(anna.id)]);
});

const DIGITS = "0f".repeat(16);

test.each([
  ["a webhook's address", `https://acme.bitrix24.com/rest/1/${"ab1".repeat(5)}/`],
  ["a set-up code", DIGITS],
  ["a set-up code in groups of capitals", (DIGITS.toUpperCase().match(/.{4}/gu) ?? []).join(" ")],
])("%s is taken in from bound groups, whatever it stands in, and from no others", async (_, secret) => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  const foreign = sandbox.createChat({ type: "supergroup", title: "Foreign", owner: anna });
  sandbox.say(foreign, anna, `look ${secret} there`);
  sandbox.say(group, anna, `look ${secret} there`);
  sandbox.say(group, anna, "look there");
  start();
  await confirmed(sandbox);
  expect(inwards.rows).toHaveLength(1);
});

test("a live location on the move is not stored", async () => {
  const { sandbox, inwards, start, anna } = await groupFor();
  const dialogue = sandbox.createChat({ type: "private", user: anna });
  const extra = { text: undefined, location: { latitude: 1, longitude: 2, live_period: 600 } };
  const sent = sandbox.say(dialogue, anna, { text: "x", extra });
  sandbox.edit(dialogue, sent.message_id, { extra: { location: { latitude: 2, longitude: 2, live_period: 600 } } });
  start();
  await confirmed(sandbox);
  expect(inwards.rows).toHaveLength(1);
});

test("an edited command is stored as an update of its own", async () => {
  const { sandbox, takeIn, anna, group } = await groupFor();
  const said = sandbox.say(group, anna, "/notify @petr_s on");
  sandbox.edit(group, said.message_id, { text: "/notify @petr_s one" });
  expect((await takeIn()).map(({ edited }) => edited)).toEqual([false, true]);
});

test("a group that becomes a supergroup is reported with both ids", async () => {
  const { sandbox, inwards, takeIn, anna } = await groupFor();
  const group = sandbox.createChat({ type: "group", title: "Small", owner: anna });
  const grown = sandbox.migrate(group);
  expect(await takeIn()).toEqual([]);
  const move = { from: String(group.id), to: String(grown.id) };
  expect(inwards.migrations).toEqual([move, move]);
});

test("being added with privacy mode on is told to the operator, and the row is done", async () => {
  const { sandbox, inwards, log, takeIn, anna, group } = await groupFor({
    sandbox: { canReadAllGroupMessages: false },
  });
  sandbox.addBot(group, anna);
  await takeIn();
  expect(inwards.ignored).toEqual([1]);
  expect(log.lines.join()).toContain("privacy mode is on");
});

test("a failure inside leaves the row undone: it comes out of dispatch as it was thrown", async () => {
  const { sandbox, inwards, takeIn, anna, group } = await groupFor();
  const failure = new Error("database is locked");
  inwards.messageFailures.push(failure);
  sandbox.say(group, anna, "/notify @petr_s one");
  await expect(takeIn()).rejects.toBe(failure);
});

test("a stored row that cannot be read is put aside instead of being tried for ever", async () => {
  const { telegram, inwards } = await houseFor();
  const row = { platform: "telegram", externalId: "1:1", payload: "{", receivedAt: 0, id: 9, attempts: 0 } as const;
  await telegram.dispatch([row]);
  expect(inwards.ignored).toEqual([9]);
});

test("fields nobody has heard of do not make an update unreadable; missing essentials do", () => {
  const message = { message_id: 1, date: 1, chat: { id: 1, type: "private", new: 1 }, hologram: {} };
  expect(parseUpdate(JSON.stringify({ update_id: 1, message }))).toMatchObject({ message: { hologram: {} } });
  expect(parseUpdate(JSON.stringify({ update_id: 1, message: { message_id: 1 } }))).toBeUndefined();
  expect(parseUpdate("null")).toBeUndefined();
});

test("an update that cannot be read is passed over and does not hold up the next", async () => {
  const { sandbox, inwards, log, start, anna, group } = await groupFor();
  const result = [
    { update_id: 1, message: { chat: null } },
    { update_id: 2, message: { message_id: 1, date: 1, chat: { id: 5, type: "private" }, text: "hi" } },
  ];
  sandbox.faults.add({ method: "getUpdates", kind: "reply", status: 200, body: { ok: true, result } });
  sandbox.say(group, anna, "/notify @petr_s one");
  start();
  await sandbox.waitFor(() => inwards.rows.length === 2 || undefined);
  expect(log.lines.join()).toContain("passed over");
});

test("another poller is borne for a while, then named", async () => {
  const { sandbox, telegram } = await houseFor();
  const body = { ok: false, error_code: 409, description: "Conflict: terminated by other getUpdates request" };
  sandbox.faults.add({ method: "getUpdates", kind: "reply", status: 409, body, times: 3 });
  const passing = new AbortController();
  const borne = telegram.run(passing.signal);
  await sandbox.waitFor(() => sandbox.faults.left === 0 && sandbox.calls.at(-1)?.status === undefined);
  passing.abort();
  await borne;
  sandbox.faults.add({ method: "getUpdates", kind: "reply", status: 409, body, times: 99 });
  await expect(telegram.run(new AbortController().signal)).rejects.toBeInstanceOf(TelegramConflictError);
});

test("of two services with one bot, one gives up with a word about the other", async () => {
  const { sandbox, telegram, start } = await houseFor();
  const other = start();
  const ends = Promise.race([other.ended, telegram.run(AbortSignal.timeout(60_000))]);
  await expect(ends).rejects.toThrow(/another program takes the updates/u);
  expect(sandbox.calls.some(({ status }) => status === 409)).toBe(true);
});

test("flood control is waited for as long as Telegram says, an outage in growing pauses", async () => {
  const pauses: number[] = [];
  const { sandbox, log, start } = await houseFor({ adapter: { pauseMs: (attempt) => pauses.push(attempt) } });
  sandbox.faults.add({ method: "getUpdates", kind: "429", retryAfter: 0 });
  sandbox.faults.add({ method: "getUpdates", kind: "reset", times: 2 });
  sandbox.faults.add({ method: "getUpdates", kind: "reply", status: 502, body: "<html>Bad Gateway" });
  start();
  await sandbox.waitFor(() => sandbox.faults.left === 0 && sandbox.calls.at(-1)?.status === undefined);
  expect(pauses).toEqual([2, 3, 4]);
  expect(log.lines[0]).toContain("waitMs: 0");
});

test("a token that Telegram refuses ends the intake, and appears nowhere", async () => {
  const secret = [7_000_000_001, "w".repeat(35)].join(":");
  const { telegram, log } = await houseFor({ adapter: { token: secret } });
  const failure: unknown = await telegram.run(new AbortController().signal).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TelegramTokenRefusedError);
  expect(`${log.lines}${failure}`).not.toContain(secret);
});

test("who writes in a group that is bound to no workspace is not remembered", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  inwards.chats.length = 0;
  sandbox.say(group, anna, "good morning");
  start();
  await confirmed(sandbox);
  expect(inwards.people).toEqual([]);
});

test("each topic and each dialogue is a lane, and only a new command that is no more than that may be shed", async () => {
  const { sandbox, inwards, start, anna, group } = await groupFor();
  const said = sandbox.say(group, anna, "/notify @petr_s one");
  sandbox.edit(group, said.message_id, { text: "/notify @petr_s two" });
  sandbox.say(group, anna, { text: "/status", extra: { is_topic_message: true, message_thread_id: 5 } });
  const dialogue = sandbox.createChat({ type: "private", user: anna });
  sandbox.say(dialogue, anna, "my code");
  start();
  await confirmed(sandbox);
  expect(inwards.rows.map(({ lane, sender }) => [lane, sender])).toEqual([
    [`${group.id}/`, String(anna.id)],
    [`${group.id}/`, undefined],
    [`${group.id}/5`, String(anna.id)],
    [`${dialogue.id}/`, undefined],
  ]);
});

test("fields that are null are as good as absent", () => {
  const chat = { id: -100, type: "supergroup", title: null };
  const from = { id: 7, is_bot: false, first_name: "Anna", last_name: null, username: null };
  const message = {
    message_id: 1,
    date: 2,
    chat,
    from,
    text: "hi",
    photo: null,
    entities: null,
    reply_to_message: null,
  };
  expect(withoutNulls({ update_id: 5, edited_message: null, message, list: [null, { a: null }] })).toEqual({
    update_id: 5,
    message: {
      message_id: 1,
      date: 2,
      chat: { id: -100, type: "supergroup" },
      from: { id: 7, is_bot: false, first_name: "Anna" },
      text: "hi",
    },
    list: [null, {}],
  });
});
