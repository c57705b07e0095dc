import { expect, test } from "vitest";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { peopleChores } from "../../src/app/peopleChores.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { IVAN, NOW, openDesk } from "../support/desk.ts";
import { openTestPortal } from "../support/portal.ts";

const _SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const ALONE = { platform: "telegram", chatId: "77", threadId: "" } as const;
const STOP = new AbortController().signal;
const MINUTE = 60_000;

/** Ivan administers a workspace that is an emulated portal, and writes in private. */
async function openOffice(options: PortalOptions = {}) {
  const desk = await openDesk();
  const { store, workspace } = desk;
  const { portal, client } = await openTestPortal(options);
  await store.tx(async (tx) => {
    const credentials = { kind: "webhook", url: portal.webhookUrl(1) } as const;
    await tx.workspaces.set(workspace.id, { host: portal.host, credentials });
    await tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId);
    await tx.chats.bind({ ...ALONE, workspaceId: workspace.id, senders: "everyone" }, NOW);
  });
  const handlers = peopleChores({ store, portal: client, wordsIn, clock: () => desk.now });
  /** Does every chore that is due, as the service would; one that is to be done again stays. */
  const work = async (): Promise<number> => {
    const due = await store.read.chores.due(desk.now, 10);
    for (const chore of due) {
      const handle = chore.work?.kind === "search" ? handlers.search?.(chore.work, chore, STOP) : undefined;
      const done = await (handle ?? (chore.work?.kind === "map" ? handlers.map?.(chore.work, chore, STOP) : undefined));
      await store.tx(async (tx) => {
        if (done?.kind === "again") await tx.chores.again(chore.id, desk.now + done.afterMs);
        else if (await tx.chores.done(chore.id)) await done?.write?.(tx);
      });
    }
    return due.length;
  };
  let messages = 500;
  const say = async (line: string, language = "en") => {
    messages += 1;
    desk.now += MINUTE;
    const at = { ...ALONE, messageId: String(messages) };
    await desk.say(line, { at, place: { kind: "private", title: "Ivan" }, sender: { ...IVAN, language } });
    return async () => (await desk.wish(at))?.text ?? "";
  };
  /** The answer when the portal has been asked. */
  const ask = async (line: string, language = "en"): Promise<string> => {
    const answer = await say(line, language);
    await work();
    return answer();
  };
  const bitrixIdOf = async (username: string) =>
    (await store.read.people.byAccount(workspace.id, "telegram", { username }))?.bitrixId;
  return { ...desk, desk, portal, say, ask, work, bitrixIdOf };
}

const FYODOR = [
  { id: 1, name: "Ada", lastName: "Admin", active: true, admin: true },
  { id: 7, name: "Фёдор", lastName: "Семёнов", active: true, workPosition: "Инженер", email: "fyodor@company.example" },
  { id: 8, name: "Fyodor", lastName: "Gone", active: false, email: "gone@company.example" },
];

test("an administrator finds people of the portal by name, case and ё forgiven, beside those of the mapping", async () => {
  const { desk, say, work, ask } = await openOffice({ users: FYODOR });
  await desk.map("fed", 20, "Федор Второй");
  const answer = await say("/people ФЕДОР");
  expect(await answer()).toContain("Asking Bitrix24 for others");
  await work();
  expect(await answer()).toBe(
    "2 people of main fit “ФЕДОР”:\nФёдор Семёнов (id:7), Инженер, not mapped\nФедор Второй (id:20), Telegram @fed",
  );
  expect(await ask("/люди федор семенов", "ru")).toContain("Фёдор Семёнов (id:7), Инженер, не сопоставлен");
  expect(await ask("/people gone")).toBe("Nobody in main fits “gone”.");
  expect(await ask("/people fyodor@company.example")).toContain("(id:7)");
  expect(await ask("/people fyodor@company.exampl")).toContain("Nobody in main fits");
});

test("where only the messenger may be asked, it is", async () => {
  const webhooks = [{ userId: 1, code: "c".repeat(16), scopes: ["im"] }];
  const { ask } = await openOffice({ users: FYODOR, webhooks });
  expect(await ask("/people федор")).toContain("Фёдор Семёнов (id:7)");
  expect(await ask("/people fyodor@company.example")).toMatch(/Nobody in main fits.*\n.*look people up/u);
  expect(await ask("/map @fyodor fyodor@company.example")).toContain("grant the scope user_basic");
});

test("in a group, where others read along, the portal is not searched", async () => {
  const { desk, store } = await openOffice({ users: FYODOR });
  const at = await desk.say("/people федор");
  expect((await desk.wish(at))?.text).not.toContain("Asking");
  expect(await store.read.chores.due(desk.now, 9)).toEqual([]);
});

test("an account is mapped to the one active person of the portal with exactly this address", async () => {
  const { ask, bitrixIdOf, store, workspace } = await openOffice();
  expect(await ask("/map @anna Anna@Company.example")).toBe("@anna is Anna Orlova (id:7) now.");
  expect(await bitrixIdOf("anna")).toBe(7);
  const [noted] = await store.read.audit.list({ workspaceId: workspace.id, limit: 1 });
  expect(noted).toMatchObject({ actor: "telegram:77", action: "people.map", subject: "telegram @anna = 7" });
  expect(JSON.stringify(noted)).not.toContain("company.example");
});

