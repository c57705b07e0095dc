import { expect, onTestFinished, test } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { deliver } from "../../src/app/deliver.ts";
import type { Log, Meter } from "../../src/app/ports.ts";
import { slotOf } from "../../src/app/receipts.ts";
import { ATTACH_LIMIT, attachSize } from "../../src/core/attach.ts";
import type { IncomingMedia } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, message, notification, SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const METER: Meter = { portalAnswered: () => {}, operating: () => {} };
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;

/** A name that takes much room in a link: each of its letters is six characters there, and stands in two links. */
const nameOf = (index: number): string => `${"щ".repeat(90)}${String(index).padStart(2, "0")}.png`;

/** Notifications of Anna (7) and Boris (8) with so many pictures that one of the portal's has no room for them. */
async function opened() {
  const portalSide = await startPortal({ tags: "honoured" });
  onTestFinished(() => portalSide.close());
  const { store } = await openTestStore();
  const credentials = { kind: "webhook", url: portalSide.webhookUrl(1) } as const;
  const { workspace, people } = await store.tx(async (tx) => {
    const entry = { name: "main", host: portalSide.host, credentials, settings: SETTINGS };
    const added = await tx.workspaces.add(entry, Date.now());
    await tx.workspaces.set(added.id, { tags: "honoured" });
    return { workspace: added, people: await addPeople(tx, added.id, [7, 8]) };
  });
  const portal = createPortal({
    version: "0.0.0",
    privateHosts: [portalSide.host],
    saveTokens: async () => {},
    clock: Date.now,
    log: SILENT,
  });
  onTestFinished(() => portal.close());
  const alarm = createAlarm();
  const add = (messageId: string, { pictures, tag }: { pictures: number; tag: string }): Promise<number> =>
    store.tx(async (tx) => {
      const source = message(messageId);
      const attachments = Array.from(
        { length: pictures },
        (_, index): IncomingMedia => ({
          kind: "picture",
          name: nameOf(index),
          source: { kind: "telegram", fileId: `${index}`, uniqueId: `${index}` },
        }),
      );
      const recipients = people.map((personId, index) => {
        const bitrixId = index + 7;
        return { personId, bitrixId, tag: `${tag}.${bitrixId}`, subTag: "s" };
      });
      const times = { createdAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
      const entry = { ...notification(workspace.id, [], { source }), ...times, attachments, recipients };
      const id = (await tx.notifications.add(entry))?.notificationId ?? 0;
      for (const attachment of await tx.media.attachmentsOf(id)) {
        const file = { size: 9, mime: "image/png" };
        const shown = { width: 900, height: 900, preview: { ...file, sha256: "b".repeat(64) } };
        await tx.media.kept(attachment.id, { ...file, ...shown, sha256: "a".repeat(64) }, Date.now());
      }
      await tx.deliveries.releaseMedia(id, Date.now());
      await tx.receipts.wish(slotOf(source), source, { mark: "stored", markText: "" }, Date.now());
      return id;
    });
  const stop = new AbortController();
  const start = (): void => {
    const parts = { store, portal, wordsIn, clock: Date.now, random: () => 0, log: SILENT, meter: METER, alarm };
    const publicUrl = "https://media.example";
    const signals = { stop: stop.signal, abort: never };
    const running = deliver({ ...parts, receiptAlarm: createAlarm(), publicUrl }, signals);
    onTestFinished(async () => {
      stop.abort();
      await running;
    });
    alarm.ring();
  };
  const deliveriesOf = (id: number) => store.read.deliveries.ofNotification(id);
  const settled = async (id: number) => {
    const isSettled = async () => (await deliveriesOf(id)).every(({ state }) => state === "settled");
    await expect.poll(isSettled).toBe(true);
    return deliveriesOf(id);
  };
  const wishOf = async (messageId: string) => (await store.read.receipts.bySlot(slotOf(message(messageId))))?.wish;
  return { portal: portalSide, store, add, start, deliveriesOf, settled, wishOf };
}

type Shown = Awaited<ReturnType<typeof opened>>["portal"]["allNotifications"][number];

const picturesOf = ({ attach }: Shown) =>
  (attach?.blocks ?? []).flatMap((block) => {
    const { IMAGE } = block as { readonly IMAGE: readonly { readonly NAME: string }[] };
    return IMAGE.map(({ NAME }) => NAME);
  });
const tagOf = ({ tag }: Shown): string => tag?.split("|").slice(2).join("|") ?? "";

test("more pictures than one notification has room for are spread over several, in order, numbered and tagged", async () => {
  const { portal, add, start, settled, wishOf } = await opened();
  const id = await add("1", { pictures: 90, tag: "t" });
  start();
  const deliveries = await settled(id);
  for (const person of [7, 8]) {
    const feed = portal.feed(person);
    const count = feed.length;
    expect(count).toBeGreaterThanOrEqual(3);
    expect(feed.flatMap(picturesOf)).toEqual(Array.from({ length: 90 }, (_, index) => nameOf(index)));
    expect(feed.map(tagOf)).toEqual(feed.map((_, index) => `t.${person}.${index + 1}`));
    for (const [index, { text, attach }] of feed.entries()) {
      expect(text).toContain(`Part ${index + 1} of ${count}`);
      expect(attachSize(attach?.blocks as readonly Record<string, unknown>[])).toBeLessThan(ATTACH_LIMIT);
    }
    expect(deliveries.filter(({ bitrixId }) => bitrixId === person).map(({ part, parts }) => [part, parts])).toEqual(
      feed.map((_, index) => [index + 1, count]),
    );
  }
  expect(await wishOf("1")).toMatchObject({ mark: "delivered" });
});

test("the sender is told of a part that was refused, and sees no success", async () => {
  const { portal, store, add, start, settled, wishOf } = await opened();
  portal.faults.add({
    kind: "reply",
    status: 400,
    body: { error: "ATTACH_ERROR", error_description: "" },
    method: "im.notify.personal.add",
    after: 3,
  });
  const id = await add("1", { pictures: 90, tag: "t" });
  const seen: (string | undefined)[] = [];
  portal.onNotification(async () => {
    seen.push((await wishOf("1"))?.mark);
  });
  start();
  const verdicts = (await settled(id)).map(({ verdict }) => verdict);
  expect(verdicts.filter((verdict) => verdict === "refused")).toHaveLength(1);
  expect(new Set(verdicts)).toEqual(new Set(["delivered", "refused"]));
  expect(seen).not.toContain("delivered");
  const wish = await wishOf("1");
  expect(wish).toMatchObject({ mark: "failed" });
  expect(wish?.text?.split("\n")).toHaveLength(1);
  expect((await store.read.deliveries.ofNotification(id)).length).toBeGreaterThan(4);
});

test("a newer notification with the tag takes the place of every part that has not gone out", async () => {
  const { portal, store, add, start, settled } = await opened();
  // Nothing but the first part goes out until the newer one has taken the place of the others.
  portal.faults.add({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" }, times: 1_000, after: 1 });
  const older = await add("1", { pictures: 90, tag: "t" });
  // As accepting it does, between the first part and the others.
  const first = new Promise<void>((resolve) => void portal.onNotification(() => resolve()));
  start();
  await first;
  const newer = await add("2", { pictures: 1, tag: "t" });
  await store.tx(async (tx) => {
    for (const delivery of await tx.deliveries.ofNotification(newer))
      for (const { id } of await tx.deliveries.overtaken(delivery))
        await tx.deliveries.settle(id, { kind: "verdict", verdict: "superseded" }, Date.now());
  });
  portal.faults.clear();
  await settled(newer);
  const verdicts = (await settled(older)).map(({ verdict }) => verdict);
  expect(new Set(verdicts)).toEqual(new Set(["delivered", "superseded"]));
  for (const person of [7, 8]) {
    const last = portal.feed(person).at(-1);
    expect(last && picturesOf(last)).toEqual([nameOf(0)]);
  }
});

test.each([
  [90, 1],
  [1, 90],
  [90, 60],
])(
  "of %i pictures that %i of a newer notification with the tag replace, no part stays beside those",
  async (before, after) => {
    const { portal, store, add, start, settled } = await opened();
    const older = await add("1", { pictures: before, tag: "t" });
    start();
    await settled(older);
    const newer = await add("2", { pictures: after, tag: "t" });
    // As accepting it does.
    await store.tx(async (tx) => {
      for (const delivery of await tx.deliveries.ofNotification(newer)) {
        const [shown] = await tx.deliveries.withTag(delivery, "before");
        if (shown) await tx.deliveries.setReplaces(delivery.id, shown.id);
      }
    });
    await settled(newer);
    await settled(older);
    for (const person of [7, 8]) {
      const pictures = portal.feed(person).flatMap(picturesOf);
      expect(pictures.toSorted()).toEqual(Array.from({ length: after }, (_, index) => nameOf(index)));
    }
  },
);
