import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { IncomingMedia } from "../../../src/core/chat.ts";
import { addPeople, message, notification, SETTINGS } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

test("no secret stands in clear in the database, its side files or its copies", async () => {
  const { store, folder } = await openTestStore();
  const secrets = {
    code: randomUUID(),
    token: randomUUID(),
    payload: randomUUID(),
    address: randomUUID(),
    capability: randomUUID(),
    external: randomUUID(),
  };
  const { code, token, payload, address, capability, external } = secrets;
  const media: IncomingMedia = {
    kind: "file",
    name: "f",
    source: { kind: "discord", url: `https://cdn.example/${address}`, attachmentId: "1" },
  };
  await store.tx(async (db) => {
    const credentials = { kind: "webhook", url: `https://b.example/rest/1/${code}/` } as const;
    const { id } = await db.workspaces.add({ name: "w", host: "b.example", credentials, settings: SETTINGS }, 0);
    await db.inbox.put([{ platform: "telegram", externalId: "1", payload, receivedAt: 0, albumKey: "a" }]);
    const interaction = { applicationId: "1", token, expiresAt: 0 };
    await db.receipts.wish("s", { ...message("1"), interaction }, { text: "t" }, 0);
    const people = await addPeople(db, id, [1]);
    const added = await db.notifications.add(notification(id, people, { attachments: [media] }));
    const [attachment] = await db.media.attachmentsOf(added?.notificationId ?? 0);
    expect(attachment?.source).toEqual(media.source);
    const link = { attachmentId: attachment?.id ?? 0, deliveryId: added?.deliveryIds[0] ?? 0 };
    await db.media.addLink(capability, {
      ...link,
      sha256: "a",
      role: "whole",
      name: "f",
      mime: "m",
      size: 1,
      expiresAt: 9,
    });
    const drive = { fileId: 5, detailUrl: "https://b.example/d/5", externalUrl: `https://b.example/~${external}` };
    await db.media.uploaded(link.attachmentId, drive);
    expect(await db.media.attachmentsOf(added?.notificationId ?? 0)).toMatchObject([{ drive }]);
  });
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(bytes.includes("b.example")).toBe(true);
  expect(Object.entries(secrets).filter(([, secret]) => bytes.includes(secret))).toEqual([]);
});

test("credentials swapped between two workspaces do not open", async () => {
  const { store, file } = await openTestStore();
  const add = (name: string) =>
    store.tx((db) =>
      db.workspaces.add(
        { name, host: name, credentials: { kind: "webhook", url: `https://${name}/` }, settings: SETTINGS },
        0,
      ),
    );
  const [a, b] = [await add("a"), await add("b")];
  const other = new Database(file);
  other.exec(`create temp table kept as select id, credentials from workspaces;
    update workspaces set credentials = (select credentials from kept where kept.id <> workspaces.id)`);
  other.close();
  await expect(store.read.workspaces.byId(a.id)).rejects.toThrow(/workspaces\.credentials/u);
  await expect(store.read.workspaces.byId(b.id)).rejects.toThrow(/workspaces\.credentials/u);
});