test.each(["nobody@company.example", "nn_@company.example", "dmitri@company.example", "аnna@company.example"])(
  "%s is the address of no active person, so nobody is mapped",
  async (email) => {
    const { ask, bitrixIdOf } = await openOffice();
    expect(await ask(`/map @anna ${email}`)).toContain("No one active person of main has exactly the address");
    expect(await bitrixIdOf("anna")).toBeUndefined();
  },
);

test("a portal that drops the filter and answers with everybody maps nobody", async () => {
  const webhooks = [{ userId: 1, code: "c".repeat(16), scopes: ["im", "user_brief"] }];
  const { ask, bitrixIdOf } = await openOffice({ webhooks });
  expect(await ask("/map @anna anna@company.example")).toContain("EMAIL_NOT_READABLE");
  expect(await bitrixIdOf("anna")).toBeUndefined();
});

test("two people with one address, and an account of somebody else, are shown and change nothing", async () => {
  const users = [7, 8].map((id) => ({ id, name: `N${id}`, lastName: "", active: true, email: "two@company.example" }));
  const { desk, ask, bitrixIdOf, portal } = await openOffice({
    users: [{ id: 1, name: "Ada", lastName: "", active: true, admin: true }, ...users],
  });
  expect(await ask("/map @anna two@company.example")).toContain("N7 (id:7), N8 (id:8). Nothing was changed");
  portal.setUser({ id: 8, active: false });
  await desk.map("anna", 20, "Other");
  expect(await ask("/map @anna two@company.example")).toContain("@anna is mapped to Other (id:20) already");
  expect(await bitrixIdOf("anna")).toBe(20);
  await ask("/group oncall id:7");
  expect(await ask("/map @oncall two@company.example")).toContain("@oncall is a group or a rotation here");
});

test("a portal that is down is asked again for a while, and then that is said; what the mapping knows is shown", async () => {
  const { desk, portal, say, work, ask, store, bitrixIdOf } = await openOffice();
  await desk.map("orlik", 20, "Orlik");
  await portal.pause();
  const answers = [await say("/people orl"), await say("/map @anna anna@company.example")];
  for (let round = 0; round < 30 && (await store.read.chores.nextDue()) !== undefined; round += 1) {
    await work();
    desk.now += 3_000;
  }
  const [found, mapped] = await Promise.all(answers.map((answer) => answer()));
  expect(found).toContain("Orlik (id:20)");
  expect(found).toContain("could not be asked just now, so only the mapping was searched");
  expect(mapped).toContain("could not be asked just now. Nothing was changed");
  await portal.resume();
  expect(await ask("/map @anna anna@company.example")).toContain("Anna Orlova (id:7)");
  expect(await bitrixIdOf("anna")).toBe(7);
});

test("a suspended connection is not asked, and that is said", async () => {
  const { store, workspace, ask } = await openOffice();
  await store.tx((tx) => tx.workspaces.suspend(workspace.id, { code: "GONE", reason: "gone", at: NOW }));
  expect(await ask("/people orl")).toContain("is suspended, so only the mapping was searched");
  expect(await ask("/map @anna anna@company.example")).toContain("is suspended. Nothing was changed");
});

test("whoever has lost the role while the portal was asked is told nothing and maps nobody", async () => {
  const { store, workspace, say, work, bitrixIdOf } = await openOffice();
  const answers = [await say("/people orl"), await say("/map @anna anna@company.example")];
  await store.tx((tx) => tx.chats.removeAdmin(workspace.id, "telegram", IVAN.userId));
  await work();
  for (const answer of answers) expect(await answer()).toContain("Only administrators");
  expect(await bitrixIdOf("anna")).toBeUndefined();
});

test("what comes when a Discord form is closed already is not said where others may read it", async () => {
  const { desk, store, workspace, work, bitrixIdOf } = await openOffice();
  const at = { platform: "discord", chatId: "900000000000000009", threadId: "900000000000000001" } as const;
  await store.tx(async (tx) => {
    await tx.chats.addAdmin(workspace.id, "discord", IVAN.userId);
    await tx.chats.bind({ ...at, workspaceId: workspace.id, senders: "everyone" }, NOW);
  });
  const interaction = { applicationId: "1", token: "t", expiresAt: desk.now + 15 * MINUTE };
  const asked = { platform: "discord", language: "en", target: { ...at, interaction } } as const;
  const who = { workspaceId: workspace.id, userId: IVAN.userId, command: "/x" };
  const slots = ["one", "two"].map((slot) => ({ slot, language: asked.language, target: asked.target }));
  await store.tx(async (tx) => {
    for (const asker of slots) {
      await tx.receipts.wish(asker.slot, asker.target, { text: "Asking" }, desk.now);
      await tx.chores.add({ kind: "search", ...who, asker, search: "orlova", page: 1 }, desk.now);
    }
    const [asker] = slots;
    const account = { username: "anna" };
    if (asker)
      await tx.chores.add(
        { kind: "map", ...who, asker, account, email: "anna@company.example", unmapCommand: "/y" },
        desk.now,
      );
  });
  desk.now += 15 * MINUTE;
  await work();
  for (const { slot } of slots) expect((await store.read.receipts.bySlot(slot))?.wish.text).toBe("Asking");
  expect(await bitrixIdOf("anna")).toBeUndefined();
});
