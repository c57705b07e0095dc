import type { Platform } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import type { ReceiveParts } from "./command.ts";
import { heldLog } from "./heldLog.ts";
import { retract } from "./incidents.ts";
import { linkForm } from "./link.ts";
import type { Intake } from "./ports.ts";
import { takeBackDeleted } from "./recall.ts";
import { receive } from "./receive.ts";
import { type Bound, MOST_IN_LANE, tellShed, withinBounds } from "./shed.ts";
import type { InboxEntry } from "./store/queues.ts";
import type { Store } from "./store/store.ts";
import { suggest } from "./suggest.ts";
import { traceFields, traceOf } from "./trace.ts";
import { messageIdOf } from "./versions.ts";
import { rememberPlaces, watchedChats } from "./watched.ts";

/** Writers that have been recorded already, so that an ordinary chat costs no writes. */
const MOST_REMEMBERED = 50_000;

/** For so long: their username may have been mapped meanwhile, and is to become their id before it changes hands. */
const REMEMBERED_MS = 600_000;

type Bell = Pick<Alarm, "ring">;

type IntakeParts = Omit<ReceiveParts, "show" | "shed"> & {
  readonly store: Store;
  readonly stored: Bell;
  readonly changed: Bell;
  readonly meter: { shed(platform: Platform, bound: Bound, count: number): void };
};

function deletionsIn(parts: IntakeParts): Pick<Intake, "deletions" | "deleted" | "known" | "heard"> {
  const { store, clock } = parts;
  return {
    heard: (platform, externalId) => store.read.inbox.has(platform, externalId),
    async known(range) {
      const { notifications, incidents } = store.read;
      const ids = [...(await notifications.sourcesIn(range)), ...(await incidents.sourcesIn(range))];
      return [...new Set(ids.map((messageId) => messageIdOf({ ...range.chat, messageId })))];
    },
    async deletions(entries) {
      const rows = await store.tx(async (tx) => {
        const ours: InboxEntry[] = [];
        for (const { of, ...entry } of entries) if (await tx.inbox.has(entry.platform, of)) ours.push(entry);
        return tx.inbox.put(ours);
      });
      if (rows.length > 0) parts.stored.ring();
    },
    async deleted({ at, of }, rows) {
      const now = clock();
      await store.tx(async (tx) => {
        for (const message of at) {
          await tx.inbox.drop(message.platform, of, now);
          await takeBackDeleted(tx, message, { wordsIn: parts.wordsIn, now });
          await retract(tx, message, parts);
        }
        await tx.inbox.done(rows, now);
      });
      parts.changed.ring();
    },
  };
}

/** What the chat adapters call; each method is one transaction. `stored` and `changed` are rung when there is work. */
export function createIntake(parts: IntakeParts): Intake {
  const { store, clock, meter } = parts;
  return {
    async store(entries) {
      const platform = entries[0]?.platform;
      if (platform === undefined) return;
      const { rows, shed } = await store.tx(async (tx) => {
        const bounded = await withinBounds(tx, entries, { now: clock(), most: MOST_IN_LANE });
        return { rows: await tx.inbox.put(bounded.kept), shed: bounded.shed };
      });
      if (shed > 0) {
        meter.shed(platform, "chat", shed);
        parts.log.warn({ platform, shed }, "commands were not taken: too many of their chat wait");
      }
      for (const { id, trace } of rows) parts.log.debug({ ...traceFields([trace]), platform, row: id }, "stored");
      parts.stored.ring();
    },
    async message(message, rows) {
      const held = heldLog(parts.log);
      let shown: string | undefined;
      const show = (text: string): void => {
        shown = text;
      };
      const bounds: Bound[] = [];
      const shed = (bound: Bound): void => void bounds.push(bound);
      await store.tx(async (tx) => {
        const all = { ...parts, log: held.log, show, shed };
        if (await tx.inbox.isShed(rows)) await tellShed(tx, message, all);
        else await receive(tx, message, all);
        await tx.inbox.done(rows, clock());
      });
      held.release();
      for (const bound of bounds) meter.shed(message.at.platform, bound, 1);
      parts.log.debug({ trace: traceOf(message.at), platform: message.at.platform, rows }, "dealt with");
      parts.changed.ring();
      return shown;
    },
    ...deletionsIn(parts),
    album: (albumKey) => store.read.inbox.album(albumKey),
    ignore: (rows) => store.tx((tx) => tx.inbox.done(rows, clock())),
    migrated: (from, to, rows) =>
      store.tx(async (tx) => {
        await tx.chats.migrate(from, to);
        await tx.rules.migrate(from, to);
        await tx.inbox.done(rows, clock());
      }),
    sighted: createSightings(store, parts.clock),
    bound: rememberPlaces(store, async (platform) =>
      (await store.read.chats.list()).filter((binding) => binding.platform === platform),
    ),
    watched: rememberPlaces(store, (platform) => watchedChats(store.read, platform)),
    suggest: (asked) => suggest(store.read, asked),
    linkForm: (chat, userId) => linkForm(store.read, { chat, userId, now: clock() }),
  };
}

function createSightings(store: Store, clock: () => number): Intake["sighted"] {
  const known = new Map<string, { readonly what: string; readonly at: number }>();
  return async (seen) => {
    const key = `${seen.chat.platform}:${seen.chat.chatId}:${seen.chat.threadId}:${seen.userId}`;
    const what = `${seen.username ?? ""}\u0000${seen.name}`;
    const former = known.get(key);
    const at = clock();
    if (former?.what === what && at >= former.at && at - former.at < REMEMBERED_MS) return;
    await store.tx((tx) => tx.people.sighted(seen, at));
    known.set(key, { what, at });
    const oldest = known.keys().next();
    if (known.size > MOST_REMEMBERED && !oldest.done) known.delete(oldest.value);
  };
}
