import { type Buttons, openButtons } from "./buttons.ts";
import { type Call, describeCalls } from "./calls.ts";
import { openChanges, type WaitOptions } from "./changes.ts";
import { openDoor } from "./door.ts";
import { Refusal } from "./errors.ts";
import { type Faults, openFaults } from "./faults.ts";
import { openFiles } from "./files.ts";
import { type FloodOptions, openFlood } from "./flood.ts";
import { openListener } from "./listener.ts";
import { type MediaSenders, openMedia } from "./media.ts";
import { type Membership, openMembership } from "./membership.ts";
import { chatMethods } from "./methods/chats.ts";
import { intakeMethods } from "./methods/intake.ts";
import { type Menu, menuMethods } from "./methods/menu.ts";
import { messageMethods } from "./methods/messages.ts";
import type { Methods } from "./methods/method.ts";
import { type CallbackAnswer, type Callbacks, receiptMethods } from "./methods/receipts.ts";
import { openPeople, type People } from "./people.ts";
import { openPolling } from "./polling.ts";
import { openQueue, type UpdateQueue } from "./queue.ts";
import type { Update, User } from "./shapes.ts";
import { openTopics, type Topics } from "./topics.ts";
import { openWebhook, type Webhook } from "./webhook.ts";
import { type ChatRef, type ReactionState, recordOf, type StoredMessage, type World } from "./world.ts";

export interface TelegramOptions extends FloodOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly token?: string;
  /** Default `herald24_bot`. */
  readonly botUsername?: string;
  /** Default true: privacy mode is off. */
  readonly canReadAllGroupMessages?: boolean;
  /** Default false: other bots' group messages are hidden. */
  readonly botToBot?: boolean;
  /** Epoch ms, for dates, expiry and flood windows; pauses between retries take real time. Default `Date.now`. */
  readonly clock?: () => number;
  /** Default 20 MB, as on the public server. */
  readonly maxDownloadBytes?: number;
  /** A server with `--local`: files are named by their paths on its disk, `<localDir>/<token>/…`, and have no cap. */
  readonly localDir?: string;
  /** What counts as a second between webhook retries. Default 1000. */
  readonly webhookRetryUnitMs?: number;
  /** How long a repeated short poll is stretched. Default 3000, as on the real server. */
  readonly repeatPauseMs?: number;
  /** How late conflicts after the first are answered. Default 3000, as on the real server. */
  readonly conflictPauseMs?: number;
}

