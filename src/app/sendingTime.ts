import { type ChatRef, chatKey } from "../core/chat.ts";
import { aheadOf, forecastSeconds, roundTime } from "../core/forecast.ts";
import { FRESH_PACE } from "../core/pacing.ts";
import { isMeasured, TYPICAL_TIME } from "../core/portalTime.ts";
import type { Words } from "./ports.ts";
import { methodOf } from "./shipment.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** How long sending takes. `least`: how long the portal takes for one is not known yet. */
export type SendingTime =
  | { readonly kind: "about" | "least"; readonly seconds: number }
  | { readonly kind: "suspended" };

/** How long it takes from now on to send `count` new deliveries of a chat, with all that waits for the portal already. */
export async function sendingTime(
  tx: Repositories,
  workspace: Workspace,
  { chat, count, now, slowness = 1 }: { chat: ChatRef; count: number; now: number; slowness?: number | undefined },
): Promise<SendingTime> {
  if (workspace.suspended) return { kind: "suspended" };
  const from = { workspaceId: workspace.id, chat: chatKey(chat) };
  const ahead = aheadOf(count, from, await tx.deliveries.waitingFor(workspace.host));
  const restsUntil = await tx.pacing.methodRest(workspace.id, methodOf(workspace));
  const pace = (await tx.pacing.get(workspace.host)) ?? FRESH_PACE;
  const seconds = forecastSeconds({ fresh: count, ahead, restsUntil, slowness }, pace, now);
  return { kind: isMeasured(pace.time) ? "about" : "least", seconds };
}

/** How long a sender waits until `count` of what a chat has waiting are gone, while other chats have their turns. */
export async function waitingTime(
  tx: Repositories,
  { host, id: workspaceId }: Workspace,
  { chat, count, now }: { chat: ChatRef; count: number; now: number },
): Promise<number> {
  const from = { workspaceId, chat: chatKey(chat) };
  const others = (await tx.deliveries.waitingFor(host)).filter((each) => each.chat !== from.chat);
  const pace = (await tx.pacing.get(host)) ?? FRESH_PACE;
  const time = isMeasured(pace.time) ? pace.time : TYPICAL_TIME;
  return forecastSeconds({ fresh: 0, ahead: aheadOf(count, from, others) }, { ...pace, time }, now);
}

export function timeText(words: Words, time: SendingTime): string {
  if (time.kind === "suspended") return words.say("confirm-takes-suspended");
  const { unit, count } = roundTime(time.seconds);
  const text = words.say(`confirm-takes-${unit}`, { count });
  return time.kind === "about" ? text : words.say("confirm-takes-least", { time: text });
}

/** So much another time is the same to whoever waits. */
const SAME_SHARE = 0.15;
const SAME_SECONDS = 2;

/** Whether somebody who was told `before` should hear that it has changed. */
export function hasChanged(before: SendingTime, after: SendingTime): boolean {
  if (before.kind === "suspended" || after.kind === "suspended") return before.kind !== after.kind;
  const difference = Math.abs(after.seconds - before.seconds);
  return difference > SAME_SECONDS && difference > before.seconds * SAME_SHARE;
}
