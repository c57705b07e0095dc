import { setTimeout as pause } from "node:timers/promises";
import { createAlarm } from "../src/app/alarm.ts";
import { createBudget } from "../src/app/budget.ts";
import { createIntake } from "../src/app/intake.ts";
import { paced } from "../src/app/paced.ts";
import { slotOf } from "../src/app/receipts.ts";
import { sendingTime } from "../src/app/sendingTime.ts";
import type { Store } from "../src/app/store/store.ts";
import type { IncomingMessage } from "../src/core/chat.ts";
import { plain } from "../src/core/richText.ts";
import { slowness } from "../src/main/slowness.ts";
import { wordsIn } from "../src/messages/catalogue.ts";
import { createPatterns } from "../src/patterns.ts";
import { now } from "./support/clock.ts";
import { addWorkspace, newPlace, openAt, outboxParts, startOutbox, temporaryFolder } from "./support/outbox.ts";
import { startPortals } from "./support/portals.ts";
import { reportForecast } from "./support/report.ts";

/**
 * What the sender of a notification for many is told about how long it takes, against how long it then does: from the confirmation
 * until the last has arrived. Each portal is asked for a single notification before, as connecting it does, and for nothing else;
 * then once more with what was learnt, its bucket still as full as the first left it.
 */
const PEOPLE = [300, 3_000] as const;
const PORTAL_MS = [0, 2, 10, 40, 150] as const;
const ROUND_TRIP_MS = 30;
const CHAT = { platform: "telegram", chatId: "-100", threadId: "" } as const;
const SENDER = { kind: "person", userId: "77", username: "ivan", name: "Ivan" } as const;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
/** At 150 ms a call the method's time of ten minutes is used up by 2,800 of them, and waiting for more takes another ten. */
const isSoon = (people: number, perCall: number): boolean => perCall <= 0.1 || people * perCall < 200;

/** Writes commands in the bound chat, answers what was said. */
function openChat(store: Store, changed: { ring(): void }) {
  const parts = { store, wordsIn, clock: Date.now, log: SILENT, meter: { shed() {} }, compile: createPatterns() };
  const intake = createIntake({ ...parts, slowness, botName: () => "bench_bot", stored: createAlarm(), changed });
  let last = 0;
  return async (text: string): Promise<string> => {
    last += 1;
    const at = { ...CHAT, messageId: String(last) };
    const content = { text: plain(text), media: [], parts: [] };
    const place = { kind: "group", title: "Ops" } as const;
    const message: IncomingMessage = { at, place, sender: SENDER, ...content, sentAt: Date.now(), edited: false };
    await intake.message(message, []);
    return (await store.read.receipts.bySlot(slotOf(at)))?.wish.text ?? "";
  };
}

async function openPortal(perCall: number, people: number) {
  const wish = { people, secondsPerNotification: perCall, roundTripMs: ROUND_TRIP_MS };
  const portals = await startPortals(wish);
  const store = await openAt(newPlace(temporaryFolder()));
  const [webhook = ""] = portals.webhooks;
  const workspace = await store.tx(async (tx) => {
    const { id, persons } = await addWorkspace(tx, { name: "bench", webhook, people });
    const all = persons.map((person) => person.id);
    await tx.people.setGroup(id, "all", all);
    await tx.chats.bind({ ...CHAT, workspaceId: id, senders: "everyone" }, Date.now());
    return tx.workspaces.byId(id);
  });
  if (!workspace) throw new Error("the workspace is gone");
  const { parts, close } = outboxParts(store, [workspace.host]);
  const asking = paced(parts.portal, createBudget(parts));
  const params = { USER_ID: 1, MESSAGE: "First contact", TAG: "bench" };
  await asking.call(workspace, { method: "im.notify.personal.add", params }, new AbortController().signal);
  await close();
  return { portals, store, workspace };
}

async function measure(perCall: number, people: number): Promise<void> {
  const { portals, store, workspace } = await openPortal(perCall, people);
  const outbox = startOutbox(store, [workspace.host]);
  const say = openChat(store, outbox);
  let total = 1;
  for (const contact of ["first", "second"]) {
    const words = await say(`/notify @all ${contact}`);
    const time = await sendingTime(store.read, workspace, {
      chat: CHAT,
      count: people,
      now: Date.now(),
      slowness: slowness(),
    });
    if (time.kind !== "about") throw new Error(`nothing is known of the portal: ${words}`);
    const beganAt = now();
    await say("/notify yes");
    total += people;
    if (!(await portals.reached(total))) throw new Error("not all of them have arrived");
    const took = ((await portals.tally()).lastAt - beganAt) / 1_000;
    const said = /takes about [^.]+(?:\.\d+ \w+)?/u.exec(words)?.[0] ?? words;
    const what = `forecast, ${people} at t = ${perCall * 1_000} ms, ${contact} time`;
    reportForecast(what, { forecast: time.seconds, took, said });
    // What is still being written down must not count among the next.
    await pause(1_000);
  }
  await outbox.close();
  await Promise.allSettled([store.close(), portals.close()]);
}

for (const people of PEOPLE)
  for (const ms of PORTAL_MS) if (isSoon(people, ms / 1_000)) await measure(ms / 1_000, people);
