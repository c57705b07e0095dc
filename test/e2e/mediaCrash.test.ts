import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { noise } from "../adapters/media/specimens.ts";
import { openGroup } from "../support/group.ts";

type Group = Awaited<ReturnType<typeof openGroup>>;

/** Where the service is killed: what holds it up at that step, and how to see that it has got there. */
interface Step {
  readonly name: string;
  readonly way: "relay" | "drive";
  readonly hold: (group: Group) => void;
  readonly reached: (group: Group) => boolean;
}

const BYTES = randomBytes(300_000);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const isStored = ({ telegram }: Group): boolean => {
  const last = Math.max(0, ...telegram.pendingUpdates().map(({ update_id: id }) => id));
  const asked = telegram.calls.some(({ method, payload }) => method === "getUpdates" && Number(payload.offset) > 0);
  return last === 0 && asked;
};
const portalHung = ({ portal }: Group): boolean => portal.faults.pending === 0;
const telegramHung = ({ telegram }: Group): boolean => telegram.faults.left === 0;
const received = (group: Group): number => readdirSync(join(group.folder, "data", "media", "incoming")).length;

const STEPS: readonly Step[] = [
  { name: "the update is stored", way: "relay", hold: () => {}, reached: isStored },
  {
    name: "the source is asked where the file is",
    way: "relay",
    hold: ({ telegram }) => telegram.faults.add({ method: "getFile", kind: "hang" }),
    reached: telegramHung,
  },
  {
    name: "the download hangs before its first byte",
    way: "relay",
    hold: ({ telegram }) => telegram.faults.add({ method: "file", kind: "hang" }),
    reached: telegramHung,
  },
  {
    name: "the download hangs half way",
    way: "relay",
    hold: ({ telegram }) => {
      telegram.faults.add({ method: "file", kind: "cut", afterBytes: 100_000 });
      telegram.faults.add({ method: "file", kind: "hang" });
    },
    reached: (group) => telegramHung(group) && received(group) === 1,
  },
  {
    name: "the portal hangs with the notification shown",
    way: "relay",
    hold: ({ portal }) => portal.faults.add({ method: "im.notify.personal.add", kind: "hang", executed: true }),
    reached: portalHung,
  },
  {
    name: "the portal hangs with nothing done",
    way: "relay",
    hold: ({ portal }) => portal.faults.add({ method: "im.notify.personal.add", kind: "hang", executed: false }),
    reached: portalHung,
  },
  {
    name: "it was shown, and the sender is told",
    way: "relay",
    hold: ({ telegram }) => telegram.faults.add({ method: "setMessageReaction", kind: "hang", times: 9 }),
    reached: ({ portal }) => portal.feed(7).length === 1,
  },
  {
    name: "it is kept, and the Drive hangs over its first answer",
    way: "drive",
    hold: ({ portal }) => portal.faults.add({ method: "disk.rights.getTasks", kind: "hang", executed: false }),
    reached: portalHung,
  },
  {
    name: "the Drive hangs before the bytes",
    way: "drive",
    hold: ({ portal }) => portal.faults.add({ method: "disk.folder.uploadfile", kind: "hang", executed: true }),
    reached: portalHung,
  },
  {
    name: "the Drive has it and hangs",
    way: "drive",
    hold: ({ portal }) => portal.faults.add({ method: "upload", kind: "hang", executed: true }),
    reached: ({ portal }) => portal.drive.files.length === 1,
  },
];

const ON_DRIVE = { userId: 1, code: "d".repeat(16), scopes: ["im", "user_basic", "disk"] };

function openFor(way: Step["way"]): Promise<Group> {
  return way === "relay" ? openGroup() : openGroup({ isPublic: false, portal: { webhooks: [ON_DRIVE] } });
}

interface Item {
  readonly LINK: string;
}

type Shown = ReturnType<Group["portal"]["feed"]>[number];

/** Items of the blocks of one type, as they survived at the portal. */
const itemsOf = (shown: readonly Shown[], type: "FILE" | "IMAGE"): readonly Item[] =>
  shown
    .flatMap(({ attach }): readonly object[] => attach?.blocks ?? [])
    .flatMap((block) => (block as Readonly<Record<string, readonly Item[]>>)[type] ?? []);

const download = async ({ LINK }: Item): Promise<Buffer> => Buffer.from(await (await fetch(LINK)).arrayBuffer());

