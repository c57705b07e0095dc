import { randomBytes } from "node:crypto";
import { expect, onTestFinished } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { doChores } from "../../src/app/chores.ts";
import { connectChores } from "../../src/app/connectChores.ts";
import type { ChatOutcome, SayTarget } from "../../src/app/ports.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openLines } from "../adapters/web/support.ts";
import { IVAN, openDesk } from "../support/desk.ts";

export const HOUR_MS = 3_600_000;
export const SCOPES = ["im", "user_basic", "disk", "imbot"];

export type Room = Awaited<ReturnType<typeof openRoom>>;

/** A desk, a portal that nobody has connected yet, and the chores that connecting takes. */
export async function openRoom(
  options: PortalOptions & { unbound?: boolean; removal?: ChatOutcome; listed?: readonly string[] } = {},
) {
  const desk = await openDesk({ unbound: options.unbound ?? false });
  const { store } = desk;
  const limits = { burst: 1_000, drainPerSecond: 1_000 };
  const webhooks = [{ userId: 1, code: randomBytes(8).toString("hex"), scopes: SCOPES }];
  const portal = await startPortal({ webhooks, limits, tags: "ignored", ...options });
  onTestFinished(() => portal.close());
  const clock = () => desk.now;
  const { log, lines } = openLines();
  const privateHosts = [portal.host, ...(options.listed ?? [])];
  const client = createPortal({ version: "0", privateHosts, saveTokens: async () => {}, clock: Date.now, log });
  onTestFinished(() => client.close());
  const removed: SayTarget[] = [];
  const remove = async (target: SayTarget): Promise<ChatOutcome> => {
    removed.push(target);
    return options.removal ?? { kind: "done" };
  };
  const messengers = { telegram: { remove }, discord: { remove } };
  const handlers = connectChores({ store, portal: client, wordsIn, clock, log, privateHosts, messengers });
  const never = async () => ({ kind: "done" }) as const;
  const chores = { ...handlers, link: never };
  /** Resolves when nothing is left to do, or nothing of these kinds. */
  const work = async (...kinds: readonly (keyof typeof chores)[]): Promise<void> => {
    const stop = new AbortController();
    const some = Object.fromEntries(Object.entries(chores).filter(([kind]) => kinds.some((each) => each === kind)));
    const meant = kinds.length === 0 ? chores : some;
    const parts = { store, chores: meant, clock, log, alarm: createAlarm(), changed: createAlarm() };
    const running = doChores(parts, stop.signal);
    const left = async () =>
      (await store.read.chores.due(desk.now, 99)).filter(
        ({ work: { kind } = {} }) => kind !== undefined && kind in meant,
      );
    await expect.poll(left).toEqual([]);
    stop.abort();
    await running;
  };
  const invite = async (): Promise<string> => {
    const code = randomBytes(16).toString("hex");
    await store.tx((tx) => tx.permits.issue(code, { kind: "invitation" }, desk.now + HOUR_MS));
    return code;
  };
  const privately = (text: string, more: Partial<IncomingMessage> = {}) =>
    desk.say(text, {
      at: { platform: "telegram", chatId: IVAN.userId, threadId: "", messageId: randomBytes(4).toString("hex") },
      place: { kind: "private", title: "Ivan" },
      ...more,
    });
  const textOf = async (at: Awaited<ReturnType<typeof privately>>) => (await desk.wish(at))?.text ?? "";
  const codeOf = new URL(portal.webhookUrl(1)).pathname.split("/")[3] ?? "";
  return { ...desk, desk, portal, removed, lines, work, invite, privately, textOf, codeOf };
}

/** The workspace that was made beside `main`. */
export async function made({ store }: Room) {
  const [workspace, ...more] = (await store.read.workspaces.list()).filter(({ name }) => name !== "main");
  if (!workspace || more.length > 0) throw new Error("one workspace was to be made");
  return workspace;
}

/** What was written down for good about attempts to connect, newest first. */
export const noted = async ({ store }: Room) =>
  (await store.read.audit.list({ action: "connect", limit: 99 })).map(({ actor, action, subject }) =>
    [actor, action, subject].join(" "),
  );

export const names = async ({ store }: Room) => (await store.read.workspaces.list()).map(({ name }) => name);
