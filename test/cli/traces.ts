import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../src/app/store/store.ts";
import { notification } from "../support/entries.ts";
import type { Shell } from "./support.ts";

export const NOW = Date.now();
const digits = (length: number): string =>
  Array.from({ length }, () => String(1 + Math.floor(Math.random() * 9))).join("");

/** Strings that stand nowhere but where the test puts them. */
export const unique = () => ({
  name: `Zoya ${randomUUID()}`,
  email: `${randomUUID()}@company.example`,
  username: `z${randomUUID().replaceAll("-", "").slice(0, 24)}`,
  userId: digits(10),
  shownAs: `Zoya ${randomUUID()}`,
  bitrixId: Number(digits(8)),
  received: `received ${randomUUID()}`,
  sent: `sent ${randomUUID()}`,
  payload: randomUUID(),
  file: `plan-${randomUUID()}.txt`,
  sha256: randomUUID().replaceAll("-", "").repeat(2),
});

type Unique = ReturnType<typeof unique>;

export const group = (messageId: string) =>
  ({ platform: "telegram", chatId: "-100", threadId: "", messageId }) as const;

export async function settleAll(store: Store, ids: readonly number[]): Promise<void> {
  await store.tx(async (tx) => {
    for (const id of ids) await tx.deliveries.settle(id, { kind: "verdict", verdict: "delivered" }, NOW);
  });
}

/** Zoya and Boris in one workspace, with traces of Zoya in every table. */
export async function peopled(shell: Shell, zoya: Unique) {
  await shell.run([
    "people",
    "map",
    "main",
    "--telegram",
    `@${zoya.username}=${zoya.userId}`,
    "--bitrix",
    String(zoya.bitrixId),
    "--name",
    zoya.name,
    "--email",
    zoya.email,
  ]);
  await shell.run("people map main --telegram @boris --bitrix 8");
  await shell.run(["group", "add", "main", "oncall", `id:${zoya.bitrixId}`, "id:8"]);
  await shell.run(["admin", "add", "main", "--telegram", zoya.userId]);
  const store = await shell.store();
  const [workspace] = await store.read.workspaces.list();
  if (!workspace) throw new Error("no workspace");
  const [her, him] = await Promise.all([zoya.bitrixId, 8].map((id) => store.read.people.byBitrixId(workspace.id, id)));
  if (!her || !him) throw new Error("not mapped");
  const recipient = (person: typeof her) => ({
    personId: person.id,
    bitrixId: person.bitrixId,
    tag: `h24.t.${person.bitrixId}.x`,
    subTag: "s",
  });
  const add = (change: Parameters<typeof notification>[2], people: readonly (typeof her)[]) =>
    store.tx(async (tx) => {
      const entry = notification(workspace.id, [], {
        ...change,
        createdAt: NOW,
        expiresAt: NOW + 9e8,
        recipients: people.map(recipient),
      });
      const added = await tx.notifications.add(entry);
      const target = { ...entry.source, platform: "telegram" } as const;
      await tx.receipts.wish(`slot-${target.messageId}`, target, { text: `${zoya.name}: delivered` }, NOW);
      return added ?? { notificationId: 0, deliveryIds: [] };
    });
  const alone = await add({ text: [{ text: zoya.received }], source: group("1") }, [her]);
  const both = await add({ text: [{ text: zoya.received }], source: group("2"), tag: "ci" }, [her, him]);
  const media = { kind: "file", name: zoya.file, source: { kind: "text", text: zoya.sent } } as const;
  const sentBy = { senderUserId: zoya.userId, senderName: zoya.shownAs, text: [{ text: zoya.sent }] };
  const sent = await add({ ...sentBy, source: group("3"), attachments: [media] }, [him]);
  const [attachment] = await store.read.media.attachmentsOf(sent.notificationId);
  const chat = { platform: "telegram", chatId: zoya.userId, threadId: "" } as const;
  await store.tx(async (tx) => {
    await tx.people.sighted(
      { chat: group("1"), userId: zoya.userId, username: zoya.username, name: zoya.shownAs },
      NOW,
    );
    await tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "everyone" }, NOW);
    const from = { id: Number(zoya.userId), first_name: zoya.shownAs };
    await tx.inbox.put([
      {
        platform: "telegram",
        externalId: "1",
        receivedAt: NOW,
        payload: JSON.stringify({ message: { from, text: zoya.payload } }),
      },
      {
        platform: "telegram",
        externalId: "2",
        receivedAt: NOW,
        payload: JSON.stringify({ message: { from: { id: 5 } } }),
      },
    ]);
    await tx.audit.append({
      at: NOW,
      workspaceId: workspace.id,
      actor: `telegram:${zoya.userId}`,
      action: "link",
      subject: `= ${zoya.bitrixId}`,
    });
    const file = { sha256: zoya.sha256, size: 5, mime: "text/plain" };
    await tx.media.kept(attachment?.id ?? 0, file, NOW);
    const link = { ...file, role: "whole", name: zoya.file, expiresAt: NOW + 9e8 } as const;
    const [deliveryId = 0] = sent.deliveryIds;
    await tx.media.addLink(randomUUID(), { ...link, attachmentId: attachment?.id ?? 0, deliveryId });
  });
  const kept = join(shell.cwd, "data", "media", zoya.sha256.slice(0, 2));
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, zoya.sha256), "bytes");
  return { store, workspace, her, him, alone, both, sent, kept: join(kept, zoya.sha256) };
}

/** Whatever lies in the folder of the database: the file, its log, its index. */
export function bytesOf(shell: Shell): Buffer {
  const folder = join(shell.cwd, "data");
  const files = readdirSync(folder).filter((name) => name.startsWith("herald24.sqlite"));
  return Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
}

/** What of somebody still stands in the bytes of the database. */
export const tracesOf = (shell: Shell, zoya: Unique): string[] => {
  const bytes = bytesOf(shell);
  const told = Object.entries(zoya).filter(([key]) => key !== "bitrixId" && key !== "payload");
  const found = told.filter(([, value]) => bytes.includes(String(value))).map(([key]) => key);
  // The number stands in the texts of tags and in the audit trail.
  return bytes.includes(`.${zoya.bitrixId}.`) || bytes.includes(` ${zoya.bitrixId}`) ? [...found, "bitrixId"] : found;
};
