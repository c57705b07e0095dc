import { Api, Bot } from "grammy";
import { onTestFinished } from "vitest";
import { startTelegram, type Telegram, type TelegramOptions } from "../../../sandbox/telegram/server.ts";

/** A server that ends with the test. */
export async function telegramFor(options: TelegramOptions = {}): Promise<Telegram> {
  const telegram = await startTelegram(options);
  onTestFinished(() => telegram.close());
  return telegram;
}

export function apiOf(telegram: Telegram): Api {
  return new Api(telegram.token, { apiRoot: telegram.url });
}

export function botOf(telegram: Telegram): Bot {
  return new Bot(telegram.token, { client: { apiRoot: telegram.url } });
}

/** A supergroup with Anna in it. */
export async function groupFor(options: TelegramOptions = {}) {
  const telegram = await telegramFor(options);
  const anna = telegram.createUser({ firstName: "Анна", username: "anna_k", languageCode: "ru" });
  const group = telegram.createChat({ type: "supergroup", title: "Builds", owner: anna });
  return { telegram, api: apiOf(telegram), anna, group };
}

/** A clock that moves only when told. */
export function handClock(startMs = Date.UTC(2026, 8, 1)) {
  let at = startMs;
  return {
    clock: () => at,
    advance(ms: number) {
      at += ms;
    },
  };
}
