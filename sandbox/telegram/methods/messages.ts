import { type Args, intArg, isRecord, listArg, textArg } from "../args.ts";
import { badRequest } from "../errors.ts";
import { mediaFields } from "../media.ts";
import { change, erase, post } from "../post.ts";
import type { Media, Message } from "../shapes.ts";
import { type ChatRecord, type StoredMessage, storedIn, type World } from "../world.ts";
import { enteredChat, markupArg, postableChat, replyArg, threadArg } from "./access.ts";
import type { Methods } from "./method.ts";
import { captionWords, textWords } from "./words.ts";

/** Bot API, deleteMessage: only within 48 hours. */
const DELETABLE_S = 48 * 3_600;

function postAsBot(world: World, record: ChatRecord, args: Args, content: Readonly<Record<string, unknown>>): Message {
  const author = record.chat.type === "channel" ? { sender_chat: record.chat } : { from: world.bot };
  return post(world, record, {
    author,
    own: true,
    content: { ...content, reply_markup: markupArg(args) },
    replyTo: replyArg(record, args),
    threadId: threadArg(record, args),
  });
}

function isOwn(world: World, record: ChatRecord, { message }: StoredMessage): boolean {
  if (record.chat.type === "channel") return record.bot === "administrator";
  return message.from?.id === world.bot.id;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

function edit(world: World, args: Args, fields: () => Partial<Message>): Message {
  const record = enteredChat(world, args);
  const stored = storedIn(record, intArg(args, "message_id") ?? 0);
  if (!stored) throw badRequest("message to edit not found");
  if (!isOwn(world, record, stored)) throw badRequest("message can't be edited");
  const next: Partial<Message> = { ...fields(), reply_markup: markupArg(args) };
  if (Object.entries(next).every(([name, value]) => same(stored.message[name], value))) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same as a current " +
        "content and reply markup of the message",
    );
  }
  return change(world, record, stored.message.message_id, { fields: next, own: true });
}

function deleteMessage(world: World, args: Args): true {
  const record = enteredChat(world, args);
  const stored = storedIn(record, intArg(args, "message_id") ?? 0);
  if (!stored) throw badRequest("message to delete not found");
  const mayDelete = record.chat.type === "private" || record.bot === "administrator" || isOwn(world, record, stored);
  const isOld = world.now() / 1_000 - stored.message.date > DELETABLE_S;
  if (!mayDelete || isOld) throw badRequest("message can't be deleted");
  erase(world, record, stored.message.message_id);
  return true;
}

/** A file of the bot's own: uploaded with the call, or known by `file_id`. */
function mediaArg(world: World, args: Args, kind: "photo" | "document"): Media {
  const value = textArg(args, kind) ?? "";
  const upload = args.uploads.get(value.startsWith("attach://") ? value.slice("attach://".length) : kind);
  if (upload) {
    return mediaFields(world, kind, { bytes: upload.bytes, fileName: upload.fileName, mimeType: upload.mimeType });
  }
  const known = world.files.find(value);
  if (!known) throw badRequest("wrong file identifier/HTTP URL specified");
  return mediaFields(world, kind, { bytes: known.bytes });
}

function sendFile(world: World, args: Args, kind: "photo" | "document"): Message {
  const record = postableChat(world, args);
  const words = captionWords(args);
  const content = { ...mediaArg(world, args, kind), caption: words?.text, caption_entities: words?.entities };
  return postAsBot(world, record, args, content);
}

/** Bot API, sendMediaGroup: 2 to 10 of one sort, all of them messages of their own. */
function sendAlbum(world: World, args: Args): Message[] {
  const members = (listArg(args, "media") ?? []).filter(isRecord);
  if (members.length < 2 || members.length > 10) throw badRequest("wrong number of media in the album");
  const kinds = new Set(members.map(({ type }) => type));
  const [kind] = kinds;
  if (kinds.size > 1 || (kind !== "photo" && kind !== "document"))
    throw badRequest("document can't be mixed with other media types");
  const record = postableChat(world, args);
  const groupId = `13${Math.floor(world.now())}${record.messages.size}`;
  return members.map(({ media, has_media_spoiler: hidden }) => {
    const content = mediaArg(world, { ...args, payload: { ...args.payload, [kind]: media } }, kind);
    return postAsBot(world, record, args, { ...content, media_group_id: groupId, has_media_spoiler: hidden });
  });
}

export function messageMethods(world: World): Methods {
  return {
    sendMessage: (args) => postAsBot(world, postableChat(world, args), args, { ...textWords(args) }),
    sendPhoto: (args) => sendFile(world, args, "photo"),
    sendDocument: (args) => sendFile(world, args, "document"),
    sendMediaGroup: (args) => sendAlbum(world, args),
    sendChatAction: (args) => Boolean(postableChat(world, args)),
    editMessageText: (args) => edit(world, args, () => ({ ...textWords(args) })),
    editMessageReplyMarkup: (args) => edit(world, args, () => ({})),
    deleteMessage: (args) => deleteMessage(world, args),
  };
}