/** The emulated Bot API server and the people around it. */
export interface Telegram extends Membership, People, MediaSenders, Buttons, Topics {
  /** For grammY's `client.apiRoot`; no slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly bot: User;
  readonly calls: readonly Call[];
  readonly callbackAnswers: readonly CallbackAnswer[];
  readonly faults: Faults;
  /** All registered command menus. */
  menus(): readonly Menu[];
  /** Everything ever posted in the chat, the bot's posts included, in order; deleted ones are marked. */
  messagesOf(chat: ChatRef): readonly StoredMessage[];
  /** Only what the bot posted and did not delete. */
  postsOf(chat: ChatRef): readonly StoredMessage[];
  /** The bot's reactions to a message, oldest first. */
  reactionsOf(chat: ChatRef, messageId: number): readonly ReactionState[];
  /** Updates nobody has confirmed. */
  pendingUpdates(): readonly Update[];
  /** The next update gets this id: after a quiet week the real server starts anywhere, even lower. */
  setNextUpdateId(id: number): void;
  /** Resolves with the first truthy answer of `look`, asked again after every change of state. */
  waitFor<T>(look: () => T | undefined | null | false, options?: WaitOptions): Promise<T>;
  /** Calls the listener after every change of state; call what comes back to stop. */
  onChange(listener: () => void): () => void;
  /** Breaks all connections and refuses new ones until `resume`, on the same port. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

const BOT_ID = 7_000_000_001;

/** Shaped like a real token, but no scanner finds one in this file. */
function madeUpToken(): string {
  return [BOT_ID, "s".repeat(35)].join(":");
}

function openWorld(options: TelegramOptions, calls: readonly Call[], queue: UpdateQueue): World {
  const username = options.botUsername ?? "herald24_bot";
  const bot: User = { id: BOT_ID, is_bot: true, first_name: "herald24", username };
  return {
    now: options.clock ?? Date.now,
    bot,
    canReadAllGroupMessages: options.canReadAllGroupMessages ?? true,
    botToBot: options.botToBot ?? false,
    users: new Map([[bot.id, bot]]),
    deactivated: new Set(),
    chats: new Map(),
    files: openFiles(),
    changes: openChanges(() => describeCalls(calls)),
    publish: queue.push,
    nextSharedMessageId: 1,
  };
}

interface Parts {
  readonly world: World;
  readonly queue: UpdateQueue;
  readonly webhook: Webhook;
  readonly callbacks: Callbacks;
  readonly menus: Map<string, Menu>;
  readonly filesDir: string | undefined;
}

function openMethods(parts: Parts, options: TelegramOptions): Methods {
  const { world, queue, webhook, callbacks, menus } = parts;
  const polling = openPolling({
    queue,
    webhookActive: () => webhook.settings() !== undefined,
    repeatPauseMs: options.repeatPauseMs ?? 3_000,
    conflictPauseMs: options.conflictPauseMs ?? 3_000,
  });
  let loggedOut = false;
  const methods: Methods = {
    ...messageMethods(world),
    ...receiptMethods(world, callbacks),
    ...chatMethods(world, { capBytes: options.maxDownloadBytes, localDir: parts.filesDir }),
    ...menuMethods(world, menus),
    ...intakeMethods({ world, queue, polling, webhook }),
    logOut() {
      loggedOut = true;
      return true;
    },
  };
  const guarded = Object.entries(methods).map(([name, method]): [string, Methods[string]] => [
    name,
    (args, signal) => {
      if (loggedOut) throw new Refusal(400, "Logged out");
      return method(args, signal);
    },
  ]);
  return Object.fromEntries(guarded);
}

function inspect({ world, queue, callbacks, menus }: Parts) {
  const messagesOf = (chat: ChatRef): readonly StoredMessage[] => [...recordOf(world, chat).messages.values()];
  return {
    bot: world.bot,
    callbackAnswers: callbacks.answers,
    menus: () => [...menus.values()],
    messagesOf,
    postsOf: (chat: ChatRef) => messagesOf(chat).filter((stored) => stored.own && !stored.deleted),
    reactionsOf: (chat: ChatRef, messageId: number) => recordOf(world, chat).messages.get(messageId)?.reactions ?? [],
    pendingUpdates: queue.pending,
    setNextUpdateId(id: number) {
      queue.nextId = id;
    },
    waitFor: world.changes.waitFor,
    onChange: world.changes.onChange,
  };
}

/** Starts an emulated Telegram Bot API server on 127.0.0.1. */
export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const calls: Call[] = [];
  const token = options.token ?? madeUpToken();
  const now = options.clock ?? Date.now;
  const queue = openQueue(now, 730_000_001);
  const world = openWorld(options, calls, queue);
  const callbacks: Callbacks = { open: new Map(), answers: [] };
  const retryUnitMs = options.webhookRetryUnitMs ?? 1_000;
  const webhook = openWebhook({ queue, now, retryUnitMs, changed: world.changes.changed });
  queue.onPush(world.changes.changed);
  const filesDir = options.localDir === undefined ? undefined : `${options.localDir}/${token}`;
  const parts: Parts = { world, queue, webhook, callbacks, menus: new Map(), filesDir };
  const faults = openFaults();
  const flood = openFlood(options, now);
  const door = openDoor({ world, token, methods: openMethods(parts, options), faults, flood, calls });
  const listener = await openListener(door, options.port ?? 0);
  return {
    ...openMembership(world),
    ...openPeople(world),
    ...openMedia(world),
    ...openButtons(world, callbacks),
    ...openTopics(world),
    ...inspect(parts),
    token,
    calls,
    faults,
    ...listener,
    async close() {
      webhook.clear();
      await listener.pause();
    },
  };
}
