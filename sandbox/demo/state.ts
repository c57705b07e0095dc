import type { Notification } from "../bitrix24/feeds.ts";
import { fullName } from "../bitrix24/users.ts";
import type { SeenMessage } from "../discord/control/seen.ts";
import type { StoredMessage } from "../telegram/world.ts";
import { type ShownBlock, showBlocks } from "./blocks.ts";
import { type DiscordPerson, EMPLOYEES } from "./cast.ts";
import { pictureType } from "./pictureType.ts";
import { type RichNode, renderText } from "./render.ts";
import type { SentFile, Slash, Stage } from "./stage.ts";

export interface ShownFile {
  readonly name: string;
  readonly bytes: number;
  /** A path of the page's own server. */
  readonly href: string;
  readonly isPicture: boolean;
}

/** One message of a chat. */
export interface ChatLine {
  readonly id: string;
  readonly who: string;
  readonly isBot: boolean;
  readonly text: string;
  readonly files: readonly ShownFile[];
  readonly reactions: readonly string[];
  readonly replyTo: string | undefined;
  readonly isEdited: boolean;
  /** A slash command's answer, for its caller alone; undefined on messages. */
  readonly answer: { readonly text: string; readonly isThinking: boolean } | undefined;
}

interface ShownPerson {
  readonly id: string;
  readonly name: string;
}

export interface ShownChat {
  readonly title: string;
  readonly people: readonly ShownPerson[];
  readonly lines: readonly ChatLine[];
}

export interface ShownNotification {
  readonly id: number;
  readonly author: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly nodes: readonly RichNode[];
  readonly blocks: readonly ShownBlock[];
  /** Of the bar beside the blocks. */
  readonly color: string;
}

/** Everything the page shows. */
export interface PageState {
  readonly telegram: ShownChat;
  readonly discord: ShownChat;
  readonly portal: {
    readonly isDown: boolean;
    readonly people: readonly (ShownPerson & { readonly feed: readonly ShownNotification[] })[];
  };
}

export function stateOf(stage: Stage): PageState {
  return { telegram: telegramState(stage), discord: discordState(stage), portal: portalState(stage) };
}

export function discordPeople({ house }: Stage): readonly DiscordPerson[] {
  const { kate, oleg, anna, boris } = house.cast.discord;
  return [kate, oleg, anna, boris];
}

export function telegramPeople({ house }: Stage) {
  const { ivan, maria, anna, boris } = house.cast.telegram;
  return [ivan, maria, anna, boris];
}

function telegramState(stage: Stage): ShownChat {
  const { telegram, cast } = stage.house;
  const { chat } = cast.telegram;
  const lines = telegram.messagesOf(chat).filter(({ deleted }) => !deleted);
  return {
    title: chat.title ?? "",
    people: telegramPeople(stage).map(({ id, first_name }) => ({ id: String(id), name: first_name })),
    lines: lines.map((stored) => telegramLine(stage, stored)),
  };
}

function telegramLine(stage: Stage, { message, own, reactions }: StoredMessage): ChatLine {
  const files = stage.telegramFiles(message.message_id);
  const id = String(message.message_id);
  return {
    id,
    who: message.from?.first_name ?? "",
    isBot: own,
    text: message.text ?? message.caption ?? "",
    files: files.map((file, index) => shownFile(file, `/files/telegram/${id}/${index}`)),
    reactions: reactions.at(-1)?.emoji ?? [],
    replyTo: message.reply_to_message === undefined ? undefined : String(message.reply_to_message.message_id),
    isEdited: message.edit_date !== undefined,
    answer: undefined,
  };
}

function discordState(stage: Stage): ShownChat {
  const { discord, cast } = stage.house;
  const { channel, guild } = cast.discord;
  const messages = discord.messagesOf(channel).map((message) => discordLine(stage, message));
  const commands = stage.slashes.map((slash, place) => slashLine(slash, place));
  const byId = (one: ChatLine, other: ChatLine) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1);
  return {
    title: `${guild.name} #${channel.name}`,
    people: discordPeople(stage).map(({ id, shownAs }) => ({ id, name: shownAs })),
    lines: [...messages, ...commands].sort(byId),
  };
}

function discordLine(stage: Stage, message: SeenMessage): ChatLine {
  const { discord } = stage.house;
  const author = discordPeople(stage).find(({ id }) => id === message.authorId);
  return {
    id: message.id,
    who: author?.shownAs ?? discord.bot.username,
    isBot: message.authorId === discord.bot.id,
    text: readable(stage, message.content),
    files: message.attachments.map(({ filename, title, bytes }, index) => {
      return shownFile({ name: title ?? filename, bytes }, `/files/discord/${message.id}/${index}`);
    }),
    reactions: message.reactions.map(({ emoji }) => emoji),
    replyTo: message.replyTo,
    isEdited: message.edited,
    answer: undefined,
  };
}

function slashLine({ caller, line, files, handle }: Slash, place: number): ChatLine {
  const original = handle.original();
  const later = handle.followups.map(({ content }) => content);
  const isThinking = original === undefined || original.loading;
  return {
    id: handle.id,
    who: caller.shownAs,
    isBot: false,
    text: line,
    files: files.map((file, index) => shownFile(file, `/files/slash/${place}/${index}`)),
    reactions: [],
    replyTo: undefined,
    isEdited: false,
    answer: { text: [original?.content ?? "", ...later].map(unescaped).join("\n").trim(), isThinking },
  };
}

/** Discord's clients show names for ids, and hide the backslashes that keep formatting away. */
function readable(stage: Stage, content: string): string {
  const named = content.replaceAll(/<@!?(\d+)>/gu, (whole, id: string) => {
    const person = discordPeople(stage).find((candidate) => candidate.id === id);
    return person ? `@${person.shownAs}` : whole;
  });
  return unescaped(named);
}

function unescaped(content: string): string {
  return content.replaceAll(/\\([^\p{L}\p{N}\s])/gu, "$1");
}

function shownFile({ name, bytes }: SentFile, href: string): ShownFile {
  return { name, bytes: bytes.length, href, isPicture: pictureType(bytes) !== undefined };
}

function portalState({ house, isPortalDown }: Stage): PageState["portal"] {
  return {
    isDown: isPortalDown(),
    people: EMPLOYEES.map((user) => ({
      id: String(user.id),
      name: fullName(user),
      feed: house.portal.feed(user.id).toReversed().map(shownNotification),
    })),
  };
}

function shownNotification({ id, authorId, date, text, attach }: Notification): ShownNotification {
  const author = EMPLOYEES.find((user) => user.id === authorId);
  return {
    id,
    author: author ? fullName(author) : "",
    at: date,
    nodes: renderText(text),
    blocks: showBlocks(attach),
    color: attach?.colorToken ?? "base",
  };
}
