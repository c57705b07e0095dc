import { onTestFinished } from "vitest";
import { startDiscord } from "../../sandbox/discord/server.ts";
import { startTelegram } from "../../sandbox/telegram/server.ts";
import { emptyFolder, portalFor } from "./support.ts";

export const TELEGRAM_TOKEN = `${7_000_001}:${"t".repeat(35)}`;

/** An empty folder, and the outside systems that its environment leads to. */
export async function newcomer() {
  const portal = await portalFor({ tags: "honoured" });
  const telegram = await startTelegram({ token: TELEGRAM_TOKEN, canReadAllGroupMessages: false });
  onTestFinished(() => telegram.close());
  const discord = await startDiscord({ rateLimits: false });
  onTestFinished(() => discord.close());
  const shell = emptyFolder();
  Object.assign(shell.env, {
    PRIVATE_HOSTS: [portal.host, new URL(telegram.url).host, new URL(discord.url).host].join(","),
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_API_ROOT: discord.apiRoot,
    PORT: "0",
  });
  return { shell, portal, telegram, discord };
}
