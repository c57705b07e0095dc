import type { EditForm, MessageForm } from "./bodies.ts";
import { SETTABLE_FLAGS } from "./bodies.ts";
import { storeFile } from "./files.ts";
import type { Upload } from "./http.ts";
import { allowedPings, existing, mentionsIn, pingingText, pingList } from "./mentions.ts";
import { addMessage, type Change, changeMessage, type Draft } from "./messages.ts";
import { BIT, type Channel, FLAG, type Json, type Message, type StoredFile, type User } from "./model.ts";
import { formRefusal, refusals } from "./refusals.ts";
import { botBits, type World } from "./world.ts";

const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10;

/** How the bot posts: with its token in a channel, or as an answer to an interaction. */
export interface Posting {
  readonly by: "channel" | "webhook";
  readonly channel: Channel;
  readonly uploads: readonly Upload[];
  readonly ephemeral?: boolean;
  readonly repliedTo?: User | undefined;
}

function named(world: World, posting: Posting, form: EditForm, text: string) {
  const everyoneAllowed = (botBits(posting.channel) & BIT.mentionEveryone) !== 0n;
  const roleIds = posting.channel.guild?.roles.map((role) => role.id) ?? [];
  const pings = allowedPings(mentionsIn(text), form.allowed_mentions, { by: posting.by, repliedTo: posting.repliedTo });
  return existing(world, { ...pings, everyone: pings.everyone && everyoneAllowed }, roleIds);
}

function uploaded(world: World, posting: Posting, form: EditForm): StoredFile[] {
  const { uploads, channel, ephemeral = false } = posting;
  if (uploads.some((upload) => upload.bytes.length > MAX_FILE_BYTES)) throw refusals.tooLarge();
  return uploads.map((upload) => {
    const described = form.attachments?.find((each) => each.id === String(upload.index));
    const description = described?.description;
    return storeFile(
      world,
      channel.id,
      { name: described?.filename ?? upload.name, bytes: upload.bytes, ...(description ? { description } : {}) },
      ephemeral,
    );
  });
}

function assertFits(parts: Pick<Message, "content" | "embeds" | "components" | "files" | "flags">): void {
  if (parts.files.length > MAX_FILES) {
    throw formRefusal({ path: ["attachments"], code: "BASE_TYPE_MAX_LENGTH", message: "Must be 10 or fewer." });
  }
  if ((parts.flags & FLAG.componentsV2) !== 0 && (parts.content !== "" || parts.embeds.length > 0)) {
    const message = "The field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
    throw formRefusal({ path: ["content"], code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message });
  }
  const isEmpty =
    parts.content.trim() === "" && parts.embeds.length + parts.components.length + parts.files.length === 0;
  if (isEmpty) throw refusals.emptyMessage();
}

/**
 * A message of the bot from a request body, not yet sent.
 *
 * @throws {Refusal} 50006 when empty, 40005 when a file is too large, 50035 for the rest.
 */
export function draftOf(world: World, posting: Posting, form: MessageForm): Draft {
  const content = (form.content ?? "").trim();
  const components: Json[] = form.components ?? [];
  const embeds = embedsOf(form);
  const flags = ((form.flags ?? 0) & SETTABLE_FLAGS) | (posting.ephemeral ? FLAG.ephemeral : 0);
  const hasOther = form.poll != null || (form.sticker_ids ?? []).length > 0;
  const files = uploaded(world, posting, form);
  if (!hasOther) assertFits({ content, embeds, components, files, flags });
  const mentioned = named(world, posting, form, pingingText(content, components));
  return {
    channel: posting.channel,
    author: world.bot,
    content,
    embeds,
    components,
    files,
    flags,
    mentioned,
    pinged: posting.ephemeral ? [] : pingList(mentioned),
    ...(form.nonce == null ? {} : { nonce: form.nonce }),
  };
}

/** Discord fills in the type of each embed; everything else stays as sent. */
function embedsOf(form: EditForm): Json[] {
  return (form.embeds ?? []).map((embed) => ({ ...JSON.parse(JSON.stringify(embed)), type: "rich" }));
}

/** Edits parse mentions anew, and a list of attachments drops every file it does not name. */
export function editByBot(world: World, posting: Posting, message: Message, form: EditForm): void {
  const added = uploaded(world, posting, form);
  const kept = form.attachments ?? null;
  const files = message.files.filter((file) => kept === null || kept.some((each) => each.id === file.id)).concat(added);
  const content = form.content === undefined ? message.content : (form.content ?? "").trim();
  const embeds = form.embeds === undefined ? message.embeds : embedsOf(form);
  const components: Json[] = form.components === undefined ? message.components : (form.components ?? []);
  const editable = FLAG.suppressEmbeds | FLAG.componentsV2;
  const wanted = form.flags == null ? message.flags & editable : form.flags & editable;
  const flags = (message.flags & ~(editable | FLAG.loading)) | wanted;
  assertFits({ content, embeds, components, files, flags });
  const mentioned = named(world, posting, form, pingingText(content, components));
  const change: Change = {
    content,
    embeds,
    components,
    files,
    flags,
    mentioned,
    pinged: (flags & FLAG.ephemeral) === 0 ? pingList(mentioned) : [],
    marksEdited: (message.flags & FLAG.loading) === 0,
  };
  changeMessage(world, message, change);
}

/** Nonces a few minutes old still name their message. */
const NONCE_LIFE_MS = 5 * 60_000;

/** Sends, unless `enforce_nonce` finds the message of the same nonce: then that one is returned. */
export function postByBot(world: World, posting: Posting, form: MessageForm): Message {
  const twin =
    form.enforce_nonce && form.nonce != null ? nonceTwin(world, posting.channel, String(form.nonce)) : undefined;
  return twin ?? addMessage(world, { ...draftOf(world, posting, form), ...replyOf(posting, form) });
}

function nonceTwin(world: World, channel: Channel, nonce: string): Message | undefined {
  return channel.messages.find(
    (message) =>
      message.author === world.bot &&
      message.nonce !== undefined &&
      String(message.nonce) === nonce &&
      world.clock() - message.timestamp < NONCE_LIFE_MS,
  );
}

function replyOf(posting: Posting, form: MessageForm): Pick<Draft, "repliedTo"> {
  const reference = form.message_reference;
  if (!reference) return {};
  const exists = posting.channel.messages.some((message) => message.id === reference.message_id);
  if (exists) return { repliedTo: { id: reference.message_id, channelId: posting.channel.id } };
  if (reference.fail_if_not_exists === false) return {};
  const code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE";
  throw formRefusal({ path: ["message_reference"], code, message: "Unknown message" });
}