test.each(STEPS)(
  "killed when $name, the notification arrives once, with all its bytes",
  async ({ way, hold, reached }) => {
    const group = await openFor(way);
    const { portal, telegram, ivan } = group;
    const first = await group.start();
    hold(group);
    const file = { bytes: BYTES, fileName: "отчёт.bin", caption: "/notify @anna with a file" };
    const message = telegram.sendDocument(group.group, ivan, file);
    await expect.poll(() => reached(group), { interval: 5 }).toBe(true);
    await first.kill();
    telegram.faults.clear();
    portal.faults.clear();
    await group.start();
    await group.reacted(message.message_id, "👍");
    expect(portal.feed(7)).toHaveLength(1);
    const items = itemsOf(portal.feed(7), "FILE");
    expect(items).toHaveLength(1);
    if (way === "drive") {
      const alive = portal.drive.files.filter(({ deleted }) => deleted === "no");
      expect(alive.map((each) => each.sha256)).toEqual([sha256(BYTES)]);
      return;
    }
    for (const item of items) expect(sha256(await download(item))).toBe(sha256(BYTES));
  },
);

test("killed while a picture is being decoded, it arrives decoded, once", async () => {
  const group = await openGroup();
  const { portal, telegram, ivan } = group;
  const bytes = await noise(3000, 3000).webp({ quality: 50 }).toBuffer();
  const first = await group.start();
  const picture = { bytes, fileName: "фото.webp", mimeType: "image/webp", caption: "/notify @anna look" };
  const message = telegram.sendDocument(group.group, ivan, picture);
  const benches = (): number => readdirSync(join(group.folder, "data", "pictures")).length;
  await expect.poll(benches, { interval: 1 }).toBe(1);
  await first.kill();
  await group.start();
  await group.reacted(message.message_id, "👍");
  expect(portal.feed(7)).toHaveLength(1);
  const [item, ...more] = itemsOf(portal.feed(7), "IMAGE");
  expect(more).toEqual([]);
  expect(decodeURIComponent(item?.LINK ?? "")).toMatch(/фото\.jpg$/u);
  const seen = await sharp(item ? await download(item) : Buffer.alloc(0)).stats();
  expect(seen.channels).toHaveLength(3);
});

test("killed in the middle of an album, all of it arrives as one notification in its order", async () => {
  const group = await openGroup();
  const { portal, telegram, ivan } = group;
  const first = await group.start();
  const members = Array.from({ length: 6 }, (_, index) => ({
    kind: "document" as const,
    bytes: Buffer.from(`member ${index}`),
    fileName: `${index}.txt`,
    ...(index === 0 ? { caption: "/notify @anna album" } : {}),
  }));
  const mediaGroupId = "9000000000001";
  const start = members
    .slice(0, 3)
    .map(({ kind: _, ...member }) => telegram.sendDocument(group.group, ivan, { ...member, mediaGroupId }));
  await expect.poll(() => isStored(group), { interval: 1 }).toBe(true);
  await first.kill();
  for (const { kind: _, ...member } of members.slice(3))
    telegram.sendDocument(group.group, ivan, { ...member, mediaGroupId });
  await group.start();
  await group.reacted(start[0]?.message_id ?? 0, "👍");
  const items = itemsOf(portal.feed(7), "FILE");
  const contents = await Promise.all(items.map(download));
  expect(contents.map(String)).toEqual(members.map(({ bytes }) => String(bytes)));
  expect(portal.feed(7)).toHaveLength(1);
});

test("killed while Discord's download hangs, the attachment arrives once, with all its bytes", async () => {
  const group = await openGroup();
  const { portal, discord, oleg, channel } = group;
  const first = await group.start();
  discord.faults.add({ kind: "hang", route: /\/attachments\// });
  const typed = discord.say(channel, oleg, {
    content: "!notify @anna file",
    attachments: [{ name: "a.bin", bytes: BYTES }],
  });
  await discord.waitFor(() => discord.reactionsOf(typed).length > 0);
  await first.kill();
  discord.faults.clear();
  await group.start();
  await expect.poll(() => portal.feed(7).length).toBe(1);
  const [item] = itemsOf(portal.feed(7), "FILE");
  expect(sha256(item ? await download(item) : Buffer.alloc(0))).toBe(sha256(BYTES));
});
