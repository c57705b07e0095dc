import type { Platform } from "../core/chat.ts";
import type { CompilePattern } from "../core/pattern.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { type AlertParts, type Forward, forwardAlerts } from "./alerts.ts";
import { createBudget } from "./budget.ts";
import { type ChoreHandlers, type ChoreParts, doChores } from "./chores.ts";
import { followClock } from "./clockSetBack.ts";
import { closeExpired } from "./confirm.ts";
import { type DeliverParts, deliver, type Signals } from "./deliver.ts";
import { keepForgetting } from "./forget.ts";
import { forwardAlert } from "./forward.ts";
import { emptyInbox } from "./inbox.ts";
import { keepTimers } from "./incidentTimers.ts";
import { linkChore } from "./linkChore.ts";
import { KEPT_MS } from "./linkLimits.ts";
import { fetchMedia, type MediaParts } from "./media.ts";
import { keepMedia } from "./mediaUpkeep.ts";
import { paced } from "./paced.ts";
import { peopleChores } from "./peopleChores.ts";
import { keepPortals } from "./portalUpkeep.ts";
import type { ChatAdapter } from "./ports.ts";
import type { FileParts } from "./postFetch.ts";
import { showPosts } from "./posts.ts";
import { expire } from "./removing.ts";
import type { Quiet } from "./rooms.ts";
import { showReceipts } from "./show.ts";
import type { Store } from "./store/store.ts";
import { supervise } from "./supervise.ts";

const HOUSEKEEPING_MS = 30_000;
const ALBUM_LIFE_MS = 86_400_000;
/** For so long a hook's delivery, or a request of the API, that comes again is known; GitHub redelivers what is up to three days old. */
const REPEATS_MS = 7 * 86_400_000;

/** What wakes the loops; each of them also looks by itself from time to time. */
export interface Alarms {
  readonly inbox: Readonly<Record<Platform, Alarm>>;
  readonly receipts: Readonly<Record<Platform, Alarm>>;
  readonly posts: Readonly<Record<Platform, Alarm>>;
  readonly deliver: Alarm;
  readonly media: Alarm;
  readonly chores: Alarm;
  /** Of incidents: their timers. */
  readonly incidents: Alarm;
  /** Of what hooks have taken. */
  readonly alerts: Alarm;
  readonly all: readonly Alarm[];
}

export function createAlarms(): Alarms {
  const inbox = { telegram: createAlarm(), discord: createAlarm() };
  const receipts = { telegram: createAlarm(), discord: createAlarm() };
  const posts = { telegram: createAlarm(), discord: createAlarm() };
  const deliver = createAlarm();
  const media = createAlarm();
  const chores = createAlarm();
  const incidents = createAlarm();
  const alerts = createAlarm();
  const all = [
    ...Object.values(inbox),
    ...Object.values(receipts),
    ...Object.values(posts),
    deliver,
    media,
    chores,
    incidents,
    alerts,
  ];
  return { inbox, receipts, posts, deliver, media, chores, incidents, alerts, all };
}

/**
 * Rings several, each when what the one before does at once is done: of what a message leads to, the portal's request is waited for
 * the most, and a look at every other queue first would put it off.
 */
export const ringing = ([first, ...others]: readonly Alarm[]): Pick<Alarm, "ring"> => ({
  ring() {
    first?.ring();
    for (const other of others) setImmediate(() => other.ring());
  },
});

export interface ServiceParts extends Omit<DeliverParts, "alarm" | "receiptAlarm"> {
  readonly alarms: Alarms;
  readonly compile: CompilePattern;
  readonly meter: DeliverParts["meter"] & AlertParts["meter"];
  readonly adapters: readonly ChatAdapter[];
  readonly media: Omit<MediaParts, keyof DeliverParts | "alarm" | "deliverAlarm">;
  /** Handlers of chores besides those that need no more than is here. */
  readonly chores: Omit<ChoreHandlers, "link" | "search" | "map">;
}

