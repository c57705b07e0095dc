import type { ChatRef } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import type { Clock } from "./ports.ts";

/** Until when rooms want to hear nothing, in epoch milliseconds. In memory: after a restart the platform says so again. */
export type Quiet = Map<string, number>;

/** What flood control counts by: on Telegram the chat with all its topics, on Discord the channel. */
export const roomOf = ({ platform, chatId, threadId }: ChatRef): string =>
  platform === "telegram" ? chatId : `${chatId}/${threadId}`;

export interface RoomWork<T> {
  due(): Promise<readonly T[]>;
  nextDue(): Promise<number | undefined>;
  roomOf(item: T): string;
  /** All that is due in one room, one after the other. */
  work(items: readonly T[]): Promise<void>;
  readonly alarm: Alarm;
  readonly clock: Clock;
}

/** While rooms are being told something, others are looked after this often, in milliseconds. */
const BUSY_LOOK_MS = 200;

/** Works in all rooms side by side until `signal` aborts, so that none holds up another; rejects with what `work` rejects with. */
export async function inRooms<T>(rooms: RoomWork<T>, signal: AbortSignal): Promise<void> {
  const { alarm, clock } = rooms;
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  while (!signal.aborted && failures.length === 0) {
    const due = Map.groupBy(await rooms.due(), rooms.roomOf);
    const idle = [...due].filter(([room]) => !busy.has(room));
    for (const [room, items] of idle) {
      const worked = rooms
        .work(items)
        .catch((error: unknown) => void failures.push(error))
        .then(() => {
          busy.delete(room);
          alarm.ring();
        });
      busy.set(room, worked);
    }
    if (idle.length > 0) continue;
    const next = busy.size > 0 ? clock() + BUSY_LOOK_MS : await rooms.nextDue();
    await alarm.wait(next === undefined ? Number.POSITIVE_INFINITY : Math.max(next - clock(), 1), signal);
  }
  await Promise.all(busy.values());
  if (failures.length > 0) throw failures[0];
}
