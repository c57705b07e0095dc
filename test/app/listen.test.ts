import { describe, expect, onTestFinished, test } from "vitest";
import { openStore } from "../../adapters/database/store.ts";
import { slotOf } from "../../src/app/receipts.ts";
import type { Rule } from "../../src/app/store/rules.ts";
import { rememberPlaces, watchedChats } from "../../src/app/watched.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { plainText } from "../../src/core/richText.ts";
import { definition } from "../support/alerts.ts";
import { type Desk, NOW, openDesk } from "../support/desk.ts";
import { addPeople, addWorkspace } from "../support/entries.ts";

const BOT = { kind: "bot", userId: "9", name: "Grafana" } as const;
const GROUP = { platform: "telegram", chatId: "-100", threadId: "" } as const;

type Changed = Parameters<typeof definition>[0];

/** A desk with a rule that tells Anna (7) whatever is said in the group. */
async function openWatched(change: Changed = {}) {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await store.tx((tx) => addPeople(tx, workspace.id, [7]));
  const rule = await store.tx((tx) =>
    tx.rules.add({ workspaceId: workspace.id, name: "all", ...definition(change) }, NOW),
  );
  return { ...withReading(desk), desk, store, workspace, rule: rule as Rule };
}

function withReading({ store }: Desk) {
  /** What Anna was told, in order: the last line of each is the alert's. */
  const told = async (): Promise<readonly string[]> => {
    const deliveries = (await store.read.deliveries.list({ limit: 100 })).toSorted((one, other) => one.id - other.id);
    const texts = [];
    for (const { notificationId } of deliveries) {
      const notification = await store.read.notifications.byId(notificationId);
      texts.push(
        plainText(notification?.text ?? [])
          .split("\n")
          .at(-1) ?? "",
      );
    }
    return texts;
  };
  return { told };
}

const at = (messageId: string): IncomingMessage["at"] => ({ ...GROUP, messageId });

describe("what is said in a watched chat", () => {
  test("is told, whoever says it, and answered by nothing", async () => {
    const { desk, told, store } = await openWatched();
    const refs = [
      await desk.say("by a person"),
      await desk.say("by a bot", { sender: BOT }),
      await desk.say("by a channel", { sender: { kind: "channel", userId: "-100", name: "News" } }),
      await desk.say("by an admin", { sender: { kind: "anonymous-admin", userId: "1087968824", name: "Ops" } }),
    ];
    expect(await told()).toEqual(["by a person", "by a bot", "by a channel", "by an admin"]);
    for (const ref of refs) expect(await store.read.receipts.bySlot(slotOf(ref))).toBeUndefined();
  });

  test("is no alert where it is a command of ours, though words that only look like one are", async () => {
    const { desk, told } = await openWatched();
    await desk.say("/status");
    await desk.say("/status", { sender: BOT });
    await desk.say("/etc is full");
    await desk.say("/weather", { sender: BOT });
    expect(await told()).toEqual(["/etc is full", "/weather"]);
  });

  test("is not told where it is a credential that gets hidden", async () => {
    const { desk, told } = await openWatched();
    await desk.say(`look: https://acme.bitrix24.com/rest/1/${"a".repeat(16)}/`);
    expect(await told()).toEqual([]);
  });

  test("is not told of a form, a private dialogue, or a message that says nothing", async () => {
    const { desk, told } = await openWatched();
    await desk.say("x", { command: "status", options: {} });
    await desk.say("x", { place: { kind: "private", title: "Ivan" } });
    await desk.say("");
    expect(await told()).toEqual([]);
  });

  test("in a topic reaches the rules of the topic and of the whole group alone", async () => {
    const topic = { kind: "chat", chat: { ...GROUP, threadId: "5" } } as const;
    const { desk, told } = await openWatched({ source: topic });
    await desk.say("elsewhere", { at: { ...GROUP, threadId: "6", messageId: "1" } });
    await desk.say("in general", { at: { ...GROUP, messageId: "2" } });
    await desk.say("here", { at: { ...GROUP, threadId: "5", messageId: "3" } });
    expect(await told()).toEqual(["here"]);
  });

  test("in a thread reaches the rules of its channel", async () => {
    const channel = { platform: "discord", chatId: "1", threadId: "20" } as const;
    const { desk, told, store, workspace } = await openWatched({ source: { kind: "chat", chat: channel } });
    const guild = { ...channel, threadId: "", workspaceId: workspace.id, senders: "everyone" } as const;
    await store.tx((tx) => tx.chats.bind(guild, NOW));
    await desk.say("in a thread", { at: { ...channel, threadId: "30", messageId: "31" }, within: "20" });
    await desk.say("in another", { at: { ...channel, threadId: "40", messageId: "41" }, within: "21" });
    expect(await told()).toEqual(["in a thread"]);
  });

  test("never reaches a rule of another workspace, also after the chat has changed hands", async () => {
    const { desk, told, store, workspace } = await openWatched();
    const other = await addWorkspace(store, "other");
    await store.tx(async (tx) => {
      await addPeople(tx, other.id, [7]);
      await tx.rules.add({ workspaceId: other.id, name: "theirs", ...definition() }, NOW);
    });
    await desk.say("ours");
    expect(await told()).toEqual(["ours"]);
    expect((await store.read.deliveries.list({ limit: 9 })).map((each) => each.workspaceId)).toEqual([workspace.id]);
    await store.tx((tx) => tx.chats.bind({ ...GROUP, workspaceId: other.id, senders: "everyone" }, NOW));
    await desk.say("theirs");
    expect((await store.read.deliveries.list({ limit: 9 })).map((each) => each.workspaceId).toSorted()).toEqual([
      workspace.id,
      other.id,
    ]);
  });

  test("is told no more once the chat is bound no more", async () => {
    const { desk, told, store } = await openWatched();
    const [binding] = await store.read.chats.list();
    await store.tx((tx) => tx.chats.unbind(binding?.id ?? 0));
    await desk.say("hello");
    expect(await told()).toEqual([]);
  });
});

