import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { notification } from "../../support/entries.ts";
import { openTestStore, temporaryFolder } from "../../support/store.ts";

/** Our migrations up to and including the one with this tag. */
function migrationsUntil(tag: string): string {
  const folder = join(temporaryFolder(), "migrations");
  cpSync("migrations", folder, { recursive: true });
  const file = join(folder, "meta", "_journal.json");
  const journal: { entries: { tag: string }[] } = JSON.parse(readFileSync(file, "utf8"));
  const last = journal.entries.findIndex((entry) => entry.tag === tag);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  return folder;
}

/** A workspace and one of its people, as the first programs wrote them. */
const WORKSPACE = `
    insert into workspaces (uid, name, host, credentials, settings, tags, created_at) values ('w', 'main', 'h', x'00', '{}', 'unprobed', 0);
    insert into persons (workspace_id, bitrix_id) values (1, 1);`;

test("files kept before files were counted are counted, and their links and deliveries stay what they were", async () => {
  const { store, file, reopen } = await openTestStore({ migrations: migrationsUntil("0000_initial") });
  await store.close();
  const old = new Database(file);
  old.exec(`
    ${WORKSPACE}
    insert into notifications (trace, workspace_id, platform, chat_id, thread_id, message_id, sender_user_id, sender_name,
      origin, text, sender_language, created_at, expires_at)
      values ('t1', 1, 'telegram', '1', '', '1', '7', 'Anna', 'o', '[]', 'en', 5, 9),
             ('t2', 1, 'telegram', '1', '', '2', '7', 'Anna', 'o', '[]', 'en', 6, 9);
    insert into deliveries (notification_id, workspace_id, person_id, bitrix_id, source_message, source_chat, tag, sub_tag,
      state, verdict, due_at, created_at, expires_at) values (1, 1, 1, 1, 'm', 'c', 't', 's', 'settled', 'delivered', 5, 5, 9);
    insert into attachments (uid, notification_id, ordinal, kind, name, spoiler, source, state, due_at, sha256, kept_size, kept_mime)
      values ('a', 1, 0, 'file', 'n', 0, x'00', 'kept', 5, 'aa', 10, 'text/plain'),
             ('b', 2, 0, 'file', 'n', 0, x'00', 'kept', 5, 'aa', 10, 'text/plain'),
             ('c', 2, 1, 'file', 'n', 0, x'00', 'left-out', 5, null, null, null);
    insert into media_links (hash, capability, attachment_id, delivery_id, sha256, name, mime, size, expires_at)
      values ('h', x'00', 1, 1, 'aa', 'n', 'text/plain', 10, 100);`);
  old.close();
  const now = await reopen({ migrations: "migrations" });
  expect(await now.read.media.storedBytes()).toBe(10);
  expect(await now.read.media.unused(99, 9)).toEqual([]);
  expect(await now.read.media.unused(100, 9)).toEqual([{ sha256: "aa", size: 10, mime: "text/plain" }]);
  expect(await now.read.deliveries.byId(1)).toMatchObject({ part: 1, parts: 1, verdict: "delivered" });
  const added = await now.tx((db) => db.notifications.add(notification(1, [1])));
  expect(added?.deliveryIds).toHaveLength(1);
});

test("those seen before places were kept count where the whole chat is bound, and what ids they have proves nothing", async () => {
  const { store, file, reopen } = await openTestStore({ migrations: migrationsUntil("0001_media") });
  const workspaceId = 1;
  await store.close();
  const old = new Database(file);
  old.exec(`
    ${WORKSPACE}
    insert into accounts (workspace_id, person_id, platform, user_id, username) values (1, 1, 'telegram', '10', 'anna');
    insert into sightings (platform, chat_id, user_id, username, name, seen_at) values ('telegram', '-100', '10', 'anna', 'Anna', 5);`);
  old.close();
  const now = await reopen({ migrations: "migrations" });
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await now.tx((db) => db.chats.bind({ ...chat, workspaceId, senders: "everyone" }, 0));
  expect(await now.read.people.addressable(workspaceId, { ...chat, threadId: "4" })).toEqual([
    { name: "anna", label: "Anna" },
  ]);
  expect(await now.read.people.proven(workspaceId, "telegram", "10")).toBeUndefined();
});

test("messages of files that posts had are still theirs, and those of text stay what they were", async () => {
  const { store, file, reopen } = await openTestStore({ migrations: migrationsUntil("0017_said") });
  await store.close();
  const old = new Database(file);
  old.exec(`
    ${WORKSPACE}
    insert into rules (uid, workspace_id, name, position, source_key, definition, created_at) values ('r', 1, 'r', 1, 'k', x'00', 0);
    insert into incidents (uid, workspace_id, rule_id, key_hash, status, severity, count, version, state, opened_at, updated_at)
      values ('i', 1, 1, 'k', 'open', 'error', 1, 1, '{}', 0, 0);
    insert into posts (uid, workspace_id, incident_id, platform, chat_id, thread_id, version, post, message_ids, due_at)
      values ('a', 1, 1, 'telegram', '-1', '', 1, 'posted', '["10","11","","20","!1:gone","?","21"]', 0),
             ('b', 1, 1, 'telegram', '-2', '', 1, 'posted', '["30"]', 0),
             ('c', 1, 1, 'telegram', '-3', '', 1, 'posted', '[""]', 0);`);
  old.close();
  const { read } = await reopen({ migrations: "migrations" });
  const posts = await read.posts.ofIncident(1);
  expect(posts.map(({ messageIds }) => messageIds)).toEqual([["10", "11"], ["30"], []]);
  expect(await read.postFiles.of(1)).toMatchObject([
    { state: "said", messageId: "20" },
    { state: "said", messageId: "21" },
  ]);
  expect(await read.postFiles.of(2)).toEqual([]);
  const at = { platform: "telegram", chatId: "-1", threadId: "", messageId: "21" } as const;
  expect((await read.incidents.byPost(at))?.id).toBe(1);
});
