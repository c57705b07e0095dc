import type { Bot } from "grammy";
import type { LanguageCode } from "grammy/types";
import { called } from "./fault.ts";

/** The commands as people of one language see them. */
export interface CommandMenu {
  /** Absent: shown to everybody whose language has no menu of its own. */
  readonly language?: LanguageCode;
  /** Shown to those who administer a group, in place of the other one. */
  readonly forAdministrators?: boolean;
  /** Bot API, BotCommand: names of 1 to 32 of `a-z0-9_`, descriptions of up to 256 characters. */
  readonly commands: readonly { readonly name: string; readonly description: string }[];
}

/** Registers those menus that differ from what Telegram has; answers how many did. @throws {TelegramCallError} */
export async function registerCommands({ api }: Bot, menus: readonly CommandMenu[]): Promise<number> {
  let changed = 0;
  for (const { language, forAdministrators = false, commands } of menus) {
    const scope = {
      ...(language === undefined ? {} : { language_code: language }),
      ...(forAdministrators ? { scope: { type: "all_chat_administrators" } as const } : {}),
    };
    const wanted = commands.map(({ name, description }) => ({ command: name, description }));
    const known = await called("getMyCommands", api.getMyCommands(scope));
    if (sameMenu(known, wanted)) continue;
    await called("setMyCommands", api.setMyCommands(wanted, scope));
    changed += 1;
  }
  return changed;
}

interface Entry {
  readonly command: string;
  readonly description: string;
}

function sameMenu(known: readonly Entry[], wanted: readonly Entry[]): boolean {
  const same = (entry: Entry, index: number): boolean =>
    entry.command === wanted[index]?.command && entry.description === wanted[index].description;
  return known.length === wanted.length && known.every(same);
}
