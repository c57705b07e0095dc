import type { Sqlite } from "../sqlite.ts";
import { type Identity, patternOf } from "./identity.ts";

interface Traces {
  readonly files: readonly string[];
  readonly notificationsSent: number;
  readonly notificationsReceived: number;
  readonly notificationsAbout: number;
  /** Incidents that they had. */
  readonly acknowledged: readonly number[];
  readonly deliveries: number;
  readonly attachments: number;
  readonly links: number;
  readonly receipts: number;
  readonly sightings: number;
  readonly accounts: number;
  readonly rights: number;
  readonly linkAttempts: number;
  readonly chats: number;
  readonly audit: number;
  readonly persons: number;
}

interface Erasure {
  readonly now: number;
  readonly pseudonym: string;
  readonly told: readonly string[];
  /** Besides those that are found here: what nothing needs any more. */
  readonly contents: readonly string[];
}

/** Removes every row in clear that names the identity, and puts `pseudonym` into the audit trail. Inside a transaction. */
export function eraseTraces(
  client: Sqlite,
  identity: Identity,
  { now, pseudonym, told, contents: linked }: Erasure,
): Traces {
  const { workspaceId, personId = 0, bitrixId = 0 } = identity;
  const accounts = JSON.stringify([...identity.accounts]);
  const given = { workspaceId, personId, bitrixId, now, accounts, told: JSON.stringify(told) };
  const run = (sql: string): number => client.prepare(sql).run(given).changes;
  const list = <T>(sql: string): T[] => client.prepare<unknown[], T>(sql).all(given);
  collect(run);
  const contents = new Set([...linked, ...list<{ sha256: string }>(CONTENTS).map(({ sha256 }) => sha256)]);
  const sent = count(client, "gone_sent");
  const received = count(client, "gone_received");
  const attachments = count(client, "gone_attachments");
  const links = count(client, "gone_links");
  const receipts = run(OWN_RECEIPTS) + eraseMentions(client, identity);
  const deliveries = run("delete from deliveries where person_id = @personId");
  run("delete from notifications where id in (select id from gone_sent)");
  run(LONELY);
  run(BLANK);
  run("update notifications set forget_soon = 1 where forgotten_at is null and id in (select id from gone_received)");
  const notificationsAbout = eraseAbout(client, identity, now);
  const acknowledged = eraseAcknowledgements(client, identity);
  // Before the sightings, which tell whose dialogue it is.
  const chats = run(CHATS) + run(ADMIN_CHAT);
  const traces = {
    notificationsSent: sent,
    notificationsReceived: received,
    notificationsAbout,
    acknowledged,
    deliveries,
    attachments,
    links,
    receipts,
    linkAttempts: run(LINK_ATTEMPTS) + run(CONFIRMATIONS),
    sightings: run(SIGHTINGS),
    rights: run(`delete from admins where workspace_id = @workspaceId and ${inAccounts("platform", "user_id")}`),
    chats,
    audit: pseudonymise(client, identity, pseudonym),
    accounts: run("delete from accounts where workspace_id = @workspaceId and person_id = @personId"),
    persons: run("delete from persons where workspace_id = @workspaceId and id = @personId"),
  };
  const files = [...contents].filter((sha256) => client.prepare(UNNEEDED).run({ sha256 }).changes > 0);
  for (const table of COLLECTED) client.exec(`drop table temp.${table}`);
  return { ...traces, files };
}

const inAccounts = (platform: string, user: string): string =>
  `${platform} || ':' || ${user} in (select value from json_each(@accounts))`;

const COLLECTED = ["gone_sent", "gone_received", "gone_attachments", "gone_links", "gone_receipts"] as const;

const count = (client: Sqlite, table: string): number =>
  client.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0;

/** Noted before anything is removed, since removing takes along what belongs to it. */
function collect(run: (sql: string) => number): void {
  run(`create temp table gone_sent as select id from notifications
    where workspace_id = @workspaceId and ${inAccounts("platform", "sender_user_id")}`);
  run(`create temp table gone_received as select distinct notification_id as id from deliveries
    where person_id = @personId and notification_id not in (select id from gone_sent)`);
  run(`create temp table gone_attachments as select a.id from attachments a where a.notification_id in (select id from gone_sent)
    or (a.notification_id in (select id from gone_received) and not exists (
      select 1 from deliveries d where d.notification_id = a.notification_id and d.person_id <> @personId))`);
  run(`create temp table gone_links as select l.hash from media_links l where l.attachment_id in (select id from gone_attachments)
    or l.delivery_id in (select id from deliveries where person_id = @personId)`);
  run(`create temp table gone_receipts as select platform, chat_id, message_id, id in (select id from gone_sent) as own
    from notifications where id in (select id from gone_sent union select id from gone_received)`);
}

const CONTENTS = `select sha256 from attachments where sha256 is not null and id in (select id from gone_attachments)
  union select preview_sha256 from attachments where preview_sha256 is not null and id in (select id from gone_attachments)`;

const UNNEEDED = `delete from files where sha256 = @sha256
  and not exists (select 1 from attachments where sha256 = @sha256 or preview_sha256 = @sha256)
  and not exists (select 1 from post_files where sha256 = @sha256)`;

/** A receipt that quotes the message it is about has been renewed since its sender was told. */
const OWN_RECEIPTS = `delete from receipts where (user_id is not null and ${inAccounts("platform", "user_id")})
  or ${inAccounts("platform", "chat_id")}
  or exists (select 1 from gone_receipts g where g.platform = receipts.platform and g.chat_id = receipts.chat_id
    and g.message_id = receipts.message_id and (g.own or json_extract(receipts.wish, '$.about') is not null
      or receipts.slot not in (select value from json_each(@told))))`;

