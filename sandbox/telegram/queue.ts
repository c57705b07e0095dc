import type { Update, UpdateBody } from "./shapes.ts";

/** Bot API, getUpdates: incoming updates are kept for 24 hours at most; the server drops button presses after 150 s. */
const KEPT_MS = 24 * 3_600_000;
const CALLBACK_KEPT_MS = 150_000;

const ON_REQUEST_ONLY = new Set(["chat_member", "message_reaction", "message_reaction_count"]);
const KNOWN = new Set([
  ...["message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member"],
  ...["chat_member", "message_reaction", "message_reaction_count", "inline_query", "poll", "chat_join_request"],
  ...["business_connection", "business_message", "edited_business_message", "deleted_business_messages"],
  ...["chosen_inline_result", "shipping_query", "pre_checkout_query", "poll_answer", "chat_boost"],
  ...["removed_chat_boost", "purchased_paid_media", "guest_message", "stopped_message_generation", "subscription"],
]);

interface Entry {
  readonly update: Update;
  readonly until: number;
}

/** The updates nobody has confirmed yet. Reading confirms nothing. */
export interface UpdateQueue {
  push(body: UpdateBody): void;
  pending(): readonly Update[];
  /** Forgets every update for which `confirmed` holds. */
  drop(confirmed: (update: Update) => boolean): void;
  /** The id the next update will get; after a quiet week the real server starts again anywhere. */
  nextId: number;
  /** Remembers the list: `undefined` keeps the last one, `[]` means the default set, unknown names are ignored. */
  allow(names: readonly unknown[] | undefined): void;
  /** The remembered list, or undefined for the default set. */
  allowed(): readonly string[] | undefined;
  onPush(listener: () => void): void;
}

/** A copy as of now, without absent fields: what a caller sees must not change when the chat does. */
function onTheWire(body: UpdateBody): UpdateBody {
  return JSON.parse(JSON.stringify(body));
}

export function openQueue(now: () => number, firstId: number): UpdateQueue {
  let entries: Entry[] = [];
  let allowed: readonly string[] | undefined;
  const listeners: (() => void)[] = [];
  const wanted = (body: UpdateBody): boolean =>
    Object.keys(body).every((kind) => (allowed ? allowed.includes(kind) : !ON_REQUEST_ONLY.has(kind)));
  const queue: UpdateQueue = {
    nextId: firstId,
    push(body) {
      if (!wanted(body)) return;
      const update: Update = { update_id: queue.nextId++, ...onTheWire(body) };
      entries.push({ update, until: now() + (body.callback_query ? CALLBACK_KEPT_MS : KEPT_MS) });
      for (const listener of listeners) listener();
    },
    pending() {
      const at = now();
      entries = entries.filter((entry) => at < entry.until);
      return entries.map((entry) => entry.update);
    },
    drop(confirmed) {
      entries = entries.filter((entry) => !confirmed(entry.update));
    },
    allow(names) {
      if (!names) return;
      const known = names.filter((name): name is string => typeof name === "string" && KNOWN.has(name));
      allowed = known.length > 0 ? known : undefined;
    },
    allowed: () => allowed,
    onPush(listener) {
      listeners.push(listener);
    },
  };
  return queue;
}
