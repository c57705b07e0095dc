import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Bot } from "grammy";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { failBroken } from "./broken.ts";

export interface TelegramAccess {
  readonly token: string;
  /** Of the Bot API server, such as `https://api.telegram.org`. */
  readonly apiRoot: string;
  /** `host` or `host:port` that may be spoken to in plain HTTP. */
  readonly privateHosts: readonly string[];
  /** HTTP proxy for the way out, such as `http://proxy.example:3128`. */
  readonly proxyUrl?: string;
  /** Told whenever Telegram answers that we are too fast (429). */
  readonly limited?: () => void;
}

/** Seconds. Above the 30 s a poll waits; the library's own 500 s would keep a half-open connection silent for long. */
const CALL_TIMEOUT_SECONDS = 60;

const TOO_MANY_REQUESTS = 429;

/** @throws {Error} When the root is plain HTTP to a host that is not listed as private: the token is part of every address. */
export function openBot(access: TelegramAccess): Bot {
  const apiRoot = safeRoot(access);
  const agent = openAgent(apiRoot, access.proxyUrl);
  failBroken(agent);
  const bot = new Bot(access.token, {
    client: {
      apiRoot,
      timeoutSeconds: CALL_TIMEOUT_SECONDS,
      baseFetchConfig: { agent },
    },
  });
  bot.api.config.use(async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    if (!answer.ok && answer.error_code === TOO_MANY_REQUESTS) access.limited?.();
    return answer;
  });
  return bot;
}

/** For the bytes of files: they go past the Bot API's library, which would hold them in memory. */
export function openDispatcher({ proxyUrl }: TelegramAccess): Dispatcher {
  const timeouts = { connectTimeout: 10_000, headersTimeout: 30_000, bodyTimeout: 30_000 };
  return proxyUrl === undefined ? new Agent(timeouts) : new ProxyAgent({ uri: proxyUrl, ...timeouts });
}

/** Without a trailing slash, which grammY does not take. */
export function safeRoot({ apiRoot, privateHosts }: TelegramAccess): string {
  const url = new URL(apiRoot);
  const listed = privateHosts.some((host) => host === url.host || host === url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && listed)) return apiRoot.replace(/\/+$/u, "");
  throw new Error(
    `TELEGRAM_API_ROOT must be https, because every call carries the bot token. For an own server list its host: PRIVATE_HOSTS=${url.host}`,
  );
}

function openAgent(apiRoot: string, proxyUrl: string | undefined): HttpAgent | HttpsAgent {
  const options = { keepAlive: true };
  if (apiRoot.startsWith("https:"))
    return new HttpsAgent(proxyUrl === undefined ? options : { ...options, proxyEnv: { HTTPS_PROXY: proxyUrl } });
  return new HttpAgent(proxyUrl === undefined ? options : { ...options, proxyEnv: { HTTP_PROXY: proxyUrl } });
}
