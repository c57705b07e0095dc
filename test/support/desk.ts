import { createAlarm } from "../../src/app/alarm.ts";
import { createIntake } from "../../src/app/intake.ts";
import type { Intake } from "../../src/app/ports.ts";
import { slotOf } from "../../src/app/receipts.ts";
import type { Delivery } from "../../src/app/store/deliveries.ts";
import type { Wish } from "../../src/app/store/queues.ts";
import type { Store } from "../../src/app/store/store.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import type { IncomingMessage, MessageRef } from "../../src/core/chat.ts";
import type { SendersPolicy } from "../../src/core/permissions.ts";
import { plain, type RichText } from "../../src/core/richText.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { createPatterns } from "../../src/patterns.ts";
import { addWorkspace } from "./entries.ts";
import { openTestStore } from "./store.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Times in these tests count from here. */
export const NOW = 1_700_000_000_000;
export const IVAN = { kind: "person", userId: "77", username: "ivan", name: "Ivan" } as const;

/** A chat bound to a workspace in a real store, where tests write as people do and read what came of it. */
export interface Desk {
  readonly store: Store;
  /** The database file. */
  readonly file: string;
  readonly secretKeys: readonly Uint8Array[];
  readonly intake: Intake;
  readonly workspace: Workspace;
  now: number;
  /** How many commands were not taken, by the bound that was reached. */
  readonly shed: ReadonlyMap<string, number>;
  /** Writes a command in the bound group, answers where. */
  say(text: string | RichText, more?: Partial<IncomingMessage>): Promise<MessageRef>;
  wish(at: MessageRef): Promise<Wish | undefined>;
  deliveries(at: MessageRef): Promise<readonly Delivery[]>;
  map(username: string, bitrixId: number, name?: string): Promise<void>;
}

export async function openDesk(options: { senders?: SendersPolicy; unbound?: boolean } = {}): Promise<Desk> {
  const { store, file, secretKeys } = await openTestStore();
  const workspace = await addWorkspace(store);
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  const { senders = "everyone", unbound = false } = options;
  if (!unbound) await store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: workspace.id, senders }, NOW));
  let messages = 0;
  const shed = new Map<string, number>();
  const desk: Desk = {
    shed,
    store,
    file,
    secretKeys,
    workspace,
    now: NOW,
    intake: createIntake({
      store,
      wordsIn,
      clock: () => desk.now,
      log: SILENT,
      meter: { shed: (_, bound, count) => void shed.set(bound, (shed.get(bound) ?? 0) + count) },
      compile: createPatterns(),
      botName: () => "herald24_bot",
      stored: createAlarm(),
      changed: createAlarm(),
    }),
    async say(text, more = {}) {
      messages += 1;
      const message: IncomingMessage = {
        at: { ...chat, messageId: String(messages) },
        place: { kind: "group", title: "Ops" },
        sender: IVAN,
        text: typeof text === "string" ? plain(text) : text,
        media: [],
        parts: [],
        sentAt: desk.now,
        edited: false,
        ...more,
      };
      await desk.intake.message(message, []);
      return message.at;
    },
    wish: async (at) => (await store.read.receipts.bySlot(slotOf(at)))?.wish,
    async deliveries(at) {
      const notifications = await store.read.notifications.bySource(at);
      return (await Promise.all(notifications.map(({ id }) => store.read.deliveries.ofNotification(id)))).flat();
    },
    async map(username, bitrixId, name) {
      const named = name === undefined ? {} : { name };
      await store.tx((tx) =>
        tx.people.map({ workspaceId: workspace.id, bitrixId, platform: "telegram", username, ...named }),
      );
    },
  };
  return desk;
}
