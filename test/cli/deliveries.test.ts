import { expect, test } from "vitest";
import type { Verdict } from "../../src/core/verdict.ts";
import { type Desk, openDesk } from "../support/desk.ts";
import { addPeople, notification } from "../support/entries.ts";
import { runBeside } from "../support/shell.ts";
import { addWaiting } from "./deliveries.ts";
import { folderWithWorkspace, type Shell } from "./support.ts";

const idsIn = async (shell: Shell, line: string): Promise<number[]> => {
  const list = (await shell.run(`${line} --json`)).json();
  return Array.isArray(list) ? list.map((each) => Number(each.id)) : [];
};

test("the list has the fields that scripts read", async () => {
  const { shell } = await folderWithWorkspace();
  await addWaiting(await shell.store(), { chatId: "-5", bitrixIds: [7], tag: "ci" });
  expect((await shell.run("deliveries list --json")).json()).toMatchObject([
    {
      id: expect.any(Number),
      person: 7,
      state: "queued",
      verdict: null,
      code: null,
      tag: expect.stringMatching(/^h24\.m\.\d+\.7$/u),
      source: { platform: "telegram", chatId: "-5", threadId: null, messageId: expect.any(String) },
      attempts: 0,
      userTag: "ci",
      workspace: "main",
    },
  ]);
});

test.each([
  ["telegram", "447~2", "447", 2],
  ["telegram", "447+1", "447", 0],
  ["discord", "112233^3.1", "112233", 0],
  ["hook", "build+1", "build+1", 0],
] as const)(
  "of what %s message %s led to, the list names the platform's own id %s",
  async (platform, kept, messageId, version) => {
    const { shell } = await folderWithWorkspace();
    const store = await shell.store();
    const id = (await store.read.workspaces.byName("main"))?.id ?? 0;
    const source = { platform, chatId: "-5", threadId: "", messageId: kept };
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
    await store.tx(async (tx) => {
      const persons = await addPeople(tx, id, [7]);
      await tx.notifications.add(notification(id, persons, { source, ...times }));
    });
    expect((await shell.run("deliveries list --json")).json()).toMatchObject([{ source: { messageId }, version }]);
  },
);

test("filters narrow the list, and wrong ones are told what there is", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store, { bitrixIds: [7, 8] });
  const [first = 0, second] = (await idsIn(shell, "deliveries list")).toSorted();
  await store.tx((tx) => tx.deliveries.settle(first, { kind: "verdict", verdict: "refused", code: "RESULT_FALSE" }, 1));
  expect(await idsIn(shell, "deliveries list --verdict refused")).toEqual([first]);
  expect(await idsIn(shell, "deliveries list --state queued --workspace main")).toEqual([second]);
  expect(await idsIn(shell, "deliveries list --limit 1")).toHaveLength(1);
  for (const wrong of ["--state waiting", "--verdict lost", "--limit 0", "--workspace other"]) {
    expect(await shell.run(`deliveries list ${wrong}`), wrong).toMatchObject({ code: 2 });
  }
});

test("show tells the attempts one by one, and why", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store);
  const [id = 0] = await idsIn(shell, "deliveries list");
  await store.tx(async (tx) => {
    await tx.deliveries.recordAttempt({ deliveryId: id, at: 1_000, outcome: "retry", code: "UNREACHABLE" });
    await tx.deliveries.settle(id, { kind: "verdict", verdict: "refused", code: "RESULT_FALSE" }, 2_000);
  });
  expect((await shell.run(`deliveries show ${id} --json`)).json()).toMatchObject({
    verdict: "refused",
    history: [{ at: 1_000, outcome: "retry", code: "UNREACHABLE" }],
  });
  const told = await shell.run(`deliveries why ${id}`);
  expect(told.stdout).toContain("Bitrix24 knows no such active user");
  expect(await shell.run("deliveries show 999")).toMatchObject({ code: 2 });
});

test("replay queues dead letters again and tells their senders, but nothing that was delivered, recalled or superseded", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  const slot = await addWaiting(store, { bitrixIds: [7, 8, 1, 9] });
  const ids = (await idsIn(shell, "deliveries list")).toSorted();
  const verdicts = ["undeliverable", "delivered", "superseded", "unknown"] as const;
  await store.tx(async (tx) => {
    for (const [index, verdict] of verdicts.entries()) {
      await tx.deliveries.settle(ids[index] ?? 0, { kind: "verdict", verdict, code: "DEADLINE" }, 1);
    }
    await tx.receipts.wish(slot, { platform: "telegram", chatId: "-100", threadId: "" }, { mark: "failed" }, 1);
  });
  expect((await shell.run("deliveries replay --workspace main --json")).json()).toEqual({
    replayed: [ids[0]],
    leftOut: [],
  });
  expect((await store.read.receipts.bySlot(slot))?.wish.mark).toBe("stored");
  expect(await shell.run(`deliveries replay ${ids[1]} ${ids[2]}`)).toMatchObject({ code: 1 });
  expect((await shell.run(`deliveries replay ${ids[3]} --json`)).json()).toEqual({ replayed: [ids[3]], leftOut: [] });
  expect(await shell.run("deliveries replay")).toMatchObject({ code: 2 });
  expect(await shell.run("deliveries replay 12345")).toMatchObject({ code: 2 });
});