describe("an edit", () => {
  test("takes the place of what was told; one of which nobody sees anything does not", async () => {
    const { desk, told } = await openWatched();
    await desk.say("disk fll", { at: at("1") });
    await desk.say("disk fll", { at: at("1"), edited: true });
    expect(await told()).toEqual(["disk fll"]);
    await desk.say("disk full", { at: at("1"), edited: true });
    expect(await told()).toEqual(["disk fll", "disk full"]);
  });

  test("makes an alert of what was none before", async () => {
    const { desk, told } = await openWatched({ filter: { words: ["disk"] } });
    await desk.say("hm", { at: at("1") });
    await desk.say("hm, disk", { at: at("1"), edited: true });
    expect(await told()).toEqual(["hm, disk"]);
  });

  test("of what was said before the chat was bound, or too long ago, is no news", async () => {
    const { desk, told } = await openWatched();
    await desk.say("old", { edited: true, sentAt: NOW - 1 });
    desk.now = NOW + 61 * 86_400_000;
    await desk.say("old too", { edited: true, sentAt: NOW + 1 });
    await desk.say("new", { edited: true, sentAt: desk.now });
    expect(await told()).toEqual(["new"]);
  });
});

describe("an album", () => {
  const picture = (name: string) =>
    ({ kind: "picture", name, source: { kind: "telegram", fileId: name, uniqueId: name } }) as const;

  test("whose members come late, or get another one in front, is one alert all the same", async () => {
    const { desk, told, store } = await openWatched();
    await desk.say("", { at: at("11"), members: ["11"], media: [picture("a")] });
    const both = { members: ["11", "12"], media: [picture("a"), picture("b")] };
    await desk.say("the caption", { at: at("12"), ...both });
    await desk.say("a better caption", { at: at("12"), ...both, edited: true });
    expect((await store.read.incidents.bySource(at("11"))).map(({ id, count }) => [id, count])).toEqual([[1, 1]]);
    expect(await store.read.incidents.bySource(at("12"))).toHaveLength(1);
    expect((await told()).slice(-2)).toEqual(["the caption", "a better caption"]);
  });
});

test("a deleted message takes back what was made of it", async () => {
  const { desk, store } = await openWatched();
  const ref = await desk.say("disk full");
  await desk.intake.deleted({ at: [ref], of: "m:1" }, []);
  const [delivery] = await store.read.deliveries.list({ limit: 9 });
  expect(delivery).toMatchObject({ state: "settled", verdict: "recalled" });
});

test("a group that gets another id keeps its rules, also for what was said before and is dealt with afterwards", async () => {
  const { desk, told, store } = await openWatched();
  await desk.intake.migrated("-100", "-1001", []);
  await desk.say("in the new", { at: { ...GROUP, chatId: "-1001", messageId: "1" } });
  await desk.say("in the old", { at: at("900") });
  expect(await told()).toEqual(["in the new", "in the old"]);
  expect(await watchedChats(store.read, "telegram")).toEqual([{ ...GROUP, chatId: "-1001", createdAt: NOW }]);
});

