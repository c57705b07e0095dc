import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { doChores } from "../../src/app/chores.ts";
import { connectChores } from "../../src/app/connectChores.ts";
import type { ChatOutcome, SayTarget } from "../../src/app/ports.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openLines } from "../adapters/web/support.ts";
import { IVAN, openDesk } from "../support/desk.ts";

const HOUR_MS = 3_600_000;
const SCOPES = ["im", "user_brief", "disk", "imbot"];

async function openRoom(options: PortalOptions & { unbound?: boolean; removal?: ChatOutcome } = {}) {
  const desk = await openDesk({ unbound: options.unbound ?? false });
  const { store } = desk;
  const limits = { burst: 1_000, drainPerSecond: 1_000 };
  const webhooks = [{ userId: 1, code: randomBytes(8).toString("hex"), scopes: SCOPES }];
  const portal = await startPortal({ webhooks, limits, tags: "ignored", ...options });
  onTestFinished(() => portal.close());
  const clock = () => desk.now;
  const { log, lines } = openLines();
  const privateHosts = [portal.host];
  const client = createPortal({ version: "0", privateHosts, saveTokens: async () => {}, clock: Date.now, log });
  onTestFinished(() => client.close());
  const removed: SayTarget[] = [];
  const remove = async (target: SayTarget): Promise<ChatOutcome> => {
    removed.push(target);
    return options.removal ?? { kind: "done" };
  };
  const messengers = { telegram: { remove }, discord: { remove } };
  const handlers = connectChores({ store, portal: client, wordsIn, clock, log, privateHosts, messengers });
  const never = async () => ({ kind: "done" }) as const;
  const chores = { ...handlers, link: never };
  /** Resolves when nothing is left to do. */
  const work = async (): Promise<void> => {
    const stop = new AbortController();
    const parts = { store, chores, clock, log, alarm: createAlarm(), changed: createAlarm() };
    const running = doChores(parts, stop.signal);
    await expect.poll(() => store.read.chores.due(desk.now, 9), { timeout: 10_000 }).toEqual([]);
    stop.abort();
    await running;
  };
  const invite = async (): Promise<string> => {
    const code = randomBytes(16).toString("hex");
    await store.tx((tx) => tx.permits.issue(code, { kind: "invitation" }, desk.now + HOUR_MS));
    return code;
  };
  const privately = (text: string, more: Partial<IncomingMessage> = {}) =>
    desk.say(text, {
      at: { platform: "telegram", chatId: IVAN.userId, threadId: "", messageId: randomBytes(4).toString("hex") },
      place: { kind: "private", title: "Ivan" },
      ...more,
    });
  const textOf = async (at: Awaited<ReturnType<typeof privately>>) => (await desk.wish(at))?.text ?? "";
  const codeOf = new URL(portal.webhookUrl(1)).pathname.split("/")[3] ?? "";
  return { ...desk, desk, portal, removed, lines, work, invite, privately, textOf, codeOf };
}

const names = async ({ store }: Awaited<ReturnType<typeof openRoom>>) =>
  (await store.read.workspaces.list()).map(({ name }) => name);

test("a set-up code and a webhook in private make a workspace whose owner is the asker", async () => {
  const room = await openRoom();
  const { portal, store, privately, invite, work, textOf, removed } = room;
  const at = await privately(`/connect ${await invite()} ${portal.webhookUrl(1)} acme`);
  await work();
  const workspace = await store.read.workspaces.byName("acme");
  expect(workspace).toMatchObject({ host: portal.host, tags: "ignored", capabilities: { scopes: SCOPES } });
  expect(await store.read.chats.listAdmins(workspace?.id ?? 0)).toEqual([
    { platform: "telegram", userId: "77", role: "owner" },
  ]);
  expect(await store.read.chats.find(at)).toMatchObject({ workspaceId: workspace?.id });
  expect(await store.read.chats.adminChat(workspace?.id ?? 0)).toMatchObject({ chatId: "77" });
  const text = await textOf(at);
  expect(text).toContain("connected as the workspace acme");
  expect(text).toContain("ignores tags");
  expect(removed).toMatchObject([at]);
  expect(portal.feed(1)).toEqual([]);
});

test("without a name the workspace is called after its portal, and scopes that are missing are named", async () => {
  const room = await openRoom({ webhooks: [{ userId: 1, code: "c".repeat(16), scopes: ["im"] }] });
  const at = await room.privately(`/connect ${await room.invite()} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(await names(room)).toEqual(["main", "portal-127"]);
  const text = await room.textOf(at);
  for (const scope of ["user_brief", "disk", "imbot"]) expect(text).toContain(`The scope ${scope} is not granted`);
  expect(text).not.toContain("The scope im is not");
});

test.each([
  ["no code", async () => ""],
  ["an invented code", async () => "0".repeat(32)],
  [
    "an expired code",
    async (room: Awaited<ReturnType<typeof openRoom>>) => {
      const code = await room.invite();
      room.desk.now += HOUR_MS;
      return code;
    },
  ],
])("with %s nobody is asked anything, and the answer says what it takes", async (_, codeOf) => {
  const room = await openRoom();
  const at = await room.privately(`/connect ${await codeOf(room)} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(room.portal.requests).toEqual([]);
  expect(await names(room)).toEqual(["main"]);
  expect(await room.textOf(at)).toContain("npx herald24 workspace invite");
});

test("one code makes one workspace, even when it is used twice at the same moment", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const first = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} one`);
  const second = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} two`, {
    sender: { ...IVAN, userId: "78" },
  });
  await room.work();
  expect(await names(room)).toHaveLength(2);
  const answers = [await room.textOf(first), await room.textOf(second)];
  expect(answers.filter((text) => text.includes("Nothing was connected"))).toHaveLength(1);
});

