import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import { openStore } from "../../adapters/database/store.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { type DeliverParts, deliver } from "../../src/app/deliver.ts";
import { DEFAULT_SETTINGS } from "../../src/app/settings.ts";
import type { Repositories, Store } from "../../src/app/store/store.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A folder that is gone when this process ends, however it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "herald24-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
  return folder;
}

interface Place {
  readonly databaseUrl: string;
  readonly secretKeys: readonly Uint8Array[];
}

export const newPlace = (folder: string, name = "bench"): Place => ({
  databaseUrl: `file:${join(folder, `${name}.sqlite`)}`,
  secretKeys: [randomBytes(32)],
});

export const openAt = (place: Place): Promise<Store> =>
  openStore({ ...place, mayCreate: true, version: "0.0.0", clock: Date.now });

/** A workspace reached by a webhook, whose portal honours tags, and its people: those of the portal with the ids 1 to so many. */
export async function addWorkspace(tx: Repositories, { name, webhook, people }: NewWorkspace) {
  const host = new URL(webhook).host;
  const credentials = { kind: "webhook", url: webhook } as const;
  const { id } = await tx.workspaces.add({ name, host, credentials, settings: DEFAULT_SETTINGS }, Date.now());
  await tx.workspaces.set(id, { tags: "honoured" });
  const persons: Person[] = [];
  for (let bitrixId = 1; bitrixId <= people; bitrixId += 1)
    persons.push({ id: (await tx.people.addPerson({ workspaceId: id, bitrixId })).id, bitrixId });
  return { id, persons };
}

interface NewWorkspace {
  readonly name: string;
  readonly webhook: string;
  readonly people: number;
}

export interface Person {
  readonly id: number;
  readonly bitrixId: number;
}

/** One notification for each of these, with a receipt that tells its sender, as a command in a chat makes them. */
export async function notify(tx: Repositories, workspaceId: number, persons: readonly Person[], chatId = "-1") {
  const uid = randomUUID();
  const source = { platform: "telegram", chatId, threadId: "", messageId: uid } as const;
  const now = Date.now();
  const recipients = persons.map(({ id, bitrixId }) => ({
    personId: id,
    bitrixId,
    tag: `h24.m.${uid}.${bitrixId}`,
    subTag: "s",
  }));
  await tx.notifications.add({
    uid,
    workspaceId,
    source,
    senderUserId: "1",
    senderName: "Bench",
    origin: "Telegram",
    text: [{ text: `Round ${uid}` }],
    senderLanguage: "en",
    createdAt: now,
    expiresAt: now + 3_600_000,
    attachments: [],
    recipients,
  });
  const slot = `telegram:${chatId}:${uid}`;
  await tx.receipts.wish(slot, source, { mark: "stored", markText: "" }, now);
}

/** What `deliver` needs, over a store and portals at these addresses. */
export function outboxParts(store: Store, hosts: readonly string[]) {
  const portal = createPortal({
    version: "0.0.0",
    privateHosts: hosts,
    saveTokens: async () => {},
    clock: Date.now,
    log: SILENT,
  });
  const meter = { portalAnswered() {}, operating() {} };
  const tools = { store, portal, wordsIn, clock: Date.now, random: Math.random, log: SILENT, meter };
  const parts: DeliverParts = { ...tools, alarm: createAlarm(), receiptAlarm: createAlarm() };
  return { parts, close: () => portal.close() };
}

/** The outbox at work on what a store holds; `close` ends it. */
export function startOutbox(store: Store, hosts: readonly string[]) {
  const { parts, close } = outboxParts(store, hosts);
  const stop = new AbortController();
  const running = deliver(parts, { stop: stop.signal, abort: new AbortController().signal });
  return {
    /** There may be something to send. */
    ring: () => parts.alarm.ring(),
    async close() {
      stop.abort();
      parts.alarm.ring();
      await running;
      await close();
    },
  };
}
