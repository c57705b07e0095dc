import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPortal } from "../adapters/bitrix24/portal.ts";
import { openStore } from "../adapters/database/store.ts";
import { startPortal } from "../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../src/app/alarm.ts";
import { deliver } from "../src/app/deliver.ts";
import { DEFAULT_SETTINGS } from "../src/app/settings.ts";
import { wordsIn } from "../src/messages/catalogue.ts";

/** Notifications to each of so many people: past the free burst of 50 requests, so that the steady rate counts too. */
const PEOPLE = 1_000;
const EACH = 4;
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const METER = { portalAnswered() {}, operating() {} };

/**
 * How fast an ordinary plan's portal takes what is queued (bucket of 50 requests, 2 a second), with `seconds` of portal time for
 * each notification: against the time that the bucket alone would need.
 */
async function measure(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "herald24-bench-"));
  const users = Array.from({ length: PEOPLE }, (_, index) => ({
    id: index + 1,
    name: "P",
    lastName: "",
    active: true,
    admin: true,
  }));
  const sandbox = await startPortal({ users, tags: "honoured", secondsPerNotification: seconds });
  const store = await openStore({
    databaseUrl: `file:${join(folder, "bench.sqlite")}`,
    secretKeys: [randomBytes(32)],
    mayCreate: true,
    version: "0.0.0",
    clock: Date.now,
  });
  const total = PEOPLE * EACH;
  await store.tx(async (tx) => {
    const credentials = { kind: "webhook", url: sandbox.webhookUrl(1) } as const;
    const { id } = await tx.workspaces.add(
      { name: "bench", host: sandbox.host, credentials, settings: DEFAULT_SETTINGS },
      Date.now(),
    );
    await tx.workspaces.set(id, { tags: "honoured" });
    const persons = [];
    for (const { id: bitrixId } of users) persons.push(await tx.people.addPerson({ workspaceId: id, bitrixId }));
    for (let round = 0; round < EACH; round += 1) {
      await tx.notifications.add({
        uid: `${round}`,
        workspaceId: id,
        source: { platform: "telegram", chatId: "-1", threadId: "", messageId: `${round}` },
        senderUserId: "1",
        senderName: "Bench",
        origin: "Telegram",
        text: [{ text: `Round ${round}` }],
        senderLanguage: "en",
        createdAt: Date.now(),
        expiresAt: Date.now() + 3_600_000,
        attachments: [],
        recipients: persons.map((person) => ({
          personId: person.id,
          bitrixId: person.bitrixId,
          tag: `h24.m.${round}.${person.bitrixId}`,
          subTag: "s",
        })),
      });
    }
  });
  const portal = createPortal({
    version: "0.0.0",
    privateHosts: [sandbox.host],
    saveTokens: async () => {},
    clock: Date.now,
    log: QUIET,
  });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  sandbox.onNotification(() => {
    if (sandbox.allNotifications.length >= total) resolve();
  });
  const stop = new AbortController();
  const startedAt = performance.now();
  const running = deliver(
    {
      store,
      portal,
      wordsIn,
      clock: Date.now,
      random: Math.random,
      log: QUIET,
      meter: METER,
      alarm: createAlarm(),
      receiptAlarm: createAlarm(),
    },
    { stop: stop.signal, abort: new AbortController().signal },
  );
  await done;
  const took = (performance.now() - startedAt) / 1_000;
  stop.abort();
  await running;
  const requests = total / 50;
  // The first 50 requests are free; each further one waits for half a second.
  const bound = Math.max((requests - 50) / 2, (total * seconds) / 8);
  const refused = sandbox.requests.filter(({ status }) => status === 503).length;
  const once = new Set(sandbox.allNotifications.map(({ tag }) => tag)).size;
  console.log(
    `${total} notifications, ${(seconds * 1_000).toFixed(0)} ms each`.padEnd(40),
    `${took.toFixed(1)} s, ${(total / took).toFixed(0)}/s; the limit alone needs ${bound.toFixed(1)} s, ratio ${(took / bound).toFixed(2)};`,
    `503: ${refused}; duplicates: ${total - once}`,
  );
  if (refused > 0 || once !== total || took / bound > 1.3) process.exitCode = 1;
  await Promise.allSettled([portal.close(), store.close(), sandbox.close()]);
  rmSync(folder, { recursive: true, force: true });
}

for (const seconds of [0, 0.04]) await measure(seconds);
