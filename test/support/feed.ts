import { expect, onTestFinished } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { deliver } from "../../src/app/deliver.ts";
import type { Log, Meter, Portal as PortalClient } from "../../src/app/ports.ts";
import type { Delivery } from "../../src/app/store/deliveries.ts";
import type { MessageRef } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, openDesk } from "./desk.ts";

const METER: Meter = { portalAnswered: () => {}, operating: () => {} };
/** Keeps nothing. */
export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A desk whose workspace is a real, emulated portal, with Anna (7) and Boris (8) mapped. */
export interface FeedDesk extends Desk {
  readonly portal: Portal;
  /** Ours, of that portal. */
  readonly client: PortalClient;
  /** Begins to deliver, until the test is over or it is stopped. */
  start(): void;
  stop(): Promise<void>;
  /** Resolves when nothing of the message waits any more: all deliveries that it ever had. */
  settled(at: MessageRef): Promise<readonly Delivery[]>;
  /** Texts in somebody's feed, as they were typed. */
  texts(bitrixId: number): readonly string[];
}

export async function openFeed(
  options: { portal?: PortalOptions; tags?: "honoured" | "ignored"; actsAs?: number; totalMs?: number } = {},
): Promise<FeedDesk> {
  const { tags = "honoured", actsAs = 1, totalMs = 30_000 } = options;
  const portal = await startPortal({ tags, ...options.portal });
  onTestFinished(() => portal.close());
  const desk = await openDesk();
  desk.now = Date.now();
  const { store, workspace } = desk;
  await desk.map("anna", 7, "Anna");
  await desk.map("boris", 8, "Boris");
  const credentials = { kind: "webhook", url: portal.webhookUrl(actsAs) } as const;
  await store.tx((tx) => tx.workspaces.set(workspace.id, { host: portal.host, credentials, tags }));
  const client = createPortal({
    version: "0.0.0",
    privateHosts: [portal.host],
    saveTokens: async () => {},
    clock: Date.now,
    log: SILENT,
    limits: { totalMs },
  });
  onTestFinished(() => client.close());
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  const stop = async (): Promise<void> => {
    running?.stop.abort();
    await running?.ended;
    running = undefined;
  };
  onTestFinished(stop);
  const all = async (at: MessageRef): Promise<readonly Delivery[]> => {
    const sent = await store.read.notifications.sentBy(at);
    return (await Promise.all(sent.map(({ id }) => store.read.deliveries.ofNotification(id)))).flat();
  };
  return Object.assign(desk, {
    portal,
    client,
    start() {
      const controller = new AbortController();
      const parts = { store, portal: client, wordsIn, clock: Date.now, random: () => 0, log: SILENT, meter: METER };
      const alarms = { alarm: createAlarm(), receiptAlarm: createAlarm() };
      const signals = { stop: controller.signal, abort: controller.signal };
      running = { stop: controller, ended: deliver({ ...parts, ...alarms }, signals) };
    },
    stop,
    async settled(at: MessageRef) {
      await expect.poll(async () => (await all(at)).every(({ state }) => state === "settled")).toBe(true);
      return all(at);
    },
    texts: (bitrixId: number) =>
      portal
        .feed(bitrixId)
        .map(({ text }) => text.split("\n").find((line) => line !== "" && !line.includes("Ivan")) ?? ""),
  });
}
