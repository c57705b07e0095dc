import { type Args, isRecord, listArg, recordArg, textArg } from "../args.ts";
import { badRequest } from "../errors.ts";
import type { World } from "../world.ts";
import type { Methods } from "./method.ts";

export interface MenuEntry {
  readonly command: string;
  readonly description: string;
}

/** One registered menu. The most specific scope and language replaces the others. */
export interface Menu {
  readonly scope: Readonly<Record<string, unknown>>;
  readonly languageCode: string;
  readonly commands: readonly MenuEntry[];
}

/** Bot API, BotCommandScope, and what each names beside its type. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  default: [],
  all_private_chats: [],
  all_group_chats: [],
  all_chat_administrators: [],
  chat: ["chat_id"],
  chat_administrators: ["chat_id"],
  chat_member: ["chat_id", "user_id"],
};

function readEntry(value: unknown): MenuEntry {
  const { command, description } = isRecord(value) ? value : {};
  if (typeof command !== "string" || typeof description !== "string") {
    throw badRequest("can't parse commands: expected a BotCommand object");
  }
  if (!/^[a-z0-9_]{1,32}$/u.test(command)) throw badRequest("BOT_COMMAND_INVALID");
  if (description === "" || [...description].length > 256) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command, description };
}

function readPlace(args: Args): Pick<Menu, "scope" | "languageCode"> {
  const { type = "default", ...named } = recordArg(args, "scope") ?? {};
  const fields = SCOPES[String(type)];
  if (!fields) throw badRequest("can't parse BotCommandScope: unsupported type specified");
  for (const field of fields) {
    if (named[field] === undefined) throw badRequest(`can't parse BotCommandScope: ${field} is empty`);
  }
  const languageCode = textArg(args, "language_code") ?? "";
  if (languageCode !== "" && !/^[a-z]{2}$/u.test(languageCode)) throw badRequest("invalid language code specified");
  const scope = Object.fromEntries([["type", type], ...fields.map((field) => [field, named[field]])]);
  return { scope, languageCode };
}

export function menuMethods(world: World, menus: Map<string, Menu>): Methods {
  const keyOf = (place: Pick<Menu, "scope" | "languageCode">): string => JSON.stringify(place);
  return {
    setMyCommands(args) {
      const entries = listArg(args, "commands") ?? [];
      if (entries.length > 100) throw badRequest("BOT_COMMANDS_TOO_MUCH");
      const place = readPlace(args);
      menus.set(keyOf(place), { ...place, commands: entries.map(readEntry) });
      world.changes.changed();
      return true;
    },
    getMyCommands: (args) => menus.get(keyOf(readPlace(args)))?.commands ?? [],
    deleteMyCommands(args) {
      menus.delete(keyOf(readPlace(args)));
      world.changes.changed();
      return true;
    },
  };
}
