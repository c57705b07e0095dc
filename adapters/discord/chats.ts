import type { BoundChat, Clock } from "../../src/app/ports.ts";

/** A change made beside a running service is noticed within a second (docs/cli.md). */
const FRESH_MS = 1_000;

/** Chats that every message is compared with, asked for at most once a second. */
export function rememberChats(
  ask: () => Promise<readonly BoundChat[]>,
  clock: Clock,
): () => Promise<readonly BoundChat[]> {
  let asked: { readonly at: number; readonly chats: Promise<readonly BoundChat[]> } | undefined;
  return () => {
    if (asked && clock() - asked.at < FRESH_MS && clock() >= asked.at) return asked.chats;
    const chats = ask();
    asked = { at: clock(), chats };
    chats.catch(() => {
      asked = undefined;
    });
    return chats;
  };
}
