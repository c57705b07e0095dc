import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { FindWebhook } from "../app/ruleSettle.ts";
import { webhookPlace } from "../app/targets.ts";
import { isListed } from "../core/addresses.ts";
import type { Context } from "./context.ts";

const DISCORD = /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/u;

/** Looks up `$NAME` in the environment and `@file` from the working directory; only Discord's own addresses are taken. */
export function webhookReader(context: Context): FindWebhook {
  return async (reference) => {
    const address = (await read(context, reference))?.trim() ?? "";
    const url = URL.parse(address);
    if (!url || !webhookPlace(address)) return undefined;
    const isDiscord = url.protocol === "https:" && url.port === "" && DISCORD.test(url.hostname);
    return isDiscord || isListed(url.host, context.config().privateHosts) ? url.href : undefined;
  };
}

async function read({ env, host }: Context, reference: string): Promise<string | undefined> {
  if (reference.startsWith("$")) return env[reference.slice(1)];
  return readFile(resolve(host.cwd, reference.slice(1)), "utf8").catch(() => undefined);
}
