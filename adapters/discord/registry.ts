import type { REST } from "discord.js";
import type { Log } from "../../src/app/ports.ts";
import { commandForms, isOutdated } from "./commands.ts";
import { failureOf } from "./failures.ts";
import type { DiscordWords } from "./words.ts";

/**
 * Makes Discord's list of our commands what it should be. Written only when it differs: 200 new commands a day is all that
 * Discord takes. A failure is logged, never thrown: commands registered before go on working.
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  { words, log }: { words: DiscordWords; log: Log },
): Promise<void> {
  const path = `/applications/${applicationId}/commands` as const;
  const wanted = commandForms(words);
  try {
    const registered = await rest.get(path, { query: new URLSearchParams({ with_localizations: "true" }) });
    if (!isOutdated(registered, wanted)) return;
    await rest.put(path, { body: wanted });
    log.info({ commands: wanted.length }, "Discord commands registered");
  } catch (error) {
    log.error({ failure: failureOf(error) }, "Discord commands could not be registered");
  }
}
