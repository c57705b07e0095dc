import type { ChatRef, Platform } from "../core/chat.ts";
import type { Mention } from "../core/richText.ts";
import { wrongInput } from "./fault.ts";

export interface PlaceFlags {
  readonly telegram?: string;
  readonly topic?: string;
  readonly discord?: string;
  readonly channel?: string;
}

export interface AccountFlags {
  readonly telegram?: string;
  readonly discord?: string;
}

const TELEGRAM_CHAT = /^-?\d{1,20}$/u;
/** A number without `@` is an id, however short; a name of digits alone is written with it. */
const SNOWFLAKE = /^\d{1,20}$/u;

/** The chat that the flags name; absent when they name none. @throws {CliError} 2 */
export function readPlace({ telegram, topic, discord, channel }: PlaceFlags): ChatRef | undefined {
  if (telegram !== undefined && discord !== undefined)
    throw wrongInput("give either --telegram or --discord, not both");
  if (telegram !== undefined) {
    if (channel !== undefined)
      throw wrongInput("--channel belongs to --discord; a topic of a Telegram chat is --topic");
    if (!TELEGRAM_CHAT.test(telegram)) {
      throw wrongInput(
        `--telegram ${telegram}: must be the id of a chat, such as -1001234567890; the bot tells it in any chat it is added to`,
      );
    }
    if (topic !== undefined && !/^[1-9]\d{0,9}$/u.test(topic))
      throw wrongInput(`--topic ${topic}: must be the number of a topic, such as 5`);
    return { platform: "telegram", chatId: telegram, threadId: topic ?? "" };
  }
  if (topic !== undefined) throw wrongInput("--topic belongs to --telegram");
  if (discord === undefined) {
    if (channel !== undefined) throw wrongInput("--channel belongs to --discord: give the server's id there");
    return undefined;
  }
  if (!SNOWFLAKE.test(discord) && discord !== "@me") {
    throw wrongInput(
      `--discord ${discord}: must be the id of a server, such as 112233445566778899 (Discord: Developer Mode, right click, Copy Server ID)`,
    );
  }
  if (channel !== undefined && !SNOWFLAKE.test(channel))
    throw wrongInput(`--channel ${channel}: must be the id of a channel, such as 112233445566778899`);
  if (discord === "@me" && channel === undefined)
    throw wrongInput("--discord @me is a private dialogue: give its --channel too");
  return { platform: "discord", chatId: discord, threadId: channel ?? "" };
}

export interface AccountRef {
  readonly platform: Platform;
  readonly account: Mention;
}

/** An account by id or name; absent when the flags name none. @throws {CliError} 2 */
export function readAccount({ telegram, discord }: AccountFlags): AccountRef | undefined {
  if (telegram !== undefined && discord !== undefined)
    throw wrongInput("give either --telegram or --discord, not both");
  if (telegram !== undefined) return { platform: "telegram", account: accountOf("telegram", telegram) };
  if (discord !== undefined) return { platform: "discord", account: accountOf("discord", discord) };
  return undefined;
}

const IDS: Readonly<Record<Platform, RegExp>> = { telegram: /^[1-9]\d{0,15}$/u, discord: SNOWFLAKE };
/** Telegram: letters, digits and `_`, beginning with a letter. Discord adds dots, and old names may hold anything but `@#:`. */
const USERNAMES: Readonly<Record<Platform, RegExp>> = {
  telegram: /^[a-z]\w{2,31}$/iu,
  discord: /^[^\s@#:,]{2,32}$/u,
};

/**
 * `123`, `name`, `@name`, or both as `@name=123`.
 *
 * @param place Where it was given, as the error names it.
 * @throws {CliError} 2
 */
export function accountOf(platform: Platform, text: string, place = `--${platform}`): Mention {
  const given = text.trim();
  if (IDS[platform].test(given)) return { userId: given };
  const [name = "", id] = given.replace(/^@/u, "").split("=", 2);
  const isRight = USERNAMES[platform].test(name) && (id === undefined || IDS[platform].test(id));
  if (!isRight) throw wrongInput(`${place} ${text}: must be a username such as @anna, or a numeric id`);
  return { username: name.toLowerCase(), ...(id === undefined ? {} : { userId: id }) };
}

/** As `accountOf` reads it. */
export const accountText = ({ userId, username }: Mention): string =>
  username === undefined ? (userId ?? "") : userId === undefined ? `@${username}` : `@${username}=${userId}`;

/** @throws {CliError} 2 */
export function bitrixId(flag: string, text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,9}$/u.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw wrongInput(
    `${flag}${text === undefined ? " is missing" : ` ${text}`}: must be the numeric id of a user in Bitrix24, such as 42 (in the address of the profile page)`,
  );
}
