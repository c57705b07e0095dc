import { setTimeout as delay } from "node:timers/promises";
import type {
  BaseInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Message,
  ModalSubmitInteraction,
} from "discord.js";
import type { ChatRef, FilledForm, IncomingMessage, Interaction, MessageRef, Sender } from "../../src/core/chat.ts";
import { pressedMessage } from "../../src/core/pressed.ts";
import { plain, type RichText } from "../../src/core/richText.ts";
import { FILE_FIELDS, lineOf } from "./commands.ts";
import { CONNECT_FIELDS } from "./connectForm.ts";
import { repliedOf } from "./convert.ts";
import { FORM_FIELDS } from "./form.ts";
import type { Names } from "./inlineMarkdown.ts";
import { LINK_FIELDS } from "./linkForm.ts";
import { readMarkdown } from "./markdown.ts";
import { mediaOf } from "./media.ts";
import { chatOf, MANAGE_SERVER, messageIdOf, type Placed, PRIVATE_GUILD } from "./place.ts";
import type { DiscordTexts, FieldName, SlashName } from "./words.ts";

/** Discord: how long the token of an interaction answers. */
const TOKEN_LIFE_MS = 15 * 60_000;
/** Discord: within how long an interaction must have its first answer. */
const FIRST_ANSWER_MS = 3_000;

export function placedInteraction(interaction: BaseInteraction): Placed {
  const { channel } = interaction;
  const parentId = channel?.isThread() ? channel.parentId : null;
  return {
    guildId: interaction.guildId ?? PRIVATE_GUILD,
    channelId: interaction.channelId ?? "",
    ...(parentId === null ? {} : { parentId }),
  };
}

/** A member of a server that the client does not know comes as plain JSON, with `nick`. */
function labelOf(member: object | null | undefined, fallback: string): string {
  if (!member) return fallback;
  if ("displayName" in member && typeof member.displayName === "string") return member.displayName;
  return "nick" in member && typeof member.nick === "string" ? member.nick : fallback;
}

function titleOf(interaction: BaseInteraction): IncomingMessage["place"] {
  const { channel, guild, user } = interaction;
  if (!interaction.guildId) return { kind: "private", title: user.displayName };
  const name = channel && "name" in channel && channel.name ? ` #${channel.name}` : "";
  return { kind: "group", title: `${guild?.name ?? "Discord"}${name}` };
}

/** Who started it. */
export function senderOf(interaction: BaseInteraction): Sender {
  const { user, member, memberPermissions, locale } = interaction;
  return {
    kind: "person",
    userId: user.id,
    username: user.username,
    name: labelOf(member, user.displayName),
    ...(memberPermissions ? { chatAdmin: memberPermissions.has(MANAGE_SERVER) } : {}),
    language: locale,
  };
}

/** A button of ours that was pressed; undefined for any other. */
export function messageFromButton(
  interaction: ButtonInteraction,
  bound: readonly ChatRef[],
): IncomingMessage | undefined {
  const chat = chatOf(bound, placedInteraction(interaction));
  const spot = { channelId: interaction.channelId, messageId: interaction.message.id };
  const at = { ...chat, messageId: messageIdOf(spot, chat) };
  const sender = senderOf(interaction);
  const now = interaction.createdTimestamp;
  const pressed = pressedMessage({ at, place: titleOf(interaction), sender, data: interaction.customId, now });
  if (pressed?.command !== "ack") return pressed;
  // Many may press the same one, and each is answered: what is said to them stands apart from the message under the button.
  return { ...pressed, at: placeOfInteraction(interaction, bound), interaction: answerableOf(interaction) };
}

function namesOf(interaction: BaseInteraction): Names {
  const { client, guild } = interaction;
  return {
    user: (id) => {
      const user = client.users.cache.get(id);
      return user && { label: guild?.members.cache.get(id)?.displayName ?? user.displayName, username: user.username };
    },
    role: (id) => guild?.roles.cache.get(id)?.name,
    channel: (id) => {
      const channel = client.channels.cache.get(id);
      return channel && "name" in channel ? (channel.name ?? undefined) : undefined;
    },
  };
}

