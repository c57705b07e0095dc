import { forwardAlert } from "../../src/app/forward.ts";
import type { ForwardParts } from "../../src/app/incidents.ts";
import type { Alert } from "../../src/core/alert.ts";
import { plainText } from "../../src/core/richText.ts";
import { DEFAULT_OPTIONS, type RuleDefinition, type RuleOptions } from "../../src/core/rule.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { createPatterns } from "../../src/patterns.ts";
import { addPeople, addWorkspace, message } from "./entries.ts";
import { openTestStore } from "./store.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A chat's alert, as its source tells it. */
export const alert = (change: Partial<Alert> = {}): Alert => ({
  origin: { kind: "message", at: message(String(Math.random())) },
  author: { kind: "bot", id: "9", name: "Grafana" },
  place: "Ops",
  text: [{ text: "Disk full" }],
  fields: [],
  media: [],
  parts: [],
  tags: [],
  status: "firing",
  at: 0,
  edited: false,
  ...change,
});

export const sourceChat = { platform: "telegram", chatId: "-100", threadId: "" } as const;

type Changed = Partial<Omit<RuleDefinition, "options">> & { options?: Partial<RuleOptions> };

export const definition = ({ options, ...change }: Changed = {}): RuleDefinition => ({
  source: { kind: "chat", chat: sourceChat },
  filter: {},
  targets: [{ kind: "person", bitrixId: 7 }],
  options: { ...DEFAULT_OPTIONS, ...options },
  ...change,
});

/** A workspace with a bound chat, two persons and a clock that stands until it is moved. */
export async function openAlerts() {
  const { store, file, databaseUrl, secretKeys } = await openTestStore();
  const workspace = await addWorkspace(store);
  const clock = { now: Date.parse("2026-01-05T12:00:00Z") };
  const [anna = 0, bert = 0] = await store.tx(async (tx) => {
    await tx.chats.bind({ ...sourceChat, workspaceId: workspace.id, senders: "everyone" }, clock.now);
    return addPeople(tx, workspace.id, [7, 8]);
  });
  const parts: ForwardParts = { wordsIn, clock: () => clock.now, log: silent, compile: createPatterns() };
  const addRule = (name: string, change?: Changed) =>
    store.tx((tx) => tx.rules.add({ workspaceId: workspace.id, name, ...definition(change) }, clock.now));
  const forward = (said: Alert) => store.tx((tx) => forwardAlert(tx, said, parts));
  /** Every notification to somebody, in order. */
  const told = async (personId = anna) => {
    const byNotification = Map.groupBy(
      (await store.read.deliveries.list({ limit: 1_000 })).filter((delivery) => delivery.personId === personId),
      ({ notificationId }) => notificationId,
    );
    const all = [];
    for (const [id, deliveries] of [...byNotification].toSorted(([one], [other]) => one - other)) {
      const notification = await store.read.notifications.byId(id);
      if (notification) all.push({ ...notification, deliveries });
    }
    return all;
  };
  const everyIncident = async () => {
    const all = [];
    for (let id = 1; ; id += 1) {
      const incident = await store.read.incidents.byId(id);
      if (!incident) return all;
      all.push(incident);
    }
  };
  const texts = async (personId?: number) => (await told(personId)).map(({ text }) => plainText(text));
  const database = { file, databaseUrl, secretKeys };
  return { store, file, database, workspace, clock, anna, bert, parts, addRule, forward, told, texts, everyIncident };
}
