import { createHash } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function fetched(link: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(link)).arrayBuffer());
}

interface Block {
  readonly NAME?: string;
  readonly LINK?: string;
  readonly PREVIEW?: string;
  readonly WIDTH?: number;
  readonly HEIGHT?: number;
  readonly SIZE?: number;
}

/** Items of the blocks of one type, as they survived at the portal. */
const itemsOf = (
  notification: { attach?: { blocks: readonly object[] } | undefined } | undefined,
  type: string,
): readonly Block[] =>
  (notification?.attach?.blocks ?? []).flatMap((block) => (block as Record<string, readonly Block[]>)[type] ?? []);

test("a picture reaches the recipient upright, without where it was taken, with a preview and its true size", async () => {
  const { portal, telegram, ivan, group, start, reacted } = await openGroup();
  await start();
  const bytes = await sharp({ create: { width: 1200, height: 800, channels: 3, background: "teal" } })
    .withMetadata({ orientation: 6, exif: { IFD3: { GPSLatitude: "52/1 31/1 0/1" } } })
    .jpeg()
    .toBuffer();
  const message = telegram.sendDocument(group, ivan, {
    bytes,
    fileName: "отпуск.jpg",
    mimeType: "image/jpeg",
    caption: "/notify @anna photo",
  });
  await reacted(message.message_id, "👍");
  const [picture] = itemsOf(portal.feed(7)[0], "IMAGE");
  const served = await fetched(picture?.LINK ?? "");
  const shown = await sharp(served).metadata();
  expect([shown.width, shown.height, shown.orientation, shown.exif]).toEqual([800, 1200, undefined, undefined]);
  expect([Number(picture?.WIDTH), Number(picture?.HEIGHT)]).toEqual([800, 1200]);
  const preview = await sharp(await fetched(picture?.PREVIEW ?? "")).metadata();
  expect(Math.max(preview.width, preview.height)).toBe(400);
  expect(decodeURIComponent(picture?.LINK ?? "")).toContain("отпуск.jpg");
});

test("without a public address files go to the acting user's Drive, uploaded once and readable for the recipients alone", async () => {
  const webhooks = [{ userId: 1, code: "d".repeat(16), scopes: ["im", "user_basic", "disk"] }];
  const { portal, telegram, ivan, group, start, reacted } = await openGroup({ isPublic: false, portal: { webhooks } });
  await start();
  const bytes = Buffer.from("x".repeat(50_000));
  const message = telegram.sendDocument(group, ivan, {
    bytes,
    fileName: "отчёт.log",
    caption: "/notify @anna @boris log",
  });
  await reacted(message.message_id, "👍");
  const [item] = itemsOf(portal.feed(7)[0], "FILE");
  expect(item?.LINK).not.toContain(webhooks[0]?.code);
  expect(Number(item?.SIZE)).toBe(bytes.length);
  const [file, ...more] = portal.drive.files;
  expect(more).toEqual([]);
  expect(file?.sha256).toBe(sha256(bytes));
  expect(itemsOf(portal.feed(8)[0], "FILE")[0]?.LINK).toBe(item?.LINK);
  expect(portal.drive.read(file?.id ?? 0, 7)).toBeDefined();
});

test("where the Drive is not granted either, no upload is tried, and the text says why there is no file", async () => {
  const { portal, telegram, ivan, group, start, answered, reacted } = await openGroup({ isPublic: false });
  await start();
  const document = { bytes: Buffer.from("log"), fileName: "a.log", caption: "/notify @anna log" };
  const message = telegram.sendDocument(group, ivan, document);
  await answered("no right to use Bitrix24 Drive");
  // The reason is known, and told, before the notification has gone out.
  await reacted(message.message_id, "👍");
  expect(portal.feed(7)[0]?.text).toContain("no right to use Bitrix24 Drive");
  expect(portal.requests.filter(({ method }) => method.startsWith("disk."))).toEqual([]);
});

test("whom Bitrix24 does not know any more is told to the sender and marked", async () => {
  const { telegram, ivan, group, start, answered, cli } = await openGroup();
  await cli("people", "map", "main", "--telegram", "@dima", "--bitrix", "9", "--name", "Dmitri");
  await start();
  telegram.say(group, ivan, "/notify @dima hello");
  await answered("knows no such active user");
  telegram.say(group, ivan, "/notify @dima again");
  await answered("Dmitri left Bitrix24");
  expect((await cli("people", "list", "main")).out).toMatch(/Dmitri.*left, noticed/u);
});

test("what is larger than Telegram's own server hands out is left out with the remedy, and the text goes", async () => {
  const { portal, telegram, ivan, group, start, answered } = await openGroup();
  await start();
  const fileSize = 21 * 1024 * 1024;
  telegram.sendDocument(group, ivan, {
    bytes: Buffer.from("x"),
    fileSize,
    fileName: "big.zip",
    caption: "/notify @anna big",
  });
  await answered("20 MB");
  await expect.poll(() => portal.feed(7).length).toBe(1);
  expect(portal.feed(7)[0]?.text).toContain("big.zip");
  expect(portal.feed(7)[0]?.text).toContain("TELEGRAM_API_ROOT");
});

test("a location becomes a link to a map with its coordinates", async () => {
  const { portal, telegram, ivan, group, start, reacted } = await openGroup();
  await start();
  const place = telegram.say(group, ivan, {
    text: "",
    extra: { text: undefined, location: { latitude: 52.5, longitude: 13.4 } },
  });
  const message = telegram.say(group, ivan, { text: "/notify @anna here", replyTo: place.message_id });
  await reacted(message.message_id, "👍");
  const shown = JSON.stringify(portal.feed(7)[0]?.attach);
  expect(shown).toContain("openstreetmap");
  expect(shown).toContain("52.5, 13.4");
});
