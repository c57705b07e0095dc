import type { Bot } from "grammy";

type LibrarySignal = NonNullable<Parameters<Bot["api"]["getMe"]>[0]>;

/**
 * grammY types its signals after an older package whose declarations do not match Node's, though all it uses is `aborted`
 * and the `abort` event.
 */
export function librarySignal(signal: AbortSignal): LibrarySignal {
  if (isUsable(signal)) return signal;
  throw new TypeError("an abort signal without events");
}

function isUsable(signal: unknown): signal is LibrarySignal {
  return signal instanceof AbortSignal;
}
