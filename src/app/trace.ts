import { sha256 } from "./hash.ts";

/** 64 bits: enough to tell the messages of years apart. */
const CHARACTERS = 16;

/** Where a message stands, or an alert came from. */
interface Source {
  readonly platform: string;
  readonly chatId: string;
  readonly messageId: string;
}

/**
 * Names one message of a chat in every line of the log that is about it, from its arrival to what became of its last delivery.
 * Made from where the message stands and nothing else, so that a restart, an edit and what is sent after the rest of it all have
 * the same one.
 */
export const traceOf = ({ platform, chatId, messageId }: Source): string =>
  traceOfSlot(`${platform}:${chatId}:${messageId}`);

/** @param slot Of the receipt that tells about the message. */
export const traceOfSlot = (slot: string): string =>
  sha256(slot.replace(/[+~]\d+$|\^[\d.]+$/u, "")).slice(0, CHARACTERS);

/** For lines about several messages at once. */
export function traceFields(traces: readonly (string | undefined)[]): { trace?: string; traces?: readonly string[] } {
  const known = [...new Set(traces.flatMap((trace) => trace ?? []))];
  const [only] = known;
  if (only === undefined) return {};
  return known.length === 1 ? { trace: only } : { traces: known };
}
