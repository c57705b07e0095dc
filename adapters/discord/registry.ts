import { setTimeout as delay } from "node:timers/promises";
import type { REST } from "discord.js";
import type { Log } from "../../src/app/ports.ts";
import { commandForms } from "./commands.ts";
import { failureOf } from "./failures.ts";
import { isOutdated } from "./outdated.ts";
import type { DiscordWords } from "./words.ts";

interface RegistryParts {
  readonly words: DiscordWords;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Between two tries when Discord could not be reached; default a minute. */
  readonly retryMs?: number;
}

const RETRY_MS = 60_000;

/**
 * Makes Discord's list of our commands what it should be. Written only when it differs: 200 new commands a day is all that
 * Discord takes. A failure is logged, never thrown: commands registered before go on working. One that may pass is tried again.
 */
export async function registerCommands(rest: REST, applicationId: string, parts: RegistryParts): Promise<void> {
  const { signal, retryMs = RETRY_MS } = parts;
  while (!signal.aborted && !(await register(rest, applicationId, parts))) {
    await delay(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** @returns False when it failed in a way that may pass. */
async function register(rest: REST, applicationId: string, { words, log }: RegistryParts): Promise<boolean> {
  const path = `/applications/${applicationId}/commands` as const;
  const wanted = commandForms(words);
  try {
    const registered = await rest.get(path, { query: new URLSearchParams({ with_localizations: "true" }) });
    if (!isOutdated(registered, wanted)) return true;
    await rest.put(path, { body: wanted });
    log.info({ commands: wanted.length }, "Discord commands registered");
    return true;
  } catch (error) {
    const failure = failureOf(error);
    log.error({ failure }, "Discord commands could not be registered");
    return failure.kind === "refused" || failure.kind === "token";
  }
}
