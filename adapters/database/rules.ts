import { randomUUID } from "node:crypto";
import { and, asc, eq, inArray, isNull, like, max, ne } from "drizzle-orm";
import type { Rule, RuleRepository } from "../../src/app/store/rules.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import type { RuleDefinition, RuleSource, RuleTarget } from "../../src/core/rule.ts";
import { only } from "./rows.ts";
import { incidents, rules } from "./schema/alerts.ts";
import { type Place, SealError, type Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "rules", column: "definition", row: uid });

/** Finds the rules that a message may concern: of a chat all that listen to any part of it. */
const keyOf = (source: RuleSource): string =>
  source.kind === "hook" ? `hook/${source.hookId}` : `${source.chat.platform}/${source.chat.chatId}`;

export function ruleRepository(db: Db, sealer: Sealer): RuleRepository {
  const read = (row: typeof rules.$inferSelect): Rule[] => {
    const definition = opened(sealer, row);
    const { id, workspaceId, name, position, enabled } = row;
    return definition ? [{ id, workspaceId, name, position, enabled, ...definition }] : [];
  };
  const first = async (which: ReturnType<typeof eq>): Promise<Rule | undefined> =>
    (await db.select().from(rules).where(which).limit(1)).flatMap(read)[0];
  return {
    add: async ({ workspaceId, name, ...definition }, now) => {
      const [last] = await db
        .select({ position: max(rules.position) })
        .from(rules)
        .where(eq(rules.workspaceId, workspaceId));
      const uid = randomUUID();
      const written = { ...sealed(sealer, uid, definition), uid, workspaceId, name, createdAt: now };
      const values = { ...written, position: (last?.position ?? 0) + 1 };
      return (await db.insert(rules).values(values).onConflictDoNothing().returning()).flatMap(read)[0];
    },
    change: (id, change) => changeRule(db, sealer, id, change),
    remove: async (id) => (await db.delete(rules).where(eq(rules.id, id)).returning({ id: rules.id })).length > 0,
    byId: (id) => first(eq(rules.id, id)),
    byName: async (workspaceId, name) => {
      const named = and(eq(rules.workspaceId, workspaceId), eq(rules.name, name));
      return (await db.select().from(rules).where(named)).flatMap(read)[0];
    },
    list: async (workspaceId) =>
      (
        await db
          .select()
          .from(rules)
          .where(eq(rules.workspaceId, workspaceId))
          .orderBy(...ordered)
      ).flatMap(read),
    migrate: async (from, to) => {
      // What a rule forwards to is sealed, so all of them are looked through; a group migrates once in its life.
      for (const row of await db.select().from(rules)) {
        const definition = opened(sealer, row);
        const moved = definition && movedDefinition(definition, from, to);
        if (!moved || JSON.stringify(moved) === JSON.stringify(definition)) continue;
        await db
          .update(rules)
          .set(sealed(sealer, row.uid, moved))
          .where(eq(rules.id, row.id));
      }
    },
    ...listeningMethods(db, read),
  };
}

function movedDefinition(
  { source, filter, targets, options }: RuleDefinition,
  from: string,
  to: string,
): RuleDefinition {
  const chatOf = (chat: ChatRef): ChatRef =>
    chat.platform === "telegram" && chat.chatId === from ? { ...chat, chatId: to } : chat;
  const targetsOf = (all: readonly RuleTarget[]): readonly RuleTarget[] =>
    all.map((target) => (target.kind === "chat" ? { ...target, chat: chatOf(target.chat) } : target));
  const { escalation } = options;
  const steps = escalation?.steps.map((step) => ({ ...step, targets: targetsOf(step.targets) })) ?? [];
  return {
    source: source.kind === "chat" ? { ...source, chat: chatOf(source.chat) } : source,
    filter,
    targets: targetsOf(targets),
    options: escalation ? { ...options, escalation: { ...escalation, steps } } : options,
  };
}

type Read = (row: typeof rules.$inferSelect) => readonly Rule[];

const ordered = [asc(rules.position), asc(rules.id)];

function listeningMethods(db: Db, read: Read): Pick<RuleRepository, "listeningTo" | "watched"> {
  return {
    listeningTo: async (source) => {
      const live = and(inArray(rules.sourceKey, [keyOf(source)]), eq(rules.enabled, true));
      return (
        await db
          .select()
          .from(rules)
          .where(live)
          .orderBy(...ordered)
      ).flatMap(read);
    },
    watched: async (platform) => {
      const live = and(like(rules.sourceKey, `${platform}/%`), eq(rules.enabled, true));
      return (await db.select().from(rules).where(live))
        .flatMap(read)
        .flatMap(({ source, workspaceId }) => (source.kind === "chat" ? { ...source.chat, workspaceId } : []));
    },
  };
}

async function changeRule(
  db: Db,
  sealer: Sealer,
  id: number,
  { enabled, position, ...change }: Parameters<RuleRepository["change"]>[1],
): Promise<void> {
  const row = only(await db.select().from(rules).where(eq(rules.id, id)));
  const former = opened(sealer, row);
  // One that no key opens is only what it is given anew, if that is all of it.
  const { source, filter, targets, options } = { ...former, ...change };
  const isWhole = source && filter && targets && options;
  const definition = isWhole ? sealed(sealer, row.uid, { source, filter, targets, options }) : {};
  const plain = { enabled: enabled ?? row.enabled, position: position ?? row.position };
  await db
    .update(rules)
    .set({ ...plain, ...definition })
    .where(eq(rules.id, id));
  if (plain.enabled && !row.enabled) await wake(db, id);
}

/** While a rule was off, its incidents let their times pass: each looks anew what is due. */
async function wake(db: Db, ruleId: number): Promise<void> {
  const asleep = and(eq(incidents.ruleId, ruleId), ne(incidents.status, "resolved"), isNull(incidents.timerAt));
  await db.update(incidents).set({ timerAt: 0 }).where(asleep);
}

const sealed = (sealer: Sealer, uid: string, { source, filter, targets, options }: RuleDefinition) => ({
  sourceKey: keyOf(source),
  definition: sealer.seal(place(uid), JSON.stringify({ source, filter, targets, options })),
});

/** What no key opens is no rule for now; the right key may come back. */
function opened(sealer: Sealer, { uid, definition }: typeof rules.$inferSelect): RuleDefinition | undefined {
  try {
    return JSON.parse(sealer.open(place(uid), definition));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
