import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openMediaFiles } from "../../adapters/media/files.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import type { MediaParts } from "../../src/app/media.ts";
import { processAttachment } from "../../src/app/mediaStep.ts";
import type { DriveOutcome } from "../../src/app/ports.ts";
import { noteStrays, removeUnused } from "../../src/app/room.ts";
import type { IncomingMedia } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, addWorkspace, notification, SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const MEGABYTE = 1024 * 1024;
const HOUR = 3_600_000;
const never = new AbortController().signal;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const file = (content: string, more: Partial<IncomingMedia> = {}): IncomingMedia => ({
  kind: "file",
  name: `${content}.bin`,
  source: { kind: "telegram", fileId: content, uniqueId: content },
  ...more,
});
const png = Buffer.from("89504e470d0a1a0a0000000d494844520000000100000001080600000", "hex");

/** A real store and real files; the source serves what a file's id says. */
async function opened(change: Partial<MediaParts> = {}) {
  const { store, folder } = await openTestStore();
  const workspace = await addWorkspace(store);
  const [person = 0] = await store.tx((tx) => addPeople(tx, workspace.id, [7]));
  const files = openMediaFiles({ dir: join(folder, "media") });
  const desk = { now: 1_000, fetched: [] as string[], states: [] as string[] };
  const parts: MediaParts = {
    store,
    files,
    openers: {
      telegram: async (source) => {
        const content = source.kind === "telegram" ? source.fileId : "";
        desk.fetched.push(content);
        return { kind: "open", stream: Readable.from([content === "png" ? png : Buffer.from(content)]) };
      },
    },
    preparePicture: async () => undefined,
    drive: { upload: async () => ({ kind: "refused", code: "UNUSED", reason: "" }), remove: async () => "removed" },
    quotaBytes: Number.MAX_SAFE_INTEGER,
    report: (state) => void desk.states.push(state),
    canRelay: true,
    wordsIn,
    clock: () => desk.now,
    random: () => 0,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    alarm: createAlarm(),
    deliverAlarm: createAlarm(),
    receiptAlarm: createAlarm(),
    ...change,
  };
  const add = async (...attachments: IncomingMedia[]) => {
    const entry = { ...notification(workspace.id, [person]), createdAt: desk.now, expiresAt: desk.now + 240 * HOUR };
    const added = await store.tx((tx) => tx.notifications.add({ ...entry, attachments }));
    return added?.notificationId ?? 0;
  };
  /** Everything that is due now, once. */
  const round = async (): Promise<void> => {
    for (const attachment of await store.read.media.due(desk.now, 99))
      await processAttachment(attachment, parts, never);
  };
  const rounds = async (count: number, pauseMs: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      await round();
      desk.now += pauseMs;
    }
  };
  const attachments = (id: number) => store.read.media.attachmentsOf(id);
  const deliveries = (id: number) => store.read.deliveries.ofNotification(id);
  const settle = async (id: number) => {
    for (const delivery of await deliveries(id))
      await store.tx((tx) => tx.deliveries.settle(delivery.id, { kind: "verdict", verdict: "delivered" }, desk.now));
  };
  return { store, folder, workspace, files, desk, parts, add, round, rounds, attachments, deliveries, settle };
}

test.each(["ENOSPC", "EDQUOT"])(
  "a picture for which the disk has no room (%s) waits as long as it takes, and the operator knows",
  async (code) => {
    let isFull = true;
    const { add, rounds, round, attachments, desk } = await opened({
      preparePicture: async (shown) => {
        if (isFull) throw Object.assign(new Error("no room"), { code });
        return { file: shown, width: 1, height: 1 };
      },
    });
    const id = await add(file("png", { kind: "picture" }));
    await rounds(30, HOUR);
    expect(await attachments(id)).toMatchObject([{ state: "pending" }]);
    expect(desk.states.at(-1)).toBe("full");
    isFull = false;
    await round();
    expect(await attachments(id)).toMatchObject([{ state: "kept", width: 1 }]);
    expect(desk.states.at(-1)).toBe("running");
  },
);

test("waiting for the disk costs no tries: a source that breaks off afterwards is still asked again", async () => {
  let kept: "no-space" | "broken" = "no-space";
  const { add, rounds, attachments, files, parts } = await opened();
  const troubled: MediaParts = Object.assign(parts, {
    files: { ...files, keep: async () => (kept === "broken" ? { kind: kept, reason: "x" } : { kind: kept }) },
  });
  const id = await add(file("a"));
  await rounds(20, HOUR);
  kept = "broken";
  await rounds(2, HOUR);
  expect(await attachments(id)).toMatchObject([{ state: "pending", attempts: 2 }]);
  Object.assign(troubled, { files });
  await rounds(1, HOUR);
  expect(await attachments(id)).toMatchObject([{ state: "kept" }]);
});

