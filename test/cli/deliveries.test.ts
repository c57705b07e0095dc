import { expect, test } from "vitest";
import { notification } from "../support/entries.ts";
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
  expect((await shell.run("deliveries replay --workspace main --json")).json()).toEqual({ replayed: [ids[0]] });
  expect((await store.read.receipts.bySlot(slot))?.wish.mark).toBe("stored");
  expect(await shell.run(`deliveries replay ${ids[1]} ${ids[2]}`)).toMatchObject({ code: 1 });
  expect((await shell.run(`deliveries replay ${ids[3]} --json`)).json()).toEqual({ replayed: [ids[3]] });
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
  const replayed = async (line: string) => (await shell.run(`deliveries replay ${line} --json`)).json();
  expect(await replayed(`${one}`)).toEqual({ replayed: [one] });
  expect(await replayed(`${one}`)).toEqual({ replayed: [] });
  expect(await replayed("--workspace main --code cancelled --limit 1")).toEqual({ replayed: [three] });
  expect(await replayed("--workspace main")).toEqual({ replayed: [two] });
  expect(await replayed("--workspace main")).toEqual({ replayed: [] });
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
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 1_000 };
    await tx.notifications.add(
      notification(workspaceId, [], { source, ...times, recipients: [{ personId, bitrixId, tag, subTag }] }),
    );
  });
  const told = await shell.run(`deliveries replay ${older}`);
  expect(told.code).toBe(1);
  expect(told.stderr).toContain("with the same tag, which it would replace");
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

test("removing a workspace says how many deliveries it took along", async () => {
  const { shell } = await folderWithWorkspace();
  await addWaiting(await shell.store(), { bitrixIds: [7, 8] });
  expect((await shell.run("workspace remove main --yes --json")).json()).toEqual({ workspace: "main", cancelled: 2 });
  expect((await shell.run("deliveries list --json")).json()).toEqual([]);
});
