import { type Bot, BotError, type Context } from "grammy";
import type { Message, Update } from "grammy/types";
import type { Intake, Log } from "../../src/app/ports.ts";
import type { InboxRow } from "../../src/app/store/queues.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { albumMessage, repliedAlbum } from "./album.ts";
import { albumKeyOf } from "./interest.ts";
import { incomingMessage } from "./message.ts";
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
}

/**
 * Hands stored rows to grammY and from there inwards. What fails inside comes out as it was thrown, so that the rows stay
 * undone: grammY's own wrapper holds the token.
 */
export function openDispatch(parts: DispatchParts): (rows: readonly InboxRow[]) => Promise<void> {
  const { bot, intake, log } = parts;
  const batches = new WeakMap<Update, Batch>();
  bot.use((context) => handle(context, batches.get(context.update), parts));
  return async (rows) => {
    const readable = rows.map((row) => ({ row, update: parseUpdate(row.payload) }));
    const updates = readable.flatMap(({ update }) => update ?? []);
    const fresh = readable.flatMap(({ row, update }) => (update && !row.done ? update : []));
    const lead = updates[0];
    const ids = rows.map(({ id }) => id);
    if (!lead) {
      log.warn({ rows: ids }, "stored updates cannot be read");
      return intake.ignore(ids);
    }
    const [first, ...others] = updates.flatMap((update) => messageOf(update) ?? []);
    batches.set(lead, { rows: ids, members: first && [first, ...others], edited: fresh.every(isEdit) });
    await bot.handleUpdate(lead).catch((error: unknown) => {
      throw error instanceof BotError ? error.error : error;
    });
  };
}

async function handle(context: Context, batch: Batch | undefined, { intake, log }: DispatchParts): Promise<void> {
  if (!batch) throw new Error("an update reached the handlers without its rows");
  const { rows, members, edited } = batch;
  const [message] = members ?? [];
  if (!members || !message) {
    reportMembership(context, log);
    return intake.ignore(rows);
  }
  const chatId = String(message.chat.id);
  const { migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) return intake.migrated(chatId, String(to), rows);
  if (from !== undefined) return intake.migrated(String(from), chatId, rows);
  const album = members.length > 1 || message.media_group_id !== undefined;
  const incoming = album ? albumMessage(members, { bot: context.me, edited }) : incomingMessage(message);
  return intake.message(await withRepliedAlbum(incoming, members, intake), rows);
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
