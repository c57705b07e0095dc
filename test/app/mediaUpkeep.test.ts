import { expect, test } from "vitest";
import { clearDrives } from "../../src/app/mediaUpkeep.ts";
import type { Drive, Log } from "../../src/app/ports.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const DAY = 86_400_000;
const never = new AbortController().signal;

test("what lies on a Drive goes after 60 days, however many files of a portal that is away come first", async () => {
  const { store } = await openTestStore();
  const [away, near] = [await addWorkspace(store, "away"), await addWorkspace(store, "near")];
  const upload = (workspaceId: number, fileId: number) =>
    store.tx(async (tx) => {
      const known = (await tx.people.byBitrixId(workspaceId, 7))?.id;
      const person = known ?? (await addPeople(tx, workspaceId, [7]))[0] ?? 0;
      const source = { kind: "telegram", fileId: "f", uniqueId: "u" } as const;
      const attachments = [{ kind: "file" as const, name: "a.bin", source }];
      const added = await tx.notifications.add({ ...notification(workspaceId, [person]), attachments });
      for (const { id } of await tx.media.attachmentsOf(added?.notificationId ?? 0))
        await tx.media.uploaded(id, { fileId, detailUrl: "https://b.example/d" });
    });
  for (let fileId = 1; fileId <= 30; fileId += 1) await upload(away.id, fileId);
  await upload(near.id, 100);
  const asked: number[] = [];
  const removed: number[] = [];
  const drive: Drive = {
    upload: async () => ({ kind: "refused", code: "UNUSED", reason: "" }),
    remove: async ({ id }, fileId) => {
      asked.push(fileId);
      if (id === away.id) return "later";
      removed.push(fileId);
      return "removed";
    },
  };
  const clear = (now: number) => clearDrives({ store, drive, clock: () => now, log: SILENT }, never);
  await clear(59 * DAY);
  expect(asked).toEqual([]);
  await clear(61 * DAY);
  expect(removed).toEqual([100]);
  expect(asked.length).toBeLessThan(10);
  await clear(61 * DAY);
  expect(removed).toEqual([100]);
});
