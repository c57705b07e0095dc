import { expect, test } from "vitest";
import { mayAnywhere } from "../../src/app/administers.ts";
import { rolesOf } from "../../src/app/standing.ts";
import type { ChatRef, IncomingMessage, Sender } from "../../src/core/chat.ts";
import { COMMANDS, type CommandName } from "../../src/core/command.ts";
import {
  type CommandPlace,
  PLACES,
  permissionOf,
  ROLES,
  type Role,
  SENDERS_POLICIES,
  type SendersPolicy,
} from "../../src/core/permissions.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";

const CHATS: Readonly<Record<CommandPlace, { at: ChatRef; place: IncomingMessage["place"] }>> = {
  group: { at: { platform: "telegram", chatId: "-100", threadId: "" }, place: { kind: "group", title: "Ops" } },
  channel: { at: { platform: "telegram", chatId: "-200", threadId: "" }, place: { kind: "channel", title: "News" } },
  private: { at: { platform: "telegram", chatId: "300", threadId: "" }, place: { kind: "private", title: "Ivan" } },
  unbound: { at: { platform: "telegram", chatId: "-400", threadId: "" }, place: { kind: "group", title: "Else" } },
  "unbound-private": {
    at: { platform: "telegram", chatId: "500", threadId: "" },
    place: { kind: "private", title: "I" },
  },
};

const person = (userId: string): Sender => ({ kind: "person", userId, name: `person ${userId}` });
const SENDERS: Readonly<Record<Role, Sender>> = {
  owner: person("1"),
  admin: person("2"),
  sender: person("3"),
  "chat-admin": { ...person("4"), chatAdmin: true },
  linked: person("5"),
  anyone: person("6"),
  "anonymous-admin": { kind: "anonymous-admin", userId: "1087968824", name: "Ops" },
  channel: { kind: "channel", userId: "-200", name: "News" },
  bot: { kind: "bot", userId: "9", name: "bot" },
};

/** One line for each command, and what its answer says when the command was carried out. */
const LINES: Readonly<Record<CommandName, { line: string; done?: RegExp }>> = {
  notify: { line: "/notify @anna hello" },
  recall: { line: "/recall" },
  status: { line: "/status" },
  link: { line: "/link" },
  unlink: { line: "/unlink" },
  whoami: { line: "/whoami", done: /Your id here|You are|you are nobody|not connected/u },
  help: { line: "/help", done: /personal notifications|not connected/u },
  connect: { line: "/connect" },
  disconnect: { line: "/disconnect" },
  people: { line: "/people anna", done: /of main fits|Nobody in main/u },
  map: { line: "/map @anna 7", done: /@anna is .*id:7/u },
  unmap: { line: "/unmap @nobody_here", done: /is not mapped in main/u },
  group: { line: "/group oncall @anna", done: /@oncall has 1 member/u },
  role: { line: "/role 77777 sender", done: /77777 is sender/u },
  senders: { line: "/senders", done: /Who may send from this chat/u },
  rules: { line: "/rules", done: /main has no rule yet/u },
  forward: { line: "/forward", done: /What is to be forwarded|listens to the chat in which/u },
  mute: { line: "/mute 1h #ci", done: /Muted until/u },
  quiet: { line: "/quiet", done: /no quiet hours|Quiet hours are yours|not connected/u },
  oncall: { line: "/oncall", done: /no rotation yet/u },
  ack: { line: "/ack", done: /No alert is open here/u },
};

const REFUSED = /^Only administrators of|^I cannot see who is writing|^Only people linked|^You are not among those/u;

/** A desk where each sender has the one role, and nothing else; Anna has been notified by somebody else. */
async function openCourt(senders: SendersPolicy): Promise<Desk> {
  const desk = await openDesk({ senders });
  const { store, workspace } = desk;
  await desk.map("anna", 7);
  await store.tx(async (tx) => {
    for (const place of ["channel", "private"] as const)
      await tx.chats.bind({ ...CHATS[place].at, workspaceId: workspace.id, senders }, NOW);
    for (const role of ["owner", "admin", "sender"] as const)
      await tx.chats.addAdmin(workspace.id, "telegram", SENDERS[role].userId, role);
  });
  return desk;
}

let messages = 1_000;

/** Writes the command, and says what came of it. */
async function carriedOut(
  desk: Desk,
  { command, place, role }: { command: CommandName; place: CommandPlace; role: Role },
) {
  const { at, place: kind } = CHATS[place];
  const { line, done } = LINES[command];
  messages += 1;
  const linked = { workspaceId: desk.workspace.id, bitrixId: 50, platform: "telegram", userId: "5" } as const;
  // Whoever has unlinked themselves is linked again.
  await desk.store.tx((tx) => tx.people.map(linked));
  // Nobody is slowed down.
  desk.now += 120_000;
  const where = { ...at, messageId: String(messages) };
  await desk.say(line, { at: where, place: kind, sender: SENDERS[role] });
  const text = (await desk.wish(where))?.text;
  if (command === "notify") {
    const sent = (await desk.deliveries(where)).length > 0;
    expect(sent || text === undefined || REFUSED.test(text)).toBe(true);
    return sent;
  }
  if (text === undefined || REFUSED.test(text)) return false;
  if (done) expect(text).toMatch(done);
  return true;
}