test("the original of a converted picture counts, and goes once nobody needs it", async () => {
  const { add, round, files, desk, parts, store, settle } = await opened({
    preparePicture: async () => {
      const kept = await files.keep({ stream: Readable.from([Buffer.from("served")]), claimedName: "" }, 99);
      return kept.kind === "kept" ? { file: kept.file, width: 1, height: 1 } : undefined;
    },
  });
  const id = await add(file("png", { kind: "picture" }));
  await round();
  expect(await store.read.media.storedBytes()).toBe(png.length + "served".length);
  const original = createHash("sha256").update(png).digest("hex");
  desk.now += HOUR;
  await removeUnused(parts);
  expect(await files.has(original)).toBe(false);
  expect(await files.has(sha256("served"))).toBe(true);
  await settle(id);
  await removeUnused(parts);
  expect(await files.has(sha256("served"))).toBe(false);
  expect(await store.read.media.storedBytes()).toBe(0);
});

test("equal content that is removed while it is kept once more is fetched again, never linked to nothing", async () => {
  const { add, round, rounds, attachments, files, desk, parts, settle } = await opened();
  const first = await add(file("same"));
  await round();
  await settle(first);
  desk.now += HOUR;
  const second = await add(file("same"));
  // Between the download and its note: what the disk is cleared of at that very moment.
  const keep = files.keep;
  let isCleared = false;
  parts.files.keep = async (...given) => {
    const kept = await keep(...given);
    if (!isCleared) await files.remove(sha256("same"));
    isCleared = true;
    return kept;
  };
  await rounds(2, HOUR);
  expect(desk.fetched).toEqual(["same", "same", "same"]);
  expect(await attachments(second)).toMatchObject([{ state: "kept", sha256: sha256("same") }]);
  await removeUnused(parts);
  expect(await files.has(sha256("same"))).toBe(true);
});

test("what was kept just now is not removed, even if nothing is linked to it yet", async () => {
  const { files, parts, store, desk } = await opened();
  await files.keep({ stream: Readable.from([Buffer.from("new")]), claimedName: "" }, 99);
  await store.tx((tx) => tx.media.stored({ sha256: sha256("new"), size: 3, mime: "text/plain" }, desk.now));
  expect(await removeUnused(parts)).toBe(0);
  desk.now += HOUR;
  expect(await removeUnused(parts)).toBe(1);
  expect(await files.has(sha256("new"))).toBe(false);
});

test("a file that a crash has left unnoted counts from the next start on, and goes", async () => {
  const { files, parts, store, folder, desk } = await opened();
  await files.keep({ stream: Readable.from([Buffer.from("stray")]), claimedName: "" }, 99);
  mkdirSync(join(folder, "media", "zz"));
  writeFileSync(join(folder, "media", "zz", "foreign"), "");
  expect(await noteStrays(parts, never)).toBe(1);
  expect(await noteStrays(parts, never)).toBe(0);
  expect(await store.read.media.storedBytes()).toBe(5);
  desk.now = Date.now() + HOUR;
  expect(await removeUnused(parts)).toBe(1);
  expect(await files.has(sha256("stray"))).toBe(false);
});

test("a file larger than the whole quota is left out, since no waiting makes room for it", async () => {
  const { add, round, attachments, deliveries } = await opened({ quotaBytes: 5 * MEGABYTE });
  const id = await add(file("a", { size: 6 * MEGABYTE }));
  await round();
  expect(await attachments(id)).toMatchObject([{ state: "left-out", reason: "too-big:5" }]);
  expect(await deliveries(id)).toMatchObject([{ state: "queued" }]);
});

test("what is left out itself takes nothing from the others' share", async () => {
  const { add, attachments, store, desk, parts } = await opened();
  const [most, half] = [SETTINGS.maxFileMegabytes * MEGABYTE, (SETTINGS.maxNotificationMegabytes / 2) * MEGABYTE];
  const sizes = [most + 1, half, half, half, 1];
  const id = await add(...sizes.map((size, index) => file(String(index), { size })));
  // The last ones first: no order of the downloads may change what goes along.
  for (const attachment of (await store.read.media.due(desk.now, 9)).toReversed())
    await processAttachment(attachment, parts, never);
  expect((await attachments(id)).map(({ state, reason }) => reason ?? state)).toEqual([
    `too-big:${SETTINGS.maxFileMegabytes}`,
    "kept",
    "kept",
    `too-big-together:${SETTINGS.maxNotificationMegabytes}`,
    `too-big-together:${SETTINGS.maxNotificationMegabytes}`,
  ]);
});

