import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createSealer } from "../seal.ts";
import { databaseFile, openWriter, type Sqlite } from "../sqlite.ts";
import { checkKey } from "../store.ts";
import { asStoreError } from "../storeError.ts";
import { type Erasing, eraseAlerting } from "./alerting.ts";
import { type ErasedWho, type Identity, identify } from "./identity.ts";
import { eraseInPostFiles, followErased } from "./posts.ts";
import { eraseSealed } from "./sealed.ts";
import { eraseTraces } from "./traces.ts";

export interface ErasureOptions {
  readonly databaseUrl: string;
  readonly secretKeys: readonly Uint8Array[];
  readonly who: ErasedWho;
  readonly now: number;
  /** Only counts; nothing is changed. */
  readonly dryRun: boolean;
  /** Slots of receipts that stay: what they tell senders names nobody. */
  readonly told?: readonly string[];
}

/** Rows by what they were. */
export type ErasureCounts = Readonly<Record<string, number>>;

export type Erasure =
  | {
      readonly kind: "erased";
      /** What still waited of that which they sent; in a dry run, of that which they were sent too. */
      readonly cancelled: number;
      readonly counts: ErasureCounts;
      /** What stands in the audit trail in place of the person. */
      readonly pseudonym: string;
      /** Contents that nothing needs any more; their files are the caller's to remove. */
      readonly files: readonly string[];
    }
  /**
   * Something of theirs is on its way, or waits for them still, which is the caller's to cancel since its senders are to be told;
   * once more in a moment.
   */
  | { readonly kind: "busy"; readonly cancelled: number; readonly sending: number };

class DryRun extends Error {}

/**
 * Removes a person's names, ids and texts in one transaction, beside a running service. What is erased is overwritten, not only
 * unlinked.
 *
 * @throws {StoreError} Nothing was changed.
 */
export function erase(options: ErasureOptions): Erasure {
  const file = databaseFile(options.databaseUrl);
  const client = openWriter(file);
  try {
    client.pragma("secure_delete = ON");
    client.pragma("temp_store = MEMORY");
    const sealer = createSealer(options.secretKeys);
    checkKey(client, sealer, file);
    const identity = identify(client, options.who);
    const cancelled = options.dryRun ? countWaiting(client, identity) : cancelSent(client, identity, options.now);
    const pseudonym = `erased-${randomBytes(4).toString("hex")}`;
    let erasure: Erasure = { kind: "busy", cancelled, sending: underWayOf(client, identity) };
    const work = client.transaction(() => {
      const underWay = options.dryRun ? 0 : underWayOf(client, identity);
      if (underWay > 0) {
        erasure = { kind: "busy", cancelled, sending: underWay };
        return;
      }
      const sealed = eraseSealed(client, sealer, identity, options.now);
      const { told = [], now } = options;
      const { posts, incidents, contents, ...alerting } = eraseAlerts(client, { sealer, identity, pseudonym });
      const { files, acknowledged, ...traces } = eraseTraces(client, identity, { now, pseudonym, told, contents });
      const acknowledgements = acknowledged.length;
      const counts = { ...traces, acknowledgements, ...sealed, ...alerting };
      const shown = followErased(client, [...posts, ...acknowledged], now);
      erasure = { kind: "erased", cancelled, counts: { ...counts, incidents, posts: shown }, pseudonym, files };
      if (options.dryRun) throw new DryRun();
    });
    try {
      work.immediate();
    } catch (error) {
      if (!(error instanceof DryRun)) throw error;
    }
    return erasure;
  } catch (error) {
    throw asStoreError(error, file);
  } finally {
    client.close();
  }
}

/** `posts`: incidents whose posts have to follow. */
function eraseAlerts(client: Sqlite, erasing: Erasing) {
  const { blanked, rewritten, ...counts } = eraseAlerting(client, erasing);
  const { incidents, contents } = eraseInPostFiles(client, erasing, blanked);
  const posts = [...blanked, ...rewritten, ...incidents];
  return { ...counts, incidents: blanked.length + rewritten.length, contents, posts };
}

const SENT_BY_THEM = `notification_id in (select id from notifications
  where workspace_id = @workspaceId and platform || ':' || sender_user_id in (select value from json_each(@accounts)))`;
/** Deliveries to the person, and those of what they sent. */
const THEIRS = `(person_id = @personId or ${SENT_BY_THEM})`;

const parametersOf = ({ workspaceId, personId = 0, accounts }: Identity) => ({
  workspaceId,
  personId,
  accounts: JSON.stringify([...accounts]),
});

/** Nobody else is to be told of these. */
function cancelSent(client: Sqlite, identity: Identity, now: number): number {
  return client
    .prepare(
      `update deliveries set state = 'settled', verdict = 'undeliverable', code = 'ERASED', settled_at = @now
       where workspace_id = @workspaceId and state in ('queued', 'media') and person_id <> @personId and ${SENT_BY_THEM}`,
    )
    .run({ ...parametersOf(identity), now }).changes;
}

const countWaiting = (client: Sqlite, identity: Identity): number =>
  countOf(client, identity, `state in ('queued', 'media') and ${THEIRS}`);

const underWayOf = (client: Sqlite, identity: Identity): number =>
  countOf(client, identity, `((state = 'sending' and ${THEIRS}) or (state <> 'settled' and person_id = @personId))`);

function countOf(client: Sqlite, identity: Identity, which: string): number {
  const count = client.prepare<unknown[], number>(
    `select count(*) from deliveries where workspace_id = @workspaceId and ${which}`,
  );
  return count.pluck().get(parametersOf(identity)) ?? 0;
}

/** Ids of files on the portal's Drive that would have nobody left who received or sent them. */
export function driveFilesOf({ databaseUrl, who }: Pick<ErasureOptions, "databaseUrl" | "who">): readonly number[] {
  const client = openWriter(databaseFile(databaseUrl));
  try {
    const given = parametersOf(identify(client, who));
    const sql = `select drive_file_id from attachments a where drive_file_id is not null and drive_removed = 0
      and exists (select 1 from deliveries d where d.notification_id = a.notification_id
        and d.workspace_id = @workspaceId and ${THEIRS})
      and (not exists (select 1 from deliveries d where d.notification_id = a.notification_id and d.person_id <> @personId)
        or a.notification_id in (select id from notifications where workspace_id = @workspaceId
          and platform || ':' || sender_user_id in (select value from json_each(@accounts))))`;
    return client.prepare<unknown[], number>(sql).pluck().all(given);
  } finally {
    client.close();
  }
}

/**
 * Writes the database anew, so that pages freed in former times hold nothing either, and empties the write-ahead log.
 *
 * @returns False when others kept it busy; erased rows are overwritten all the same.
 */
export function scrub(databaseUrl: string): boolean {
  const client = openWriter(databaseFile(databaseUrl));
  try {
    client.pragma("secure_delete = ON");
    client.exec("vacuum");
    return client.pragma("wal_checkpoint(TRUNCATE)", { simple: true }) === 0;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

/** Copies that were made before a migration, which hold what has been erased since. */
export function copiesBeside(databaseUrl: string): readonly string[] {
  const file = databaseFile(databaseUrl);
  const folder = dirname(file);
  const marks = [`${basename(file)}.before-`, `${basename(file)}.former-`];
  return readdirSync(folder)
    .filter((name) => marks.some((mark) => name.startsWith(mark)))
    .map((name) => join(folder, name));
}
