import type { Callbacks } from "./methods/receipts.ts";
import type { User } from "./shapes.ts";
import { type ChatRef, messageIn, recordOf, seconds, type World } from "./world.ts";

export interface Buttons {
  /** Presses an inline button; `data` is its callback data. Returns the query id. */
  press(chat: ChatRef, user: User, messageId: number, data: string): string;
  /** A person's reaction; the bot hears of it only as administrator (or in private), and only on request. */
  react(chat: ChatRef, user: User, messageId: number, emoji: readonly string[]): void;
}

export function openButtons(world: World, callbacks: Callbacks): Buttons {
  let pressed = 0;
  const reacted = new Map<string, readonly string[]>();
  const asTypes = (emoji: readonly string[]): object[] => emoji.map((one) => ({ type: "emoji", emoji: one }));
  return {
    press(chat, user, messageId, data) {
      const { message } = messageIn(recordOf(world, chat), messageId);
      if (!JSON.stringify(message.reply_markup ?? {}).includes(JSON.stringify(data))) {
        throw new Error(`message ${messageId} has no button with the data ${data}`);
      }
      pressed += 1;
      const id = `${4_382_000_000_000_000 + pressed}`;
      callbacks.open.set(id, world.now());
      world.publish({ callback_query: { id, from: user, message, chat_instance: `${message.chat.id}`, data } });
      return id;
    },
    react(chat, user, messageId, emoji) {
      const record = recordOf(world, chat);
      messageIn(record, messageId);
      const key = `${record.chat.id} ${messageId} ${user.id}`;
      const old = reacted.get(key) ?? [];
      reacted.set(key, emoji);
      if (record.bot !== "administrator" && record.chat.type !== "private") return;
      const lists = { old_reaction: asTypes(old), new_reaction: asTypes(emoji) };
      const place = { chat: record.chat, message_id: messageId, user, date: seconds(world) };
      world.publish({ message_reaction: { ...place, ...lists } });
    },
  };
}
