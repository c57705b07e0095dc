import { type Bot, BotError, type Context } from "grammy";
import type { Message, Update } from "grammy/types";
import type { Clock, Intake, Log } from "../../src/app/ports.ts";
import type { InboxRow } from "../../src/app/store/queues.ts";
import { traceFields } from "../../src/app/trace.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { pressedMessage } from "../../src/core/pressed.ts";
import { albumMessage, repliedAlbum } from "./album.ts";
import { openChatAdmins } from "./chatAdmins.ts";
import { albumKeyOf } from "./interest.ts";
import { chatOf, incomingMessage, placeKind } from "./message.ts";
import { accountOf, chatTitle } from "./sender.ts";
import { isEdit, messageOf, parseUpdate } from "./update.ts";

/** One update as grammY handles it, with the rows it stands for and, in an album, the members beside it. */
interface Batch {
  readonly rows: readonly number[];
  readonly members: readonly [Message, ...Message[]] | undefined;
  /** Whether all that is new among them are edits. */
  readonly edited: boolean;
}

export interface DispatchParts {
  readonly bot: Bot;
  readonly intake: Intake;
  readonly log: Log;
  readonly clock: Clock;
}

interface Handling extends DispatchParts {
  readonly withChatAdmin: ReturnType<typeof openChatAdmins>;
}

/**
 * Hands stored rows to grammY and from there inwards. What fails inside comes out as it was thrown, so that the rows stay
 * undone: grammY's own wrapper holds the token.
 */
export function openDispatch(parts: DispatchParts): (rows: readonly InboxRow[]) => Promise<void> {
  const { bot, intake, log } = parts;
  const batches = new WeakMap<Update, Batch>();
  const handling = { ...parts, withChatAdmin: openChatAdmins(bot, parts.clock) };
  bot.use((context) => handle(context, batches.get(context.update), handling));
  return async (rows) => {
    const readable = rows.map((row) => ({ row, update: parseUpdate(row.payload) }));
    const updates = readable.flatMap(({ update }) => update ?? []);
    const fresh = readable.flatMap(({ row, update }) => (update && !row.done ? update : []));
    const lead = updates[0];
    const ids = rows.map(({ id }) => id);
    if (!lead) {
      log.warn({ ...traceFields(rows.map(({ trace }) => trace)), rows: ids }, "stored updates cannot be read");
      return intake.ignore(ids);
    }
    const [first, ...others] = updates.flatMap((update) => messageOf(update) ?? []);
    batches.set(lead, { rows: ids, members: first && [first, ...others], edited: fresh.every(isEdit) });
    await bot.handleUpdate(lead).catch((error: unknown) => {
      throw error instanceof BotError ? error.error : error;
    });
  };
}

async function handle(
  context: Context,
  batch: Batch | undefined,
  { intake, log, clock, withChatAdmin }: Handling,
): Promise<void> {
  if (!batch) throw new Error("an update reached the handlers without its rows");
  const { rows, members, edited } = batch;
  const [message] = members ?? [];
  if (!members || !message) {
    if (context.callbackQuery) return handlePress(context, rows, { intake, clock });
    reportMembership(context, log);
    return intake.ignore(rows);
  }
  const chatId = String(message.chat.id);
  const { migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) return intake.migrated(chatId, String(to), rows);
  if (from !== undefined) return intake.migrated(String(from), chatId, rows);
  const album = members.length > 1 || message.media_group_id !== undefined;
  const incoming = album ? albumMessage(members, { bot: context.me, edited }) : incomingMessage(message);
  await intake.message(await withChatAdmin(await withRepliedAlbum(incoming, members, intake)), rows);
}

/** Bot API, `answerCallbackQuery`: words of at most 200 characters, which pass. */
const LONGEST_PASSING = 200;

/** The button shows that it is at work until it is answered; late, Telegram refuses that, which harms nobody. */
async function handlePress(
  context: Context,
  rows: readonly number[],
  { intake, clock }: Pick<Handling, "intake" | "clock">,
): Promise<void> {
  const pressed = pressedIn(context, clock());
  let said: string | undefined;
  try {
    if (pressed) said = await intake.message(pressed, rows);
    else await intake.ignore(rows);
  } finally {
    const words = said === undefined ? {} : { text: shortened(said) };
    await context.answerCallbackQuery(words).catch(() => undefined);
  }
}

function shortened(text: string): string {
  const characters = Array.from(text);
  return characters.length <= LONGEST_PASSING ? text : `${characters.slice(0, LONGEST_PASSING - 1).join("")}…`;
}

/** A button under one of our own messages; the message itself may be out of Telegram's reach by now. */
function pressedIn({ callbackQuery: query }: Context, now: number): IncomingMessage | undefined {
  const { message, data, from } = query ?? {};
  if (!message || !from || data === undefined) return undefined;
  const at = { ...chatOf({ is_topic_message: false, ...message }), messageId: String(message.message_id) };
  const place = { kind: placeKind(message.chat), title: chatTitle(message.chat) };
  const pressed = pressedMessage({ at, place, sender: accountOf(from), data, now });
  return pressed?.command === "ack" ? { ...pressed, pressed: true } : pressed;
}

/** What is replied to may be one member of an album: the others go along too. */
async function withRepliedAlbum(
  incoming: IncomingMessage,
  members: readonly Message[],
  intake: Intake,
): Promise<IncomingMessage> {
  const replied = members.find(({ message_id: id }) => String(id) === incoming.at.messageId)?.reply_to_message;
  const albumKey = albumKeyOf(replied);
  if (!replied || albumKey === undefined || !incoming.repliedTo) return incoming;
  const seen = (await intake.album(albumKey)).flatMap(({ payload }) => {
    const update = parseUpdate(payload);
    return (update && messageOf(update)) ?? [];
  });
  return { ...incoming, repliedTo: repliedAlbum(incoming.repliedTo, [replied, ...seen]) };
}

/** Whoever adds the bot to a group with privacy mode on finds commands missing without any error. */
function reportMembership({ myChatMember: change, me }: Context, log: Log): void {
  if (!change) return;
  const status = change.new_chat_member.status;
  const fields = { chat: change.chat.id, kind: change.chat.type, status };
  const blind = change.chat.type !== "private" && status === "member" && !me.can_read_all_group_messages;
  if (blind) log.warn(fields, "privacy mode is on: in this group only commands to the bot arrive, albums in part");
  else log.info(fields, "the bot's standing in a chat changed");
}
