import type { Log } from "../app/ports.ts";

/** Commands speak through their output; what adapters would log on the way is not for it. */
export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