/** More people than this are hardly named in one text; the others stay ids. */
const MOST_LOOKED_UP = 5;

/** The command is not stored yet, and names are worth no longer wait than this. */
const LOOK_UP_MS = 2_000;

const namedIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/<@!?(\d+)>/g)].flatMap((match) => match[1] ?? [])),
];

/** Fetches people who are named in a form's fields: other than a message, an interaction does not bring their names. */
export async function lookUpNames(interaction: BaseInteraction, ...fields: readonly string[]): Promise<void> {
  const { users } = interaction.client;
  const unknown = namedIn(fields.join(" ")).filter((id) => !users.cache.has(id));
  const found = Promise.allSettled(unknown.slice(0, MOST_LOOKED_UP).map((id) => users.fetch(id)));
  await Promise.race([found, delay(LOOK_UP_MS, undefined, { ref: false })]);
}

interface Filled {
  readonly command: SlashName;
  readonly options: FilledForm;
}

/** Where what is filled in stands, as if it were a message. */
export function placeOfInteraction(interaction: BaseInteraction, bound: readonly ChatRef[]): MessageRef {
  const placed = placedInteraction(interaction);
  const chat = chatOf(bound, placed);
  return { ...chat, messageId: messageIdOf({ channelId: placed.channelId, messageId: interaction.id }, chat) };
}

function base(
  interaction: BaseInteraction & { token: string },
  bound: readonly ChatRef[],
  filled: Filled,
): IncomingMessage {
  const placed = placedInteraction(interaction);
  const { createdTimestamp } = interaction;
  return {
    at: placeOfInteraction(interaction, bound),
    place: titleOf(interaction),
    sender: senderOf(interaction),
    text: readMarkdown(filled.options.text ?? "", namesOf(interaction)),
    media: [],
    parts: [],
    link: `https://discord.com/channels/${placed.guildId}/${placed.channelId}`,
    sentAt: createdTimestamp,
    edited: false,
    interaction: answerableOf(interaction),
    ...filled,
  };
}

function answerableOf(interaction: BaseInteraction & { token: string }): Interaction {
  const { applicationId, token, createdTimestamp } = interaction;
  // Whatever its id says: Discord tells us of none that is older, or its first answer fails.
  const began = Math.max(createdTimestamp, Date.now() - FIRST_ANSWER_MS);
  return { applicationId, token, expiresAt: began + TOKEN_LIFE_MS };
}

function textFields(interaction: BaseInteraction, read: (name: "to" | "text" | "tag") => string | null): FilledForm {
  const names = namesOf(interaction);
  const [to, text, tag] = (["to", "text", "tag"] as const).map((name) => read(name)?.trim() ?? "");
  const mentions = namedIn(to ?? "").flatMap((userId) => {
    const user = names.user(userId);
    return user ? [{ userId, ...user }] : [];
  });
  return {
    ...(to ? { to } : {}),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(text ? { text } : {}),
    ...(tag ? { tag: readableTag(tag, names) } : {}),
  };
}

