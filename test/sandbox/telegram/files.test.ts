import { expect, test } from "vitest";
import type { Telegram } from "../../../sandbox/telegram/server.ts";
import { groupFor, handClock } from "./support.ts";

const BYTES = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251);

const linkTo = (telegram: Telegram, path = "") => `${telegram.url}/file/bot${telegram.token}/${path}`;

test("a photo comes in ascending sizes and the last one holds the original bytes", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { photo } = telegram.sendPhoto(group, anna, { bytes: BYTES, caption: "/notify @anna_k #ci" });
  expect(photo?.map((size) => size.width)).toEqual([90, 320, 1280]);
  const { file_path, file_size } = await api.getFile(photo?.at(-1)?.file_id ?? "");
  expect(file_size).toBe(1_000);
  const response = await fetch(linkTo(telegram, file_path));
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
  expect(telegram.pendingUpdates()[0]?.message?.caption_entities).toHaveLength(3);
});

test("part of a file can be asked for", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { document } = telegram.sendDocument(group, anna, { bytes: BYTES, fileName: "a.bin" });
  const { file_path } = await api.getFile(document?.file_id ?? "");
  const get = (range: string) => fetch(linkTo(telegram, file_path), { headers: { range } });
  const part = await get("bytes=990-");
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe("bytes 990-999/1000");
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(BYTES.subarray(990));
  expect((await get("bytes=1000-")).status).toBe(416);
});

test("20 MB can be downloaded, one byte more cannot, and nobody knows a made-up id", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const sized = (fileSize: number) =>
    telegram.sendDocument(group, anna, { bytes: BYTES, fileSize }).document?.file_id ?? "";
  expect(await api.getFile(sized(20 * 1024 ** 2))).toHaveProperty("file_path");
  await expect(api.getFile(sized(20 * 1024 ** 2 + 1))).rejects.toThrow("400: Bad Request: file is too big");
  await expect(api.getFile("nonsense")).rejects.toThrow("invalid file_id");
});

test("a link dies after an hour and a fresh getFile revives it", async () => {
  const hand = handClock();
  const { telegram, api, anna, group } = await groupFor({ clock: hand.clock });
  const { voice } = telegram.sendVoice(group, anna, { bytes: BYTES });
  const { file_path } = await api.getFile(voice?.file_id ?? "");
  hand.advance(3_600_000);
  expect((await fetch(linkTo(telegram, file_path))).status).toBe(404);
  await api.getFile(voice?.file_id ?? "");
  expect((await fetch(linkTo(telegram, file_path))).status).toBe(200);
});

test("a download can break off half-way", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { video } = telegram.sendVideo(group, anna, { bytes: BYTES, fileName: "crash.mp4" });
  const { file_path } = await api.getFile(video?.file_id ?? "");
  telegram.faults.add({ method: "file", kind: "cut", afterBytes: 500 });
  const broken = await fetch(linkTo(telegram, file_path));
  await expect(broken.arrayBuffer()).rejects.toThrow();
  expect((await (await fetch(linkTo(telegram, file_path))).arrayBuffer()).byteLength).toBe(1_000);
});

test("albums: 2 to 10 members that fit together; a late member joins by the group id", async () => {
  const { telegram, anna, group } = await groupFor();
  const photo = { kind: "photo" as const, bytes: BYTES };
  const document = { kind: "document" as const, bytes: BYTES };
  expect(() => telegram.sendAlbum(group, anna, [photo])).toThrow(RangeError);
  expect(() => telegram.sendAlbum(group, anna, [photo, document])).toThrow(RangeError);
  const [first] = telegram.sendAlbum(group, anna, [
    { ...photo, caption: "/notify" },
    { ...photo, kind: "video" },
  ]);
  const mediaGroupId = first?.media_group_id ?? "";
  expect(telegram.sendPhoto(group, anna, { bytes: BYTES, mediaGroupId }).media_group_id).toBe(mediaGroupId);
});

test("a picture can be a channel's post, or the first thing somebody sends the bot", async () => {
  const { telegram, api, anna } = await groupFor();
  const channel = telegram.createChat({ type: "channel", title: "Alerts" });
  telegram.sendPhoto(channel, telegram.asChannelPost(channel), { bytes: BYTES });
  const own = telegram.createChat({ type: "private", user: anna, bot: "never" });
  await expect(api.sendMessage(anna.id, "hi")).rejects.toThrow("bot can't initiate conversation");
  telegram.sendPhoto(own, anna, { bytes: BYTES });
  expect(telegram.pendingUpdates()).toMatchObject([
    { channel_post: { sender_chat: { id: channel.id } } },
    { message: { from: { id: anna.id } } },
  ]);
  await api.sendMessage(anna.id, "hi");
});

test("an animation is a document as well, a sticker has no caption", async () => {
  const { telegram, anna, group } = await groupFor();
  const { animation, document } = telegram.sendAnimation(group, anna, { bytes: BYTES });
  expect(document).toEqual(animation);
  expect(telegram.sendSticker(group, anna, { bytes: BYTES, caption: "x" }).caption).toBeUndefined();
});