describe("watched are", () => {
  const source = (chatId: string, threadId: string): Changed => ({
    source: { kind: "chat", chat: { platform: "discord", chatId, threadId } },
  });

  test.each([
    ["a bound channel", ["1", "20"], ["1", "20"], ["1", "20"]],
    ["a channel of a bound server", ["1", "20"], ["1", ""], ["1", "20"]],
    ["the bound channel of a watched server", ["1", ""], ["1", "20"], ["1", "20"]],
    ["no other channel than the bound one", ["1", "21"], ["1", "20"], undefined],
    ["no other server", ["2", ""], ["1", ""], undefined],
  ] as const)("%s", async (_, [guild, channel], [boundGuild, boundChannel], watched) => {
    const { store, workspace } = await openWatched(source(guild, channel));
    const bound = { platform: "discord", chatId: boundGuild, threadId: boundChannel } as const;
    await store.tx((tx) => tx.chats.bind({ ...bound, workspaceId: workspace.id, senders: "everyone" }, NOW));
    const expected = watched ? [{ platform: "discord", chatId: watched[0], threadId: watched[1], createdAt: NOW }] : [];
    expect(await watchedChats(store.read, "discord")).toEqual(expected);
  });

  test("no chats of another workspace, and none of a rule that is switched off", async () => {
    const { store, rule } = await openWatched();
    const other = await addWorkspace(store, "other");
    expect(await watchedChats(store.read, "telegram")).toHaveLength(1);
    await store.tx((tx) => tx.rules.change(rule.id, { enabled: false }));
    expect(await watchedChats(store.read, "telegram")).toEqual([]);
    await store.tx((tx) => tx.rules.add({ workspaceId: other.id, name: "theirs", ...definition() }, NOW));
    expect(await watchedChats(store.read, "telegram")).toEqual([]);
  });
});

describe("what the platforms ask for every message", () => {
  /** The same database as a command beside the service opens it. */
  const besideOf = ({ file, secretKeys }: Pick<Desk, "file" | "secretKeys">) =>
    openStore({ databaseUrl: `file:${file}`, secretKeys, mayCreate: false, version: "0.0.0-test", clock: Date.now });

  test.each(["in the service", "by a command beside it"])("is up to date at once after a change %s", async (where) => {
    const { desk, store, rule, workspace } = await openWatched();
    const { intake } = desk;
    const beside = where === "in the service" ? store : await besideOf(desk);
    onTestFinished(() => beside.close());
    const other = { ...GROUP, chatId: "-200" };
    const watched = async () => (await intake.watched("telegram")).map(({ chatId }) => chatId);
    const bound = async () => (await intake.bound("telegram")).map(({ chatId }) => chatId);
    expect([await watched(), await bound()]).toEqual([["-100"], ["-100"]]);

    await beside.tx((tx) => tx.chats.bind({ ...other, workspaceId: workspace.id, senders: "everyone" }, NOW));
    expect([await watched(), await bound()]).toEqual([["-100"], ["-100", "-200"]]);
    const second = definition({ source: { kind: "chat", chat: other } });
    const added = await beside.tx((tx) => tx.rules.add({ workspaceId: workspace.id, name: "second", ...second }, NOW));
    expect(await watched()).toEqual(["-100", "-200"]);
    await beside.tx((tx) => tx.rules.change(rule.id, { enabled: false }));
    expect(await watched()).toEqual(["-200"]);
    await beside.tx((tx) => tx.rules.remove((added as Rule).id));
    expect(await watched()).toEqual([]);
    await beside.tx((tx) => tx.rules.change(rule.id, { enabled: true }));
    expect(await watched()).toEqual(["-100"]);
    await beside.tx((tx) => tx.workspaces.remove(workspace.id));
    expect([await watched(), await bound()]).toEqual([[], []]);
  });

  test("is not read anew while only other things change", async () => {
    const { desk, store } = await openWatched();
    const [watched, bound] = [await desk.intake.watched("telegram"), await desk.intake.bound("telegram")];
    await desk.say("a message");
    await store.tx((tx) => tx.cursors.put("1", "2", 0));
    expect(await desk.intake.watched("telegram")).toBe(watched);
    expect(await desk.intake.bound("telegram")).toBe(bound);
  });

  test("is asked again when it could not be read", async () => {
    let asked = 0;
    const ask = rememberPlaces({ placesVersion: () => "1" }, async () => {
      asked += 1;
      if (asked === 1) throw new Error("disk");
      return asked;
    });
    await expect(ask("telegram")).rejects.toThrow("disk");
    expect(await ask("telegram")).toBe(2);
  });
});
