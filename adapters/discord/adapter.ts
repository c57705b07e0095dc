import { ProxyAgent } from "undici";
import type { ChatAdapter, Clock, Finding, Intake, Log, Words } from "../../src/app/ports.ts";
import type { InboxRow } from "../../src/app/store/queues.ts";
import { traceFields } from "../../src/app/trace.ts";
import { createConnection, type Listener } from "./connection.ts";
import type { Cursors } from "./cursorKeeper.ts";
import { readDeletion } from "./deletion.ts";
import { discordFindings, INVITED_BITS, identify } from "./findings.ts";
import { createInteractions } from "./interactions.ts";
import { createMessenger } from "./messenger.ts";
import { createOpenMedia } from "./openMedia.ts";
import { readPayload } from "./payload.ts";
import { createPoster } from "./poster.ts";
import { registerCommands } from "./registry.ts";
import { createWatch } from "./watch.ts";
import type { DiscordWords } from "./words.ts";

export interface DiscordOptions {
  readonly token: string;
  /** Without version: `https://discord.com/api`. */
  readonly apiRoot: string;
  /** `host[:port]` that media may be fetched from besides Discord's CDN, and without TLS. */
  readonly privateHosts: readonly string[];
  readonly proxyUrl?: string;
  readonly intake: Intake;
  readonly cursors: Cursors;
  readonly words: DiscordWords;
  /** Told whenever Discord answers that we are too fast (429). */
  readonly limited?: () => void;
  readonly log: Log;
  readonly clock: Clock;
  /** How often bound chats are looked through for messages that Discord did not announce; default 5 minutes. */
  readonly sweepMs?: number;
}

export interface DiscordAdapter extends ChatAdapter {
  /** Rejects when Discord cannot be reached or refuses the token. */
  identity(): Promise<{ readonly id: string; readonly applicationId: string; readonly username: string }>;
  /** Where an administrator of a server invites the bot with the rights it needs. */
  inviteLink(applicationId: string): string;
  /** In the words of the given language. */
  findings(words: Pick<Words, "say">): Promise<readonly Finding[]>;
}

/** One request for each channel: seldom enough for large servers. */
const SWEEP_MS = 5 * 60_000;

function inviteLink(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: String(INVITED_BITS),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

async function dispatch(
  rows: readonly InboxRow[],
  { intake, log }: Pick<DiscordOptions, "intake" | "log">,
): Promise<void> {
  for (const row of rows) {
    const message = readPayload(row.payload);
    const deletion = message ? undefined : readDeletion(row.payload);
    if (message) await intake.message(message, [row.id]);
    else if (deletion) await intake.deleted(deletion, [row.id]);
    else {
      log.error({ ...traceFields([row.trace]), row: row.id }, "Discord: a stored update cannot be read and is dropped");
      await intake.ignore([row.id]);
    }
  }
}

/** The Discord side of the house. Nothing is loaded or asked before something is needed. */
export function createDiscord(options: DiscordOptions): DiscordAdapter {
  const { intake, log, clock, words, cursors } = options;
  const proxied = options.proxyUrl === undefined ? {} : { dispatcher: new ProxyAgent(options.proxyUrl) };
  const limited = options.limited === undefined ? {} : { limited: options.limited };
  const connection = createConnection({ token: options.token, apiRoot: options.apiRoot, log, ...proxied, ...limited });
  const { rest, restOnce, isContentRefused } = connection;
  const bound = () => intake.bound("discord");
  const watched = () => intake.watched("discord");

  async function run(signal: AbortSignal, ready?: () => void): Promise<void> {
    const heard = { bound, watched, intake, log, clock };
    const watch = createWatch({ ...heard, cursors, signal, sweepMs: options.sweepMs ?? SWEEP_MS });
    const answer = createInteractions({ rest, bound, intake, words, log, clock });
    const open = new Set<Promise<void>>();
    const listener: Listener = {
      ...watch,
      missed(client) {
        void rest().then((api) => registerCommands(api, client.application.id, { words, log, signal }));
        watch.missed(client);
        log.info({}, "Discord connected");
        ready?.();
      },
      interaction(interaction) {
        const answered = answer(interaction).finally(() => open.delete(answered));
        open.add(answered);
      },
    };
    try {
      await connection.run(listener, signal);
    } finally {
      await Promise.allSettled([...open]);
      await watch.settled();
    }
  }

  return {
    platform: "discord",
    run,
    dispatch: (rows) => dispatch(rows, options),
    messenger: createMessenger({ rest, clock, log }),
    poster: createPoster({ rest, restOnce, apiRoot: options.apiRoot }),
    openMedia: createOpenMedia({ rest, privateHosts: options.privateHosts, ...proxied }),
    identity: async () => {
      const { id, applicationId, username } = await identify(await rest());
      return { id, applicationId, username };
    },
    inviteLink,
    findings: ({ say }) => {
      const { host } = new URL(options.apiRoot);
      return discordFindings({ rest, bound, isContentRefused, isProxied: options.proxyUrl !== undefined, host, say });
    },
  };
}
