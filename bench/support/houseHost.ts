import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { startDiscord } from "../../sandbox/discord/server.ts";
import { startTelegram } from "../../sandbox/telegram/server.ts";
import { answerAsked } from "./answering.ts";
import { now } from "./clock.ts";

/** Chat platforms and a portal without limits, in a process of their own; the service is another one. */
const question = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open") }),
  /** Commands one after the other, each when the service has nothing left to do. */
  z.object({ kind: z.literal("ways"), commands: z.number() }),
  /** Commands of many people at once. */
  z.object({ kind: z.literal("flood"), commands: z.number(), people: z.number() }),
  /** Commands that wait at the portal: none of their requests is answered until `portal` is open again. */
  z.object({ kind: z.literal("hold"), commands: z.number() }),
  z.object({ kind: z.literal("release") }),
  z.object({ kind: z.literal("firstSend") }),
]);
type Question = z.infer<typeof question>;

/** Nobody writes faster than the service lets one person. */
const WRITERS = 40;
/** An ordinary portal takes two requests a second; faster, and the wait for that would be measured. */
const IDLE_MS = 520;
const LOOK_MS = 5;

const users = [
  { id: 1, name: "Ada", lastName: "Admin", active: true, admin: true },
  { id: 7, name: "Anna", lastName: "Orlova", active: true, admin: false },
];
const portal = await startPortal({ users, tags: "honoured", limits: "off", operatingLimitSeconds: "off" });
const telegram = await startTelegram({ token: `${7_000_001}:${"t".repeat(35)}` });
const discord = await startDiscord({ rateLimits: false });
const owner = telegram.createUser({ firstName: "Ivan", username: "ivan_k" });
/** Of one chat or topic the service takes 1,000 waiting commands; a flood is spread over so many that none of it is shed. */
const TOPICS = 20;
const topics = Array.from({ length: TOPICS }, (_, index) => `Topic ${index}`);
const group = telegram.createChat({ type: "supergroup", title: "Ops", owner, isForum: true, topics });
const threads = [...group.topics.values()];

const isSending = (method: string): boolean => method.startsWith("im.notify") || method === "batch";

/** Looks often: that updates are confirmed is no change that the emulator tells of. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(LOOK_MS);
}

function open() {
  return {
    portal: { host: portal.host, webhook: portal.webhookUrl(1) },
    telegram: { token: telegram.token, url: telegram.url, group: group.id },
    discord: { token: discord.token, url: discord.apiRoot },
  };
}

/** Seen before, as everybody is who has ever written in the group. */
async function writersOf(count: number) {
  const writers = Array.from({ length: count }, (_, index) => telegram.createUser({ firstName: `Writer ${index}` }));
  for (const writer of writers) telegram.say(group, writer, "hello");
  await until(() => telegram.pendingUpdates().length === 0);
  return writers;
}

/** From an update's arrival at Telegram to the request that has arrived at the portal, in milliseconds each. */
async function ways(commands: number): Promise<readonly number[]> {
  const writers = await writersOf(WRITERS);
  const waits: number[] = [];
  for (let number = 0; number < commands; number += 1) {
    const sent = firstSend();
    const at = now();
    telegram.say(group, writers[number % WRITERS] ?? owner, `/notify @anna Build ${number} is red`);
    waits.push((await sent) - at);
    await pause(IDLE_MS);
  }
  return waits;
}

/** The time until the last of them has been confirmed, which the service does once they are durable. */
async function flood(commands: number, people: number) {
  const writers = Array.from({ length: people }, (_, index) => telegram.createUser({ firstName: `Writer ${index}` }));
  // Seen once before, as everybody is who has ever written in the group.
  for (const writer of writers) telegram.say(group, writer, "hello");
  await until(() => telegram.pendingUpdates().length === 0);
  await telegram.pause();
  for (let number = 0; number < commands; number += 1) {
    const threadId = threads[number % TOPICS] ?? 0;
    telegram.say(group, writers[number % people] ?? owner, { text: `/notify @anna Flood ${number}`, threadId });
  }
  const former = telegram.calls.length;
  await telegram.resume();
  const isPolled = () =>
    telegram.calls.slice(former).some(({ method, status }) => method === "getUpdates" && status === 200);
  await until(isPolled);
  const startedAt = now();
  await until(() => telegram.pendingUpdates().length === 0);
  return { ms: now() - startedAt };
}

async function hold(commands: number): Promise<void> {
  portal.faults.add({ kind: "hang", executed: false, times: Number.MAX_SAFE_INTEGER });
  for (const [number, writer] of (await writersOf(commands)).entries())
    telegram.say(group, writer, `/notify @anna Held ${number}`);
  const began = () => portal.requests.some(({ method, status }) => isSending(method) && status === undefined);
  await until(() => telegram.pendingUpdates().length === 0);
  await until(began);
}

async function firstSend(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const off = portal.onRequest(({ method }) => isSending(method) && resolve(now()));
  const at = await promise;
  off();
  return at;
}

async function answer(asked: Question): Promise<unknown> {
  switch (asked.kind) {
    case "open":
      return open();
    case "ways":
      return ways(asked.commands);
    case "flood":
      return flood(asked.commands, asked.people);
    case "hold":
      return hold(asked.commands);
    case "release":
      return portal.faults.clear();
    case "firstSend":
      return firstSend();
    default:
      return asked satisfies never;
  }
}

answerAsked(question, answer);
