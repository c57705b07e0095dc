import { type Args, flagArg, intArg, isRecord, listArg, textArg } from "../args.ts";
import { badRequest } from "../errors.ts";
import { REACTION_EMOJI } from "../reactions.ts";
import { type ChatRecord, type StoredMessage, storedIn, type World } from "../world.ts";
import { enteredChat } from "./access.ts";
import type { Method, Methods } from "./method.ts";

/** A callback query can be answered for about a quarter of an hour. */
const ANSWERABLE_MS = 15 * 60_000;

function emojiOf(record: ChatRecord, reaction: unknown): string {
  const emoji = isRecord(reaction) && reaction.type === "emoji" ? reaction.emoji : undefined;
  const allowed = record.availableReactions;
  if (typeof emoji !== "string" || !REACTION_EMOJI.has(emoji) || (allowed && !allowed.includes(emoji))) {
    throw badRequest("REACTION_INVALID");
  }
  return emoji;
}

function isService({ message }: StoredMessage): boolean {
  return Boolean(message.forum_topic_created || message.migrate_to_chat_id || message.migrate_from_chat_id);
}

function setReaction(world: World, args: Args): true {
  const record = enteredChat(world, args);
  const stored = storedIn(record, intArg(args, "message_id") ?? 0);
  if (!stored) throw badRequest("message to react not found");
  const wanted = listArg(args, "reaction") ?? [];
  if (wanted.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  // Service messages cannot be reacted to; the wording of the real refusal is not documented.
  if (isService(stored)) throw badRequest("REACTION_INVALID");
  const emoji = wanted.map((reaction) => emojiOf(record, reaction));
  const reactions = [...stored.reactions, { at: world.now(), emoji }];
  record.messages.set(stored.message.message_id, { ...stored, reactions });
  world.changes.changed();
  return true;
}

export interface CallbackAnswer {
  readonly id: string;
  readonly text: string | undefined;
  readonly alert: boolean;
}

/** Button presses and what the bot said to them. */
export interface Callbacks {
  /** Epoch ms of the press by query id; answered ones leave. */
  readonly open: Map<string, number>;
  readonly answers: CallbackAnswer[];
}

function answerCallback(world: World, callbacks: Callbacks, args: Args): true {
  const id = textArg(args, "callback_query_id") ?? "";
  const pressedAt = callbacks.open.get(id);
  if (pressedAt === undefined || world.now() - pressedAt > ANSWERABLE_MS) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  const text = textArg(args, "text");
  if (text !== undefined && [...text].length > 200) throw badRequest("MESSAGE_TOO_LONG");
  callbacks.open.delete(id);
  callbacks.answers.push({ id, text, alert: flagArg(args, "show_alert") });
  world.changes.changed();
  return true;
}

export function receiptMethods(world: World, callbacks: Callbacks): Methods {
  const setMessageReaction: Method = (args) => setReaction(world, args);
  return { setMessageReaction, answerCallbackQuery: (args) => answerCallback(world, callbacks, args) };
}
