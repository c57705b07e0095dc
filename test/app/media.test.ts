import { expect, onTestFinished, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { fetchMedia } from "../../src/app/media.ts";
import type { Log } from "../../src/app/ports.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

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
        telegram: async (source) => {
          asked.push(source.kind === "telegram" ? source.fileId : "?");
          throw new TypeError("a bug");
        },
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
  await expect.poll(() => store.read.media.due(1_000, 10)).toEqual([]);
  expect(asked.toSorted()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
});
