import { randomUUID } from "node:crypto";
import { asc, eq } from "drizzle-orm";
import type { Credentials, Settings, Workspace, WorkspaceRepository } from "../../src/app/store/workspaces.ts";
import { kept } from "./kept.ts";
import { only, withoutNulls } from "./rows.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

/** What rows mean that were written before these settings came to be. */
const LATER_SETTINGS = {
  externalLinks: false,
  maxNotificationMegabytes: 200,
  keepTextsDays: 60,
  reach: "everybody",
  confirmAbove: 10,
  commandsPerMinute: 30,
  commandBurst: 20,
  waitingPerSender: 5_000,
  waitingInWorkspace: 100_000,
} satisfies Partial<Settings>;

const place = (uid: string): Place => ({ table: "workspaces", column: "credentials", row: uid });

const withId = kept(["id"], (db, { id }) => db.select().from(workspaces).where(eq(workspaces.id, id)));
const withName = kept(["name"], (db, { name }) => db.select().from(workspaces).where(eq(workspaces.name, name)));

export function workspaceRepository(db: Db, sealer: Sealer): WorkspaceRepository {
  const sealed = (uid: string, credentials: Credentials) => sealer.seal(place(uid), JSON.stringify(credentials));

  const read = (row: typeof workspaces.$inferSelect): Workspace => {
    const credentials: Credentials = JSON.parse(sealer.open(place(row.uid), row.credentials));
    const { id, name, host, tags, probedAt, capabilities, peopleCheckedAt, lastNotificationId, createdAt } = row;
    const settings = { ...LATER_SETTINGS, ...row.settings };
    return {
      ...withoutNulls({
        id,
        name,
        host,
        settings,
        tags,
        probedAt,
        capabilities,
        peopleCheckedAt,
        lastNotificationId,
        createdAt,
      }),
      credentials,
      ...(row.suspendedAt !== null && {
        suspended: { code: row.suspendedCode ?? "", reason: row.suspendedReason ?? "", at: row.suspendedAt },
      }),
    };
  };

  return {
    add: async ({ name, host, credentials, settings }, now) => {
      const uid = randomUUID();
      const values = { uid, name, host, credentials: sealed(uid, credentials), settings, createdAt: now };
      const rows = await db
        .insert(workspaces)
        .values({ ...values, tags: "unprobed" })
        .returning();
      return read(only(rows));
    },
    byId: async (id) => (await withId(db, { id })).map(read)[0],
    byName: async (name) => (await withName(db, { name })).map(read)[0],
    list: async () => (await db.select().from(workspaces).orderBy(asc(workspaces.id))).map(read),
    set: async (id, { credentials, ...change }) => {
      const [row] = await db.select({ uid: workspaces.uid }).from(workspaces).where(eq(workspaces.id, id));
      if (row === undefined) return;
      const values = { ...change, ...(credentials && { credentials: sealed(row.uid, credentials) }) };
      if (Object.keys(values).length > 0) await db.update(workspaces).set(values).where(eq(workspaces.id, id));
    },
    suspend: async (id, { code, reason, at }) => {
      const values = { suspendedCode: code, suspendedReason: reason, suspendedAt: at };
      await db.update(workspaces).set(values).where(eq(workspaces.id, id));
    },
    resume: async (id) => {
      const values = { suspendedCode: null, suspendedReason: null, suspendedAt: null };
      await db.update(workspaces).set(values).where(eq(workspaces.id, id));
    },
    remove: async (id) => {
      await db.delete(workspaces).where(eq(workspaces.id, id));
    },
  };
}
