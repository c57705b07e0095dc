import type { ChatRef } from "../core/chat.ts";
import { type Role, reachOf, seesEverybody } from "../core/permissions.ts";
import { writeRecipient } from "../core/recipientGrammar.ts";
import type { Alarm } from "./alarm.ts";
import type { ReceiveParts } from "./command.ts";
import { heldLog } from "./heldLog.ts";
import { linkForm } from "./link.ts";
import type { Intake, Suggestion } from "./ports.ts";
import { receive } from "./receive.ts";
import { fold } from "./recipients.ts";
import { rolesOf } from "./standing.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { traceFields, traceOf } from "./trace.ts";

/** Discord shows no more. */
const MOST_SUGGESTIONS = 25;

/** Writers that have been recorded already, so that an ordinary chat costs no writes. */
const MOST_REMEMBERED = 50_000;

/** For so long: their username may have been mapped meanwhile, and is to become their id before it changes hands. */
const REMEMBERED_MS = 600_000;

type Bell = Pick<Alarm, "ring">;

/** What the chat adapters call; each method is one transaction. `stored` and `changed` are rung when there is work. */
export function createIntake(parts: ReceiveParts & { store: Store; stored: Bell; changed: Bell }): Intake {
  const { store, clock } = parts;
  return {
    async store(entries) {
      if (entries.length === 0) return;
      const rows = await store.tx((tx) => tx.inbox.put(entries));
      for (const { id, platform, trace } of rows)
        parts.log.debug({ ...traceFields([trace]), platform, row: id }, "stored");
      parts.stored.ring();
    },
    async message(message, rows) {
      const held = heldLog(parts.log);
      await store.tx(async (tx) => {
        await receive(tx, message, { ...parts, log: held.log });
        await tx.inbox.done(rows, clock());
      });
      held.release();
      parts.log.debug({ trace: traceOf(message.at), platform: message.at.platform, rows }, "dealt with");
      parts.changed.ring();
    },
    album: (albumKey) => store.read.inbox.album(albumKey),
    ignore: (rows) => store.tx((tx) => tx.inbox.done(rows, clock())),
    migrated: (from, to, rows) =>
      store.tx(async (tx) => {
        await tx.chats.migrate(from, to);
        await tx.inbox.done(rows, clock());
      }),
    sighted: createSightings(store, parts.clock),
    bound: async (platform) => (await store.read.chats.list()).filter((binding) => binding.platform === platform),
    suggestRecipients: (chat, userId, typed) => suggestRecipients(store.read, { chat, userId, typed }),
    suggestTags: (chat, typed) => suggestTags(store.read, { chat, typed }),
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

interface Typed {
  readonly chat: ChatRef;
  readonly typed: string;
}

/** Completes the last name of a comma list; what stands before it is kept. */
async function suggestRecipients(
  read: Repositories,
  { chat, userId, typed }: Typed & { userId: string },
): Promise<readonly Suggestion[]> {
  const binding = await read.chats.find(chat);
  const workspace = binding && (await read.workspaces.byId(binding.workspaceId));
  if (!workspace) return [];
  const where = { workspaceId: workspace.id, platform: chat.platform };
  const roles = await rolesOf(read, where, { kind: "person", userId, name: "" });
  const names = await namesFor(read, { workspace, chat, roles });
  const cut = typed.lastIndexOf(",") + 1;
  const before = typed.slice(0, cut);
  const wanted = fold(
    typed
      .slice(cut)
      .trim()
      .replace(/^@?["“«]/u, ""),
  );
  return names
    .filter(({ name, label }) => fold(name).includes(wanted) || fold(label).includes(wanted))
    .map(({ name, label }) => ({ label: `${before}${label}`, value: `${before}${writeRecipient(name)}` }))
    .filter(isWhole)
    .slice(0, MOST_SUGGESTIONS);
}

async function namesFor(
  read: Repositories,
  { workspace, chat, roles }: { workspace: Workspace; chat: ChatRef; roles: ReadonlySet<Role> },
): Promise<readonly { name: string; label: string }[]> {
  if (seesEverybody(roles)) return everybody(read, workspace.id);
  const names = await read.people.addressable(workspace.id, chat);
  if (reachOf(roles, workspace.settings.reach) !== "groups") return names;
  const groups = new Set((await read.people.listGroups(workspace.id)).map(({ name }) => name));
  return names.filter(({ name }) => groups.has(name));
}

async function everybody(read: Repositories, workspaceId: number): Promise<readonly { name: string; label: string }[]> {
  const groups = await read.people.listGroups(workspaceId);
  const people = await read.people.list(workspaceId);
  return [
    ...groups.map(({ name }) => ({ name, label: `@${name}` })),
    ...people.map(({ bitrixId, name }) => ({ name: `id:${bitrixId}`, label: name ?? `id:${bitrixId}` })),
  ];
}

/** Tags that were used in this chat lately. */
async function suggestTags(read: Repositories, { chat, typed }: Typed): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.replace(/^#/u, ""));
  const binding = await read.chats.find(chat);
  const tags = binding ? await read.notifications.recentTags(chat, MOST_SUGGESTIONS, binding.workspaceId) : [];
  return tags
    .filter((tag) => fold(tag).startsWith(wanted))
    .map((tag) => ({ label: `#${tag}`, value: tag }))
    .filter(isWhole);
}

/** Discord takes no longer values, and one that is cut would name somebody else. */
const isWhole = ({ value }: Suggestion): boolean => value.length <= 100;
