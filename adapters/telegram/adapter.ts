import type { Bot } from "grammy";
import type { ChatAdapter, Clock, Finding, Intake, Log, Words } from "../../src/app/ports.ts";
import { openBot, openDispatcher, safeRoot, type TelegramAccess } from "./client.ts";
import { openDispatch } from "./dispatch.ts";
import { openDownload } from "./download.ts";
import { called } from "./fault.ts";
import { telegramFindings } from "./findings.ts";
import { openTake } from "./intake.ts";
import { type CommandMenu, registerCommands } from "./menu.ts";
import { openMessenger } from "./messenger.ts";
import { openPoster } from "./poster.ts";
import { growingPauseMs, run, type TelegramMode } from "./run.ts";
import { librarySignal } from "./signal.ts";
import { type AcceptWebhook, checkMode, openWebhook } from "./webhook.ts";

export interface TelegramOptions extends TelegramAccess {
  readonly mode: TelegramMode;
  readonly intake: Intake;
  readonly log: Log;
  readonly clock: Clock;
  /** Where an own Bot API server in `--local` mode keeps its files. Default: directories named after the bot. */
  readonly localDir?: string;
  /** Milliseconds before try number `attempt` of the intake. Default: doubling from 1 s to 30 s. */
  readonly pauseMs?: (attempt: number) => number;
}

export interface TelegramIdentity {
  readonly id: string;
  readonly username: string;
  /** False while privacy mode is on. */
  readonly canReadAllGroupMessages: boolean;
}

/** Links that a person opens to let the bot in; the rights they ask for are those the bot needs. */
export interface InviteLinks {
  readonly private: string;
  readonly group: string;
  readonly channel: string;
}

export interface Telegram extends ChatAdapter {
  /** @throws {TelegramTokenRefusedError | TelegramCallError} */
  identity(): Promise<TelegramIdentity>;
  readonly acceptWebhook: AcceptWebhook;
  inviteLinks(): Promise<InviteLinks>;
  /** In the words of the given language. */
  findings(looking: Pick<Words, "say"> & { mayPoll?: boolean }): Promise<readonly Finding[]>;
  /** Answers how many of the menus differed and were set. @throws {TelegramCallError} */
  registerCommands(menus: readonly CommandMenu[]): Promise<number>;
  /** Gives back the connections that downloads use. */
  close(): Promise<void>;
}

/**
 * @throws {Error} When `apiRoot` is plain HTTP to a host that is not listed as private, the token is empty, or a webhook has
 * no usable secret.
 */
export function createTelegram(options: TelegramOptions): Telegram {
  const { token, mode, intake, log, clock, pauseMs = growingPauseMs } = options;
  const apiRoot = safeRoot(options);
  checkMode(mode);
  const bot = openBot(options);
  followMoves(bot, intake);
  const dispatcher = openDispatcher(options);
  const local = options.localDir === undefined ? {} : { localDir: options.localDir };
  const take = openTake({ bot, intake, clock, log });
  const dispatch = openDispatch({ bot, intake, log, clock });
  const known = (): Promise<void> => called("getMe", identify(bot));
  const acceptWebhook = openWebhook(mode, async (updates) => {
    await known();
    await take(updates);
  });
  return {
    platform: "telegram",
    run: (signal, ready) =>
      run({ bot, mode, identify: (until) => identify(bot, until), take, log, pauseMs, ready }, signal),
    dispatch: async (rows) => {
      await known();
      await dispatch(rows);
    },
    messenger: openMessenger(bot),
    poster: openPoster(bot),
    openMedia: openDownload({ bot, token, apiRoot, dispatcher, ...local }),
    identity: async () => {
      await known();
      const { id, username, can_read_all_group_messages: canReadAllGroupMessages } = bot.botInfo;
      return { id: String(id), username, canReadAllGroupMessages };
    },
    acceptWebhook,
    inviteLinks: async () => {
      await known();
      return linksFor(bot.botInfo.username);
    },
    findings: (looking) => {
      const chats = { bound: () => intake.bound("telegram"), watched: () => intake.watched("telegram") };
      return telegramFindings(bot, { mode, ...chats, apiRoot, ...looking });
    },
    registerCommands: (menus) => registerCommands(bot, menus),
    close: () => dispatcher.close(),
  };
}

/**
 * A group that became a supergroup is told by two messages, and by every refused call. The messages are kept for a day only:
 * whoever was away for longer hears of it by what is said there first.
 */
function followMoves(bot: Bot, intake: Intake): void {
  bot.api.config.use(async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    const to = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
    const from = "chat_id" in payload ? payload.chat_id : undefined;
    // Questions are asked by `doctor`, too, which changes nothing.
    if (to !== undefined && from !== undefined && !method.startsWith("get"))
      await intake.migrated(String(from), String(to), []);
    return answer;
  });
}

/** Not the library's own initialisation: that one repeats by itself, for ever, what its caller should hear of. */
async function identify(bot: Bot, signal?: AbortSignal): Promise<void> {
  if (bot.isInited()) return;
  bot.botInfo = await bot.api.getMe(signal && librarySignal(signal));
}

/**
 * Telegram, "Deep links": `admin` asks for rights. In a group the least of them suffices, because an administrator sees all
 * messages whatever the privacy mode; a channel lets only administrators see its posts.
 */
function linksFor(username: string): InviteLinks {
  const bot = `https://t.me/${username}`;
  return {
    private: bot,
    group: `${bot}?startgroup&admin=manage_chat`,
    channel: `${bot}?startchannel&admin=post_messages`,
  };
}
