import type { Log } from "./ports.ts";

/**
 * Keeps lines about a transaction back until it is durable, so that none tells of what was undone.
 *
 * @returns `log` to write on meanwhile, and `release`, to be called after the commit.
 */
export function heldLog(log: Log): { readonly log: Log; readonly release: () => void } {
  const held: (() => void)[] = [];
  const hold =
    (level: keyof Log) =>
    (fields: object, message: string): void =>
      void held.push(() => log[level](fields, message));
  return {
    log: { debug: hold("debug"), info: hold("info"), warn: hold("warn"), error: hold("error") },
    release: () => {
      for (const write of held.splice(0)) write();
    },
  };
}