test("what a source did not announce counts towards the whole once it is known", async () => {
  const { add, round, attachments, workspace, store } = await opened();
  const settings = { ...SETTINGS, maxNotificationMegabytes: 1 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  const id = await add(file("x".repeat(MEGABYTE)), file("y"));
  await round();
  expect((await attachments(id)).map(({ state, reason }) => reason ?? state)).toEqual(["kept", "too-big-together:1"]);
});

const driveOf = (outcome: () => DriveOutcome, keys: string[] = []): Partial<MediaParts> => ({
  canRelay: false,
  drive: {
    upload: async (_, { key = "" }) => {
      keys.push(key);
      return outcome();
    },
    remove: async () => "removed",
  },
});
const UPLOADED: DriveOutcome = { kind: "uploaded", file: { fileId: 5, detailUrl: "https://b.example/d/5" } };

test("while the portal is away a file waits for it as the notification does, and is then uploaded under the same key", async () => {
  let outcome: DriveOutcome = { kind: "later", code: "HTTP_503", reason: "", portalAway: true };
  const keys: string[] = [];
  const { add, rounds, round, attachments, desk } = await opened(driveOf(() => outcome, keys));
  const id = await add(file("a"));
  await rounds(50, HOUR);
  expect(await attachments(id)).toMatchObject([{ state: "pending" }]);
  outcome = UPLOADED;
  await round();
  expect(await attachments(id)).toMatchObject([{ state: "kept", drive: { fileId: 5 } }]);
  expect(new Set(keys).size).toBe(1);
  expect(desk.fetched).toEqual(["a"]);
});

test("a Drive that fails alone is given up, and the text goes with an honest line", async () => {
  const { add, rounds, attachments, deliveries } = await opened(
    driveOf(() => ({ kind: "later", code: "HTTP_500", reason: "" })),
  );
  const id = await add(file("a"));
  await rounds(12, HOUR);
  expect(await attachments(id)).toMatchObject([{ state: "left-out", reason: "broken" }]);
  expect(await deliveries(id)).toMatchObject([{ state: "queued" }]);
});

test("what nobody waits for any more is neither fetched nor uploaded, until a dead letter is replayed", async () => {
  const { add, round, attachments, deliveries, desk, store } = await opened();
  const id = await add(file("a"));
  const [delivery] = await deliveries(id);
  await store.tx((tx) => tx.deliveries.cancel({ deliveryId: delivery?.id ?? 0 }, "CANCELLED", desk.now));
  await round();
  desk.now += HOUR;
  await round();
  expect(desk.fetched).toEqual([]);
  await store.tx((tx) => tx.deliveries.replay(delivery?.id ?? 0, desk.now, desk.now + HOUR));
  expect(await deliveries(id)).toMatchObject([{ state: "media" }]);
  await round();
  expect(await attachments(id)).toMatchObject([{ state: "kept" }]);
  expect(await deliveries(id)).toMatchObject([{ state: "queued" }]);
});

test("a dead letter whose file was removed meanwhile fetches it again when replayed", async () => {
  const { add, round, deliveries, desk, store, parts, files } = await opened();
  const id = await add(file("a"));
  await round();
  const [delivery] = await deliveries(id);
  await store.tx((tx) => tx.deliveries.cancel({ deliveryId: delivery?.id ?? 0 }, "CANCELLED", desk.now));
  desk.now += HOUR;
  expect(await removeUnused(parts)).toBe(1);
  await store.tx((tx) => tx.deliveries.replay(delivery?.id ?? 0, desk.now, desk.now + HOUR));
  await round();
  expect(await deliveries(id)).toMatchObject([{ state: "queued" }]);
  expect(await files.has(sha256("a"))).toBe(true);
});

test("a delivery that waits for its media has a deadline too", async () => {
  const { add, store, deliveries } = await opened();
  const id = await add(file("a"));
  expect(await store.read.deliveries.expired(2_000)).toEqual([]);
  expect(await store.read.deliveries.expired(241 * HOUR)).toEqual(await deliveries(id));
});