test("a code outlives a webhook that does not work", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const wrong = room.portal.webhookUrl(1).replace(room.codeOf, "z".repeat(16));
  const at = await room.privately(`/connect ${code} ${wrong}`);
  await room.work();
  expect(await room.textOf(at)).toContain("INVALID_CREDENTIALS");
  await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
  await room.work();
  expect(await names(room)).toEqual(["main", "acme"]);
});

test("an administrator needs no code, just pastes the address, and renews the webhook of the same portal", async () => {
  const room = await openRoom();
  const { store, workspace, portal, privately, work, textOf } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
  await privately(`${portal.webhookUrl(1)} acme`);
  await work();
  const made = await store.read.workspaces.byName("acme");
  await store.tx((tx) => tx.workspaces.suspend(made?.id ?? 0, { code: "INVALID_CREDENTIALS", reason: "", at: 0 }));
  const again = await privately(`/connect ${portal.webhookUrl(1)}`);
  await work();
  expect(await names(room)).toEqual(["main", "acme"]);
  expect((await store.read.workspaces.byName("acme"))?.suspended).toBeUndefined();
  expect(await textOf(again)).toContain("uses the new webhook");
});

test("somebody who may only send is no administrator", async () => {
  const room = await openRoom();
  const { store, workspace, portal, privately, work } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "sender"));
  await privately(`/connect ${portal.webhookUrl(1)}`);
  await work();
  expect(portal.requests).toEqual([]);
});

test("a webhook in a private network that nobody listed is not asked", async () => {
  const room = await openRoom();
  const at = await room.privately(`/connect ${await room.invite()} http://192.168.0.1/rest/1/${"a".repeat(16)}/`);
  await room.work();
  expect(await room.textOf(at)).toContain("Nothing was connected");
  expect(await names(room)).toEqual(["main"]);
});

test.each(["/connect CODE", "look: CODE", "/notify id:7 CODE", "[portal](CODE)"])(
  "in a group, %j is deleted and its author told to renew the webhook",
  async (text) => {
    const room = await openRoom();
    const { portal, removed, desk, work, textOf, store, workspace } = room;
    await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
    const at = await desk.say(text.replace("CODE", portal.webhookUrl(1)));
    await work();
    expect(removed).toMatchObject([at]);
    expect(await textOf(at)).toContain("I deleted it");
    expect(portal.requests).toEqual([]);
    expect(await desk.deliveries(at)).toEqual([]);
  },
);

test("where it may not be deleted, its author is asked to do so", async () => {
  const room = await openRoom({ removal: { kind: "not-allowed", reason: "rights" } });
  const at = await room.desk.say(`/connect ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(await room.textOf(at)).toContain("delete it yourself");
});

test("a set-up code that was shown in a group does not work any more", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const at = await room.desk.say(`/connect ${code}`);
  expect(await room.textOf(at)).toContain("does not work any more");
  await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
  await room.work();
  expect(await names(room)).toEqual(["main"]);
});

test("neither the webhook nor the code is ever written down in clear, logged or said", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const at = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
  await room.desk.say(`/connect ${room.portal.webhookUrl(1)}`);
  const bytes = () => {
    const folder = dirname(room.desk.file);
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  };
  const before = bytes();
  await room.work();
  const places = [...before, ...bytes(), JSON.stringify(room.lines), await room.textOf(at)].join("\n");
  expect(places).toContain("acme");
  for (const secret of [code, room.codeOf]) expect(places).not.toContain(secret);
});

test("disconnecting is asked for twice, cancels what this chat has queued, and says how many", async () => {
  const room = await openRoom();
  const { desk, store, workspace, textOf } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
  await desk.map("anna", 7);
  const sent = await desk.say("/notify @anna Build is red");
  const asked = await desk.say("/disconnect");
  expect(await textOf(asked)).toContain("1 queued notification would be cancelled");
  expect(await textOf(asked)).toContain("/disconnect yes");
  expect(await store.read.chats.find(asked)).toBeDefined();
  const done = await desk.say("/disconnect yes");
  expect(await textOf(done)).toContain("1 queued notification was cancelled");
  expect(await store.read.chats.find(done)).toBeUndefined();
  expect(await desk.deliveries(sent)).toMatchObject([{ verdict: "undeliverable", code: "UNBOUND" }]);
  expect((await store.read.workspaces.byId(workspace.id))?.suspended).toMatchObject({ code: "DISCONNECTED" });
});

test("disconnecting one chat of several leaves the workspace alone, and others may not do it", async () => {
  const room = await openRoom();
  const { desk, store, workspace } = room;
  const other = { platform: "telegram", chatId: "-200", threadId: "" } as const;
  await store.tx((tx) => tx.chats.bind({ ...other, workspaceId: workspace.id, senders: "everyone" }, desk.now));
  const refused = await desk.say("/disconnect yes");
  expect(await store.read.chats.find(refused)).toBeDefined();
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
  const done = await desk.say("/отключить да");
  expect(await store.read.chats.find(done)).toBeUndefined();
  expect((await store.read.workspaces.byId(workspace.id))?.suspended).toBeUndefined();
});
