/** Telegram refuses the bot token: only another token helps. */
export class TelegramTokenRefusedError extends Error {
  constructor() {
    super(
      "Telegram refuses the bot token: it is wrong or was revoked. Set TELEGRAM_BOT_TOKEN to the one BotFather shows.",
    );
    this.name = "TelegramTokenRefusedError";
  }
}

/** Somebody else takes this bot's updates: a second service, or a webhook that is set again and again. */
export class TelegramConflictError extends Error {
  constructor(description: string) {
    super(
      `another program takes the updates of this Telegram bot (${description}). Stop it, or give it a bot of its own.`,
    );
    this.name = "TelegramConflictError";
  }
}

/** A call to Telegram failed. Made from chosen words alone: the errors of the library underneath hold the token. */
export class TelegramCallError extends Error {
  constructor(method: string, reason: string) {
    super(`Telegram ${method}: ${reason}`);
    this.name = "TelegramCallError";
  }
}