test("a replay done twice is done once, singly and by filter, and filters narrow it", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store, { bitrixIds: [7, 8, 9] });
  const [one = 0, two = 0, three = 0] = (await idsIn(shell, "deliveries list")).toSorted();
  await store.tx(async (tx) => {
    for (const [id, code] of [
      [one, "DEADLINE"],
      [two, "CANCELLED"],
      [three, "CANCELLED"],
    ] as const)
      await tx.deliveries.settle(id, { kind: "verdict", verdict: "undeliverable", code }, 1);
  });
  const replayed = async (line: string) => {
    const ran = await shell.run(`deliveries replay ${line} --json`);
    expect(ran.code, line).toBe(0);
    return ran.json();
  };
  expect(await replayed(`${one}`)).toEqual({ replayed: [one], leftOut: [] });
  expect(await replayed(`${one}`)).toEqual({ replayed: [], leftOut: [] });
  expect(await replayed("--workspace main --code cancelled --limit 1")).toEqual({ replayed: [three], leftOut: [] });
  expect(await replayed("--workspace main")).toEqual({ replayed: [two], leftOut: [] });
  expect(await replayed("--workspace main")).toEqual({ replayed: [], leftOut: [] });
  expect((await shell.run("audit list --action delivery.replay --json")).json()).toHaveLength(3);
});

test("what a newer one with the same tag has followed is not sent over it", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store);
  const [older = 0] = await idsIn(shell, "deliveries list");
  await store.tx(async (tx) => {
    await tx.deliveries.settle(older, { kind: "verdict", verdict: "undeliverable", code: "DEADLINE" }, 1);
    const delivery = await tx.deliveries.byId(older);
    const sent = delivery && (await tx.notifications.byId(delivery.notificationId));
    if (!delivery || !sent) throw new Error("it is gone");
    const source = { ...sent.source, messageId: `${sent.source.messageId}~1` };
    const { personId, bitrixId, tag, subTag, workspaceId } = delivery;
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
    await tx.notifications.add(
      notification(workspaceId, [], { source, ...times, recipients: [{ personId, bitrixId, tag, subTag }] }),
    );
  });
  const told = await shell.run(`deliveries replay ${older}`);
  expect(told.code).toBe(1);
  expect(told.stderr).toContain("a newer version followed it");
});

/** Anna has been sent something, by an edit once more, and it was taken back; each with this verdict. */
async function takenBack(verdict: Verdict) {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  const settle = async () =>
    desk.store.tx(async (tx) => {
      for (const { id } of await tx.deliveries.list({ state: "queued" }))
        await tx.deliveries.settle(id, { kind: "verdict", verdict, code: "TIMEOUT" }, desk.now);
    });
  const at = await desk.say("/notify @anna hello");
  await settle();
  return { desk, at, settle };
}

const byIdAndFilter = (desk: Desk, id: number | undefined, verdict: string) =>
  Promise.all(
    [[String(id)], ["--verdict", verdict], ["--workspace", "main", "--verdict", verdict]].map((which) =>
      runBeside(desk, ["deliveries", "replay", ...which]),
    ),
  );

test.each(["unknown", "refused", "suppressed", "undeliverable"] as const)(
  "what was taken back on a portal that ignores tags is never sent again, though it was %s",
  async (verdict) => {
    const { desk, at } = await takenBack(verdict);
    const [delivery] = await desk.deliveries(at);
    await desk.say("/recall", {
      repliedTo: { messageId: at.messageId, author: "Ivan", text: [], media: [], parts: [] },
    });
    const now = (await desk.deliveries(at))[0]?.verdict ?? "none";
    for (const ran of await byIdAndFilter(desk, delivery?.id, now))
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("it was taken back") });
    expect(await desk.deliveries(at)).toMatchObject([{ state: "settled" }]);
  },
);

test.each(["unknown", "refused", "undeliverable"] as const)(
  "of an edited message only the latest version is sent again, when both are %s",
  async (verdict) => {
    const { desk, at, settle } = await takenBack(verdict);
    const [older] = await desk.deliveries(at);
    await desk.say("/notify @anna hello again", { at, edited: true });
    await settle();
    expect(await runBeside(desk, ["deliveries", "replay", String(older?.id)])).toMatchObject({
      code: 1,
      err: expect.stringContaining("a newer version followed it"),
    });
    const all = await runBeside(desk, ["deliveries", "replay", "--verdict", verdict], { LANG: "ru_RU.UTF-8" });
    expect(all.code).toBe(0);
    expect(all.out).toContain("Снова в очереди: 1 доставка.");
    expect(all.out).toContain(`${older?.id} пропущена: за ней последовала более новая версия`);
  },
);

