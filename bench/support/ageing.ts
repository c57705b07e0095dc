import Database from "better-sqlite3";

const ROWS_AT_ONCE = 100_000;

/**
 * Gives a database a past: so many settled deliveries with an attempt each, in notifications of fifty, to the people it has. Written
 * in the engine's own language, since the way through the house would take an hour.
 */
export function age(file: string, rows: number): void {
  const client = new Database(file, { fileMustExist: true });
  client.pragma("synchronous = OFF");
  client.pragma("cache_size = -200000");
  const people = Number(client.prepare("select count(*) from persons").pluck().get());
  const numbers =
    "with recursive n(i) as (select cast(@from as integer) union all select i + 1 from n where i + 1 < @to)";
  const notifications = client.prepare(`${numbers}
    insert into notifications (trace, workspace_id, platform, chat_id, thread_id, message_id, sender_user_id, sender_name, origin,
      text, sender_language, created_at, expires_at)
    select 'past' || i, 1, 'telegram', '-1', '', 'past' || i, '1', 'Bench', 'Telegram',
      json_array(json_object('text', 'Round ' || i)), 'en', i, i from n`);
  const deliveries = client.prepare(`${numbers}
    insert into deliveries (notification_id, workspace_id, person_id, bitrix_id, source_message, source_chat, tag, sub_tag, state,
      verdict, portal_notification_id, attempts, due_at, created_at, expires_at, settled_at)
    select (select min(id) from notifications where trace = 'past' || (i / 50)), 1, 1 + i % cast(@people as integer), 1 + i % cast(@people as integer),
      'telegram/-1/past' || (i / 50), 'telegram/-1/', 'h24.m.past' || (i / 50) || '.' || (i % cast(@people as integer)), 's', 'settled',
      'delivered', i, 1, i, i, i, i from n`);
  const attempts = client.prepare(`insert into attempts (delivery_id, at, outcome, code)
    select id, settled_at, 'delivered', '' from deliveries where verdict = 'delivered'`);
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const to = Math.min(rows, from + ROWS_AT_ONCE);
    client.transaction(() => {
      notifications.run({ from: from / 50, to: to / 50 });
      deliveries.run({ from, to, people });
    })();
  }
  attempts.run();
  client.pragma("wal_checkpoint(TRUNCATE)");
  client.close();
}