/** Discord's clients turn `#name` into a channel's id where a channel has that name. */
const readableTag = (tag: string, names: Names): string =>
  tag.replace(/^<#(\d+)>$/, (whole, id: string) => names.channel(id) ?? whole);

function pickedUser(interaction: ChatInputCommandInteraction, name: string): Pick<FilledForm, "user"> {
  const user = interaction.options.getUser(name);
  if (!user) return {};
  const label = labelOf(interaction.options.getMember(name), user.displayName);
  return { user: { userId: user.id, username: user.username, label } };
}

/** The line that somebody would have typed instead of filling in the form. */
function lineFrom(
  interaction: ChatInputCommandInteraction,
  { command, texts }: { command: SlashName; texts: DiscordTexts },
): Pick<FilledForm, "line"> {
  const fields = lineOf(command);
  if (!fields) return {};
  const { options } = interaction;
  const names = namesOf(interaction);
  const said = fields.flatMap(({ name: field, kind, said: asSaid }): RichText[] => {
    const { name } = texts.fields[field];
    switch (kind) {
      case "text": {
        const typed = withChannels(options.getString(name)?.trim() ?? "", names);
        return typed === "" ? [] : [mentioning(asSaid(typed), names)];
      }
      case "number": {
        const number = options.getInteger(name);
        return number === null ? [] : [plain(asSaid(String(number)))];
      }
      case "yes":
        return options.getBoolean(name) === true ? [plain(asSaid(""))] : [];
      case "user":
        return [mentionOf(pickedUser(interaction, name).user)];
      default:
        return kind satisfies never;
    }
  });
  const parts = said.filter((part) => part.length > 0);
  return { line: parts.flatMap((part, place) => (place === 0 ? part : [{ text: " " }, ...part])) };
}

/** Discord's clients turn `#name` into a channel's id where a channel has that name; typed, it is meant as a tag. */
const withChannels = (typed: string, names: Names): string =>
  typed.replaceAll(/<#(\d+)>/gu, (whole, id: string) => {
    const name = names.channel(id);
    return name === undefined ? whole : `#${name}`;
  });

const mentionOf = (user: FilledForm["user"]): RichText => {
  if (!user) return [];
  const { label, ...mention } = user;
  return [{ text: `@${label}`, mention }];
};

/** A field's text as it is, since no markup is meant there, with the people that Discord's client put in by their ids. */
function mentioning(text: string, names: Names): RichText {
  const pieces = text.trim().split(/<@!?(\d+)>/u);
  return pieces.flatMap((piece, place): RichText => {
    if (place % 2 === 0) return plain(piece);
    const user = names.user(piece);
    return [{ text: `@${user?.label ?? piece}`, mention: { userId: piece, ...(user && { username: user.username }) } }];
  });
}

export function messageFromSlash(
  interaction: ChatInputCommandInteraction,
  bound: readonly ChatRef[],
  { command, texts }: { command: SlashName; texts: DiscordTexts },
): IncomingMessage {
  const name = (field: FieldName) => texts.fields[field].name;
  const options = {
    ...(lineOf(command) ? {} : pickedUser(interaction, name("user"))),
    ...textFields(interaction, (field) => interaction.options.getString(name(field))),
    ...lineFrom(interaction, { command, texts }),
  };
  const files = FILE_FIELDS.flatMap(
    (field) => interaction.options.getAttachment(name("file") + field.slice("file".length)) ?? [],
  );
  return { ...base(interaction, bound, { command, options }), media: files.map((file) => mediaOf(file)) };
}

/** As a typed `/connect` has it, word for word: it is no text that could be formatted. */
export function messageFromConnectForm(
  interaction: ModalSubmitInteraction,
  bound: readonly ChatRef[],
): IncomingMessage {
  const text = CONNECT_FIELDS.map((name) => interaction.fields.getTextInputValue(name).trim())
    .filter((value) => value !== "")
    .join(" ");
  return { ...base(interaction, bound, { command: "connect", options: { text } }), text: [] };
}

/** Who somebody says they are, or the code that proves it. */
export function messageFromLinkForm(interaction: ModalSubmitInteraction, bound: readonly ChatRef[]): IncomingMessage {
  const filled = LINK_FIELDS.flatMap((name) => {
    const value = interaction.fields.fields.get(name);
    const typed = value && "value" in value && typeof value.value === "string" ? value.value.trim() : "";
    return typed === "" ? [] : [[name, typed] as const];
  });
  return base(interaction, bound, { command: "link", options: Object.fromEntries(filled) });
}

/** @param target The message whose menu opened the form: it goes along like one replied to. */
export function messageFromForm(
  interaction: ModalSubmitInteraction,
  bound: readonly ChatRef[],
  target: Message,
): IncomingMessage {
  const options = textFields(interaction, (field) => interaction.fields.getTextInputValue(FORM_FIELDS[field]));
  const message = base(interaction, bound, { command: "notify", options });
  return { ...message, repliedTo: repliedOf(target, message.at), link: target.url };
}
