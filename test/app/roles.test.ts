import { expect, test } from "vitest";
import { mayAnywhere, mayIn } from "../../src/app/administers.ts";
import { DEEDS, GIVEN_ROLES, mayDo } from "../../src/core/permissions.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";

const OLEG = { kind: "person", userId: "88888", username: "oleg", name: "Oleg" } as const;
const OWNER = { ...IVAN, userId: "77777" };

/** A desk whose owner and admin write in a private chat, where nobody else reads along. */
async function openOffice(): Promise<
  Desk & { ask(line: string, sender?: typeof OWNER | typeof OLEG): Promise<string> }
> {
  const desk = await openDesk({ senders: "list" });
  const { store, workspace } = desk;
  const chat = { platform: "telegram", chatId: "300", threadId: "" } as const;
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "list" }, desk.now);
    await tx.chats.addAdmin(workspace.id, "telegram", OWNER.userId, "owner");
    await tx.chats.addAdmin(workspace.id, "telegram", OLEG.userId, "admin");
  });
  let messages = 0;
  const ask = async (line: string, sender: typeof OWNER | typeof OLEG = OWNER): Promise<string> => {
    desk.now += 120_000;
    messages += 1;
    const at = { ...chat, messageId: `p${messages}` };
    await desk.say(line, { at, place: { kind: "private", title: "Ivan" }, sender });
    return (await desk.wish(at))?.text ?? "";
  };
  return { ...desk, ask };
}

test("an admin lists who may send, and takes that back; owners and admins are the owners' to make", async () => {
  const { ask, store, workspace } = await openOffice();
  expect(await ask("/role 99999 sender", OLEG)).toBe("99999 is sender now.");
  expect(await ask("/role 99999 sender", OLEG)).toBe("99999 is sender already.");
  expect(await ask("/role 99999 none", OLEG)).toBe("99999 has no role any more.");
  for (const line of [
    "/role 99999 admin",
    "/role 99999 owner",
    `/role ${OWNER.userId} none`,
    `/role ${OLEG.userId} owner`,
  ])
    expect(await ask(line, OLEG)).toMatch(/^Only owners of the workspace/u);
  expect(await store.read.chats.listAdmins(workspace.id)).toHaveLength(2);
  expect(await ask("/role 99999 admin")).toBe("99999 is admin now.");
  expect(await ask(`/role ${OLEG.userId} нет`)).toContain("has no role any more");
  expect(await ask("/role", OLEG)).toMatch(/^Only administrators/u);
  const [last] = await store.read.audit.list({ workspaceId: workspace.id, limit: 1 });
  expect(last).toMatchObject({ actor: `telegram:${OWNER.userId}`, action: "admin.remove", subject: "telegram:88888" });
});

test("the last owner stays, and may go once there is another", async () => {
  const { ask, store, workspace } = await openOffice();
  for (const line of [`/role ${OWNER.userId} none`, `/role ${OWNER.userId} admin`])
    expect(await ask(line)).toMatch(/^The workspace needs an owner/u);
  expect(await ask(`/role ${OLEG.userId} владелец`)).toContain("is owner now");
  expect(await ask(`/role ${OWNER.userId} none`)).toContain("no role any more");
  expect(await store.read.chats.listAdmins(workspace.id)).toEqual([
    { platform: "telegram", userId: OLEG.userId, role: "owner" },
  ]);
});

test("a username gives nobody a role, unless it is that of an account whose id was given or proven", async () => {
  const { ask, store, workspace, map, intake } = await openOffice();
  await map("anna", 7, "Anna");
  await intake.sighted({
    chat: { platform: "telegram", chatId: "-100", threadId: "" },
    userId: "55555",
    username: "anna",
    name: "A",
  });
  for (const line of ["/role @anna sender", "/role @stranger sender"])
    expect(await ask(line)).toMatch(/^I do not know for sure whose account @/u);
  const boris = {
    workspaceId: workspace.id,
    bitrixId: 8,
    platform: "telegram",
    userId: "66666",
    username: "boris",
  } as const;
  await store.tx((tx) => tx.people.map(boris));
  expect(await ask("/role @boris sender")).toBe("@boris is sender now.");
  expect(await store.read.chats.roleOf(workspace.id, "telegram", "66666")).toBe("sender");
});

test("whoever may not send is told the line that lets them, and the line does", async () => {
  const desk = await openOffice();
  await desk.map("anna", 7);
  const sender = { kind: "person", userId: "12345", name: "New" } as const;
  const refused = (await desk.wish(await desk.say("/notify @anna hello", { sender })))?.text ?? "";
  const line = /(?<line>\/role \d+ sender)/u.exec(refused)?.groups?.line ?? "";
  expect(await desk.ask(line, OLEG)).toBe("12345 is sender now.");
  expect(await desk.deliveries(await desk.say("/notify @anna hello", { sender }))).toHaveLength(1);
});

test("who has which role is told in private, highest first, and in a group only how to change it", async () => {
  const desk = await openOffice();
  const { ask, store, workspace } = desk;
  await store.tx((tx) =>
    tx.people.map({ workspaceId: workspace.id, bitrixId: 7, platform: "telegram", userId: OLEG.userId, name: "Олег" }),
  );
  expect((await ask("/role", OLEG)).split("\n")).toEqual([
    "Roles in main:",
    "owner: Telegram 77777",
    "admin: Telegram 88888, Олег (id:7)",
    "To change it: /role @anna sender (owner, admin, sender or none)",
  ]);
  desk.now += 120_000;
  const inGroup = (await desk.wish(await desk.say("/role", { sender: OWNER })))?.text ?? "";
  expect(inGroup).toContain("in private only");
  expect(inGroup).not.toContain("88888");
});

test.each(["/role @anna", "/role @anna boss", "/role boss", "/role admin @anna", "/role @anna sender please"])(
  "%j is answered with a line that works",
  async (line) => {
    expect(await (await openOffice()).ask(line)).toContain("/role @anna sender");
  },
);

test("what the table says of deeds holds for accounts with each role, in their workspace and by their id alone", async () => {
  const { store, workspace } = await openDesk();
  const stranger = { platform: "telegram", userId: "1" } as const;
  for (const role of GIVEN_ROLES) {
    await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", "2", role));
    for (const deed of DEEDS) {
      const account = { platform: "telegram", userId: "2", deed } as const;
      expect(await store.tx((tx) => mayIn(tx, workspace.id, account))).toBe(mayDo([role], deed));
      expect(await store.tx((tx) => mayAnywhere(tx, account))).toBe(mayDo([role], deed));
      expect(await store.tx((tx) => mayIn(tx, workspace.id + 1, account))).toBe(false);
      expect(await store.tx((tx) => mayAnywhere(tx, { ...account, platform: "discord" }))).toBe(false);
      expect(await store.tx((tx) => mayAnywhere(tx, { ...stranger, deed }))).toBe(false);
    }
  }
});

test.each([
  ["owner", true],
  ["admin", false],
] as const)("an %s who disconnects the last chat suspends the workspace: %s", async (role, suspends) => {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", OWNER.userId, role));
  await desk.say("/disconnect", { sender: OWNER });
  await desk.say("/disconnect yes", { sender: OWNER });
  expect(await store.read.chats.list(workspace.id)).toEqual([]);
  expect((await store.read.workspaces.byId(workspace.id))?.suspended !== undefined).toBe(suspends);
});