const bound = PLACES.filter((place) => !place.startsWith("unbound"));
const NAMES = Object.keys(COMMANDS) as CommandName[];

test.each(SENDERS_POLICIES)(
  "in chats bound with --senders %s the table holds for everybody and every command",
  async (senders) => {
    const desk = await openCourt(senders);
    const wrong = [];
    for (const place of bound) {
      for (const role of ROLES) {
        for (const command of NAMES) {
          // A person with a role is also anyone.
          const held: readonly Role[] = SENDERS[role].kind === "person" ? [role, "anyone"] : [role];
          const expected = held.some((each) => permissionOf(each, { command, place, senders }) !== "denied");
          if ((await carriedOut(desk, { command, place, role })) !== expected)
            wrong.push({ place, role, command, expected });
        }
      }
    }
    expect(wrong).toEqual([]);
  },
);

test("in unbound chats the table holds, whatever role somebody has in a workspace", async () => {
  const desk = await openCourt("everyone");
  const wrong = [];
  for (const place of ["unbound", "unbound-private"] as const) {
    for (const role of ROLES) {
      for (const command of NAMES) {
        const expected = permissionOf(role, { command, place, senders: "everyone" }) !== "denied";
        const answered = await carriedOut(desk, { command, place, role });
        if (answered !== expected) wrong.push({ place, role, command, expected });
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("own-only shows nobody else's: of another one's notification only administrators read the status", async () => {
  const desk = await openCourt("everyone");
  const { at, place } = CHATS.group;
  const sent = await desk.say("/notify @anna hello", { sender: person("77") });
  for (const role of ROLES.filter((each) => each !== "bot")) {
    messages += 1;
    desk.now += 120_000;
    const where = { ...at, messageId: String(messages) };
    const repliedTo = { messageId: sent.messageId, author: "x", text: [], media: [], parts: [] };
    await desk.say("/status", { at: where, place, sender: SENDERS[role], repliedTo });
    const allowed = permissionOf(role, { command: "status", place: "group", senders: "everyone" }) === "allowed";
    expect((await desk.wish(where))?.text?.includes("hello")).toBe(allowed);
  }
});

test("who administers a chat changes who may send from it, from nowhere else, and the change is noted", async () => {
  const desk = await openCourt("everyone");
  const asked = await desk.say("/senders list", { sender: SENDERS["chat-admin"] });
  expect((await desk.wish(asked))?.text).toContain("only those whom");
  const bindings = await desk.store.read.chats.list(desk.workspace.id);
  expect(bindings.map(({ chatId, senders }) => [chatId, senders])).toEqual([
    ["-100", "list"],
    ["-200", "everyone"],
    ["300", "everyone"],
  ]);
  expect(await desk.deliveries(await desk.say("/notify @anna hello", { sender: SENDERS.anyone }))).toEqual([]);
  expect(await desk.deliveries(await desk.say("/notify @anna hello", { sender: SENDERS.sender }))).toHaveLength(1);
  const [noted] = await desk.store.read.audit.list({ workspaceId: desk.workspace.id, limit: 1 });
  expect(noted).toMatchObject({ actor: "telegram:4", action: "chat.senders", subject: "telegram:-100/ senders=list" });
});

test("a role ends with its owner's time in the portal, and only there", async () => {
  const desk = await openDesk({ senders: "list" });
  const { store, workspace } = desk;
  const account = { platform: "telegram", userId: "77" } as const;
  await store.tx(async (tx) => {
    await tx.chats.addAdmin(workspace.id, "telegram", "77", "owner");
    await tx.people.map({ workspaceId: workspace.id, bitrixId: 7, ...account });
  });
  const roles = () => rolesOf(store.read, { workspaceId: workspace.id, platform: "telegram" }, IVAN);
  expect([...(await roles())]).toContain("owner");
  const person = await store.read.people.byBitrixId(workspace.id, 7);
  await store.tx((tx) => tx.people.leave(person?.id ?? 0, desk.now));
  expect([...(await roles())]).toEqual(["anyone"]);
  expect(await store.tx((tx) => mayAnywhere(tx, { ...account, deed: "add-portal" }))).toBe(false);
  await desk.say("/unlink");
  expect([...(await roles())]).toEqual(["anyone"]);
  await store.tx((tx) => tx.people.cameBack(person?.id ?? 0));
  expect([...(await roles())]).toContain("owner");
});