/** Notifications that were to this person alone. */
const LONELY = `delete from notifications where id in (select id from gone_received)
  and not exists (select 1 from deliveries d where d.notification_id = notifications.id)`;

const BLANKED = `text = '[]', facts = null, places = null, tag = null, sender_note = null, recall_ask = null, sender_name = '',
    sender_user_id = '', origin = '', link = null, secret = null, forgotten_at = @now`;
const IS_OVER = `not exists (select 1 from deliveries d where d.notification_id = notifications.id and d.state <> 'settled')`;

/** Those that others received too keep what counts; where somebody still waits, the text goes once that is over. */
const BLANK = `update notifications set ${BLANKED} where id in (select id from gone_received) and ${IS_OVER}`;

const LINK_ATTEMPTS = `delete from link_attempts where workspace_id = @workspaceId
  and (${inAccounts("platform", "user_id")} or (@bitrixId > 0 and bitrix_id = @bitrixId))`;
const CONFIRMATIONS = `delete from confirmations where workspace_id = @workspaceId and ${inAccounts("platform", "user_id")}`;

/** In Telegram a private dialogue bears the id of the person it is with; in Discord that of a channel, where nobody else writes. */
const isDialogue = (platform: string, chat: string, thread: string): string =>
  `((${platform} = 'telegram' and ${inAccounts(platform, chat)}) or (${platform} = 'discord' and ${chat} = '@me' and ${thread} in (
    select s.thread_id from sightings s where s.platform = 'discord' and s.chat_id = '@me' and ${inAccounts("s.platform", "s.user_id")})))`;

const CHATS = `delete from chats where workspace_id = @workspaceId and ${isDialogue("platform", "chat_id", "thread_id")}`;
const ADMIN_CHAT = `update workspaces set admin_platform = null, admin_chat_id = null, admin_thread_id = null
  where id = @workspaceId and ${isDialogue("admin_platform", "admin_chat_id", "admin_thread_id")}`;

/** Where another workspace knows the account too, only those in the chats of this one. */
const SIGHTINGS = `delete from sightings where ${inAccounts("platform", "user_id")} and (
  not exists (select 1 from accounts a where a.platform = sightings.platform and a.user_id = sightings.user_id
    and a.workspace_id <> @workspaceId)
  or exists (select 1 from chats c where c.platform = sightings.platform and c.chat_id = sightings.chat_id
    and c.workspace_id = @workspaceId))`;

/** What chats were told about somebody by name: lists, and answers to others. */
function eraseMentions(client: Sqlite, identity: Identity): number {
  const pattern = patternOf(identity);
  const drop = client.prepare("delete from receipts where slot = ?");
  const rows = client.prepare<[], { slot: string; wish: string }>("select slot, wish from receipts").all();
  const theirs = rows.filter(({ wish }) => wish.search(pattern) >= 0);
  for (const { slot } of theirs) drop.run(slot);
  return theirs.length;
}

interface AboutRow {
  readonly id: number;
  readonly held: string;
}

/** Texts of others that name or quote somebody, and what their senders were told. */
function eraseAbout(client: Sqlite, identity: Identity, now: number): number {
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], AboutRow>(
      `select id, concat_ws(char(10), text, facts, places, sender_note, sender_name, origin) as held from notifications
       where workspace_id = ? and forgotten_at is null and forget_soon = 0`,
    )
    .all(identity.workspaceId);
  const theirs = rows.filter(({ held }) => held.search(pattern) >= 0);
  const blank = client.prepare(`update notifications set ${BLANKED} where id = @id and ${IS_OVER}`);
  const soon = client.prepare("update notifications set forget_soon = 1 where id = @id");
  for (const { id } of theirs) if (blank.run({ id, now }).changes === 0) soon.run({ id });
  return theirs.length;
}

interface TakenRow {
  readonly id: number;
  readonly person: number | null;
  readonly name: string;
}

/** That somebody had an incident stays; who it was does not. */
function eraseAcknowledgements(client: Sqlite, identity: Identity): readonly number[] {
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], TakenRow>(
      `select id, acknowledged_person_id as person, acknowledged_by as name from incidents
       where workspace_id = ? and acknowledged_by is not null`,
    )
    .all(identity.workspaceId);
  const theirs = rows.filter(({ person, name }) => person === (identity.personId ?? 0) || name.search(pattern) >= 0);
  const blank = client.prepare(
    "update incidents set acknowledged_by = null, acknowledged_person_id = null where id = ?",
  );
  for (const { id } of theirs) blank.run(id);
  return theirs.map(({ id }) => id);
}

interface AuditRow {
  readonly id: number;
  readonly actor: string;
  readonly subject: string;
}

/** The only change that the trail allows, and only while this mark stands. */
function pseudonymise(client: Sqlite, identity: Identity, pseudonym: string): number {
  client.prepare("insert into meta (key, value) values ('erasing', x'')").run();
  const pattern = patternOf(identity);
  const rows = client
    .prepare<[number], AuditRow>("select id, actor, subject from audit where workspace_id = ? or workspace_id is null")
    .all(identity.workspaceId);
  const write = client.prepare("update audit set actor = ?, subject = ? where id = ?");
  let changed = 0;
  for (const { id, actor, subject } of rows) {
    const [who, what] = [actor.replace(pattern, pseudonym), subject.replace(pattern, pseudonym)];
    if (who === actor && what === subject) continue;
    write.run(who, what, id);
    changed += 1;
  }
  client.prepare("delete from meta where key = 'erasing'").run();
  return changed;
}