/** Runs every loop of the service until told to stop; resolves when all of them have ended. */
export async function runLoops(parts: ServiceParts, signals: Signals): Promise<void> {
  const { alarms, adapters, log } = parts;
  const budget = parts.budget ?? createBudget(parts);
  // The outbox books with its claim; all others before they ask.
  const others = { ...parts, portal: paced(parts.portal, budget) };
  const { stop } = signals;
  const receiptAlarm = ringing(Object.values(alarms.receipts));
  const told = ringing([alarms.deliver, alarms.media, ...Object.values(alarms.posts)]);
  const media: MediaParts = {
    ...parts,
    ...parts.media,
    alarm: alarms.media,
    deliverAlarm: alarms.deliver,
    receiptAlarm,
  };
  const loops = [
    supervise("deliver", log, () => deliver({ ...parts, budget, alarm: alarms.deliver, receiptAlarm }, signals), stop),
    supervise("media", log, () => fetchMedia(media, stop), stop),
    supervise("media.upkeep", log, () => keepMedia(media, stop), stop),
    supervise("housekeeping", log, () => keepHouse(parts, stop), stop),
    supervise("portals", log, () => keepPortals({ ...others, receiptAlarm }, stop), stop),
    supervise("forgetting", log, () => keepForgetting(parts, stop), stop),
    supervise("chores", log, () => doChores(choreParts(others), stop), stop),
    supervise("incidents", log, () => keepTimers({ ...parts, alarm: alarms.incidents, changed: told }, stop), stop),
    supervise("alerts", log, () => forwardAlerts(alertParts(parts), stop), stop),
    supervise("watch", log, () => watchStore(parts.store, alarms, stop), stop),
    ...adapters.flatMap((adapter) => adapterLoops(adapter, { ...parts, files: media }, stop)),
  ];
  await Promise.all(loops);
}

function alertParts(parts: ServiceParts): AlertParts {
  const { store, clock, log, meter, alarms } = parts;
  const changed = ringing([alarms.deliver, alarms.media, alarms.incidents, ...Object.values(alarms.posts)]);
  const forward: Forward = (tx, alert) => forwardAlert(tx, alert, parts);
  return { store, forward, alarm: alarms.alerts, changed, clock, log, meter };
}

function choreParts(parts: ServiceParts): ChoreParts {
  const { store, clock, log, alarms, chores } = parts;
  const changed = ringing([alarms.deliver, ...Object.values(alarms.receipts)]);
  return {
    store,
    clock,
    log,
    chores: { link: linkChore(parts), ...peopleChores(parts), ...chores },
    alarm: alarms.chores,
    changed,
  };
}

function adapterLoops(
  adapter: ChatAdapter,
  given: Pick<ServiceParts, "store" | "alarms" | "clock" | "log" | "wordsIn" | "publicUrl"> & { files: FileParts },
  stop: AbortSignal,
): readonly Promise<void>[] {
  const { platform, messenger, poster } = adapter;
  const { log, alarms } = given;
  const parts = { ...given, messenger, poster, quietUntil: new Map() satisfies Quiet };
  const inbox = { ...parts, adapter, alarm: alarms.inbox[platform] };
  const receipts = { ...parts, alarm: alarms.receipts[platform] };
  const posts = { ...parts, alarm: alarms.posts[platform] };
  return [
    supervise(`${platform}.inbox`, log, () => emptyInbox(inbox, stop), stop),
    supervise(`${platform}.receipts`, log, () => showReceipts(platform, receipts, stop), stop),
    supervise(`${platform}.posts`, log, () => showPosts(platform, posts, stop), stop),
  ];
}

/** Commands of the CLI, and other processes, change the store beside us: whatever waits looks again. */
async function watchStore(store: Store, alarms: Alarms, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await store.changedElsewhere(stop);
    ringing(alarms.all).ring();
  }
}

type HouseParts = Pick<ServiceParts, "store" | "clock" | "wordsIn" | "log" | "alarms">;

/** Gives up what is past its deadline and erases what is no longer needed. */
export async function keepHouse({ store, clock, wordsIn, log, alarms }: HouseParts, stop: AbortSignal): Promise<void> {
  const pause = createAlarm();
  let before: number | undefined;
  while (!stop.aborted) {
    const now = clock();
    const expired = await store.read.deliveries.expired(now);
    for (const { trace, id, notificationId } of expired)
      log.warn({ trace, delivery: id, notification: notificationId }, "deadline passed");
    const pulledIn = await store.tx(async (tx) => {
      await expire(tx, expired, { wordsIn, now });
      await closeExpired(tx, { wordsIn, now });
      await tx.inbox.forget(now - ALBUM_LIFE_MS);
      await tx.permits.forget(now);
      await tx.rates.forget(now);
      await tx.notifications.dropSecrets(now);
      await tx.links.forget(now - KEPT_MS);
      await tx.hooks.forget(now - REPEATS_MS);
      // What happened while the service was not running is not known.
      return followClock(tx, { now, wasSetBack: before === undefined || now < before });
    });
    before = now;
    // What was given up, and what nobody answered in time, is told in the chats; nothing else would wake their queues on a quiet day.
    ringing(Object.values(alarms.receipts)).ring();
    if (pulledIn > 0) {
      log.warn({ rows: pulledIn }, "the clock was set back: what was due long after now is due now");
      ringing(alarms.all).ring();
    }
    await pause.wait(HOUSEKEEPING_MS, stop);
  }
}