test("an empty replay is no failure when nothing matches, and is one when all was left out, by ids and by filter alike", async () => {
  const { desk, at } = await takenBack("delivered");
  const [delivery] = await desk.deliveries(at);
  const [byId, byFilter] = await byIdAndFilter(desk, delivery?.id, "delivered");
  expect([byId?.code, byFilter?.code]).toEqual([1, 1]);
  expect(await runBeside(desk, ["deliveries", "replay", "--verdict", "unknown", "--json"])).toMatchObject({
    code: 0,
    out: '{"replayed":[],"leftOut":[]}\n',
  });
});

test("what has been forgotten is not sent again, and no filter names it any more", async () => {
  const { desk, at } = await takenBack("undeliverable");
  const [delivery] = await desk.deliveries(at);
  const which = { workspaceId: desk.workspace.id, before: desk.now + 1, limit: 9 };
  await desk.store.tx((tx) => tx.notifications.forget(which, desk.now + 1));
  const [byId, byFilter] = await byIdAndFilter(desk, delivery?.id, "undeliverable");
  expect(byId).toMatchObject({ code: 1, err: expect.stringContaining("its text has been erased") });
  expect(byFilter?.code).toBe(0);
});

test("cancel gives up what waits, singly and by workspace", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store, { bitrixIds: [7, 8, 9] });
  const [one] = await idsIn(shell, "deliveries list");
  expect((await shell.run(`deliveries cancel ${one} --json`)).json()).toEqual({ cancelled: 1 });
  expect(await shell.run(`deliveries cancel ${one}`)).toMatchObject({ code: 1 });
  expect(await shell.run("deliveries cancel")).toMatchObject({ code: 2 });
  expect((await shell.run("deliveries cancel --workspace main --json")).json()).toEqual({ cancelled: 2 });
  expect((await shell.run("deliveries list --verdict undeliverable --json")).json()).toMatchObject([
    { code: "CANCELLED" },
    { code: "CANCELLED" },
    { code: "CANCELLED" },
  ]);
});

test("what is cancelled of several workspaces is in the audit of each", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const second = await shell.run("workspace add second --webhook -", portal.webhookUrl(1));
  expect(second).toMatchObject({ code: 0 });
  const store = await shell.store();
  await addWaiting(store, { bitrixIds: [7, 8] });
  await addWaiting(store, { bitrixIds: [7], workspace: "second", chatId: "-200" });
  const ids = (await idsIn(shell, "deliveries list")).toSorted((one, other) => one - other);
  const [one, two, three] = ids;
  expect((await shell.run(`deliveries cancel ${ids.join(" ")} --json`)).json()).toEqual({ cancelled: 3 });
  const noted = async (workspace: string) =>
    (await shell.run(`audit list --workspace ${workspace} --action delivery.cancel --json`)).json();
  expect(await noted("main")).toMatchObject([{ subject: `${one} ${two}: 2 cancelled` }]);
  expect(await noted("second")).toMatchObject([{ subject: `${three}: 1 cancelled` }]);
});

test("a flag that would narrow what is named is never passed over: nothing is replayed or cancelled", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await addWaiting(store, { bitrixIds: [7, 8] });
  const [one = 0, two = 0] = await idsIn(shell, "deliveries list");
  await store.tx((tx) => tx.deliveries.settle(two, { kind: "verdict", verdict: "undeliverable", code: "DEADLINE" }, 1));
  for (const line of [
    `cancel ${one} --workspace main`,
    "cancel --workspace main --limit 1",
    "cancel --workspace main --code DEADLINE",
    `replay ${two} --workspace elsewhere`,
    `replay ${two} --verdict unknown`,
  ])
    expect(await shell.run(`deliveries ${line}`), line).toMatchObject({ code: 2 });
  expect(await idsIn(shell, "deliveries list --state queued")).toEqual([one]);
  expect(await shell.run(`deliveries replay ${one} ${one}`)).toMatchObject({
    stdout: expect.stringContaining("1 delivery waits already"),
  });
});

test("removing a workspace says how many deliveries it took along", async () => {
  const { shell } = await folderWithWorkspace();
  await addWaiting(await shell.store(), { bitrixIds: [7, 8] });
  expect((await shell.run("workspace remove main --yes --json")).json()).toEqual({ workspace: "main", cancelled: 2 });
  expect((await shell.run("deliveries list --json")).json()).toEqual([]);
});
