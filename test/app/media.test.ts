import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { fetchMedia } from "../../src/app/media.ts";
import type { Log, OpenMedia } from "../../src/app/ports.ts";
import type { Store } from "../../src/app/store/store.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The loop on this store, until the test ends; files of Telegram are reached as told, and none can be kept. */
function startFetching(store: Store, telegram: OpenMedia): void {
  const stop = new AbortController();
  const running = fetchMedia(
    {
      store,
      files: {
        keep: async () => ({ kind: "no-space" }),
        open: async () => undefined,
        has: async () => false,
        remove: async () => {},
        list: async function* () {},
      },
      openers: {
        telegram,
      },
      preparePicture: async () => undefined,
      drive: {
        upload: async () => ({ kind: "refused", code: "UNUSED", reason: "" }),
        remove: async () => "removed",
      },
      quotaBytes: Number.MAX_SAFE_INTEGER,
      report: () => {},
      canRelay: true,
      wordsIn,
      clock: () => 1_000,
      random: () => 0,
      log: SILENT,
      alarm: createAlarm(),
      deliverAlarm: createAlarm(),
      receiptAlarm: createAlarm(),
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
}

test("an attachment whose fetching breaks in a way nobody foresaw is put off, so that the others have their turn", async () => {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  await store.tx(async (tx) => {
    const [person = 0] = await addPeople(tx, workspace.id, [7]);
    const attachments = Array.from({ length: 10 }, (_, index) => ({
      kind: "file" as const,
      name: `${index}.bin`,
      source: { kind: "telegram" as const, fileId: `${index}`, uniqueId: `${index}` },
    }));
    await tx.notifications.add({ ...notification(workspace.id, [person]), attachments });
  });
  const asked: string[] = [];
  startFetching(store, async (source) => {
    asked.push(source.kind === "telegram" ? source.fileId : "?");
    throw new TypeError("a bug");
  });
  await expect.poll(() => store.read.media.due(1_000, 10)).toEqual([]);
  expect(asked.toSorted()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});

test("an attachment whose source cannot be opened is left out with a reason, and its notification goes on", async () => {
  const { store, file } = await openTestStore();
  const workspace = await addWorkspace(store);
  const added = await store.tx(async (tx) => {
    const people = await addPeople(tx, workspace.id, [7]);
    const source = { kind: "telegram", fileId: "1", uniqueId: "1" } as const;
    return tx.notifications.add({
      ...notification(workspace.id, people),
      attachments: [{ kind: "file", name: "a", source }],
    });
  });
  const raw = new Database(file);
  raw.exec("update attachments set source = x'00'");
  raw.close();
  startFetching(store, () => Promise.reject(new Error("there is nothing to ask for")));
  const [deliveryId = 0] = added?.deliveryIds ?? [];
  await expect.poll(async () => (await store.read.deliveries.byId(deliveryId))?.state).toBe("queued");
  expect(await store.read.media.attachmentsOf(added?.notificationId ?? 0)).toMatchObject([
    { state: "left-out", reason: "gone" },
  ]);
});
