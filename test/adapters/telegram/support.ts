import { inspect } from "node:util";
import { onTestFinished } from "vitest";
import { createTelegram, type Telegram, type TelegramOptions } from "../../../adapters/telegram/adapter.ts";
import {
  type Telegram as Sandbox,
  type TelegramOptions as SandboxOptions,
  startTelegram,
} from "../../../sandbox/telegram/server.ts";
import type { Intake, Log } from "../../../src/app/ports.ts";
import type { InboxEntry, InboxRow } from "../../../src/app/store/queues.ts";
import type { ChatRef, IncomingMessage } from "../../../src/core/chat.ts";

/** An inbox in memory, and a note of everything the adapter hands inwards. */
export interface Inwards extends Intake {
  readonly rows: InboxRow[];
  /** Members of albums, which stay when they are done. */
  readonly kept: InboxRow[];
  readonly messages: { readonly message: IncomingMessage; readonly rows: readonly number[] }[];
  readonly ignored: number[];
  readonly migrations: { readonly from: string; readonly to: string }[];
  readonly people: Parameters<Intake["sighted"]>[0][];
  readonly chats: ChatRef[];
  readonly watchedChats: ChatRef[];
  /** Thrown by the next calls, one each. */
  readonly storeFailures: Error[];
  readonly messageFailures: Error[];
}

export function openInwards(): Inwards {
  const inwards: Inwards = {
    rows: [],
    kept: [],
    messages: [],
    ignored: [],
    migrations: [],
    people: [],
    chats: [],
    watchedChats: [],
    storeFailures: [],
    messageFailures: [],
    async store(entries: readonly InboxEntry[]) {
      const failure = inwards.storeFailures.shift();
      if (failure) throw failure;
      for (const entry of entries) {
        if (inwards.rows.some(({ externalId }) => externalId === entry.externalId)) continue;
        const row = { ...entry, id: inwards.rows.length + 1, attempts: 0 };
        inwards.rows.push(row);
        if (entry.albumKey !== undefined) inwards.kept.push(row);
      }
    },
    async message(message, rows) {
      const failure = inwards.messageFailures.shift();
      if (failure) throw failure;
      inwards.messages.push({ message, rows });
    },
    album: async (albumKey) => inwards.kept.filter((row) => row.albumKey === albumKey),
    async ignore(rows) {
      inwards.ignored.push(...rows);
    },
    async migrated(from, to) {
      inwards.migrations.push({ from, to });
    },
    async sighted(seen) {
      inwards.people.push(seen);
    },
    bound: async () => inwards.chats,
    watched: async () => inwards.watchedChats,
    suggest: async () => [],
    linkForm: async () => "none",
    deletions: async () => undefined,
    known: async () => [],
    heard: async () => false,
    deleted: async () => undefined,
  };
  return inwards;
}

/** Everything logged, as a careless logger would print it. */
export function openLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (fields: object, message: string): void => {
    lines.push(`${message} ${inspect(fields, { depth: 8 })}`);
  };
  return { lines, debug: note, info: note, warn: note, error: note };
}

export interface House {
  readonly sandbox: Sandbox;
  readonly telegram: Telegram;
  readonly inwards: Inwards;
  readonly log: ReturnType<typeof openLog>;
  /** Starts the intake; it ends with the test, or earlier by `stop`, which answers how it ended. */
  start(): { stop(): Promise<void>; readonly ended: Promise<void> };
  /** Runs the intake until nothing is left to confirm, then dispatches every row, the members of an album together. */
  takeIn(): Promise<readonly IncomingMessage[]>;
}

export async function houseFor(
  given: { sandbox?: SandboxOptions; adapter?: Partial<TelegramOptions> } = {},
): Promise<House> {
  const sandbox = await startTelegram({
    repeatPauseMs: 1,
    conflictPauseMs: 1,
    webhookRetryUnitMs: 1,
    ...given.sandbox,
  });
  const inwards = openInwards();
  const log = openLog();
  const telegram = createTelegram({ ...optionsFor(sandbox), intake: inwards, log, ...given.adapter });
  onTestFinished(async () => {
    await sandbox.close();
    await telegram.close();
  });
  const start = (): ReturnType<House["start"]> => {
    const stopping = new AbortController();
    const ended = telegram.run(stopping.signal);
    ended.catch(() => undefined);
    onTestFinished(() => stopping.abort());
    const stop = (): Promise<void> => {
      stopping.abort();
      return ended;
    };
    return { stop, ended };
  };
  const takeIn = async (): Promise<readonly IncomingMessage[]> => {
    const { stop } = start();
    await confirmed(sandbox);
    await stop();
    const groups = Map.groupBy(inwards.rows.splice(0), (row) => row.albumKey ?? row.externalId);
    for (const rows of groups.values()) await telegram.dispatch(rows);
    return inwards.messages.splice(0).map(({ message }) => message);
  };
  return { sandbox, telegram, inwards, log, start, takeIn };
}

/** Resolves when the adapter has asked, from now on, for what comes after all that is queued now. */
export async function confirmed(sandbox: Sandbox): Promise<void> {
  const last = sandbox.pendingUpdates().at(-1)?.update_id;
  const before = sandbox.calls.length;
  const asked = ({ method, payload }: Sandbox["calls"][number]): boolean =>
    method.toLowerCase() === "getupdates" && last !== undefined && payload.offset === last + 1;
  await sandbox.waitFor(() => last === undefined || sandbox.calls.slice(before).some(asked), {
    what: "updates to be confirmed",
  });
}

export function optionsFor(sandbox: Sandbox): Omit<TelegramOptions, "intake" | "log"> {
  return {
    token: sandbox.token,
    apiRoot: sandbox.url,
    privateHosts: [new URL(sandbox.url).host],
    mode: { kind: "polling" },
    clock: Date.now,
    pauseMs: () => 1,
  };
}

/** A house with Anna in a supergroup that is bound. */
export async function groupFor(given: Parameters<typeof houseFor>[0] = {}) {
  const house = await houseFor(given);
  const anna = house.sandbox.createUser({ firstName: "Анна", lastName: "К", username: "anna_k", languageCode: "ru" });
  const group = house.sandbox.createChat({ type: "supergroup", title: "Builds", owner: anna });
  house.inwards.chats.push({ platform: "telegram", chatId: String(group.id), threadId: "" });
  return { ...house, anna, group };
}
