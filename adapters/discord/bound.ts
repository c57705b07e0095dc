import type { BoundChat, Clock, Intake } from "../../src/app/ports.ts";

/** A change made beside a running service is noticed within a second (docs/cli.md). */
const FRESH_MS = 1_000;

/** The bound chats, asked for at most once a second: every message needs them. */
export function createBound(intake: Pick<Intake, "bound">, clock: Clock): () => Promise<readonly BoundChat[]> {
  let asked: { readonly at: number; readonly chats: Promise<readonly BoundChat[]> } | undefined;
  return () => {
    if (asked && clock() - asked.at < FRESH_MS && clock() >= asked.at) return asked.chats;
    const chats = intake.bound("discord");
    asked = { at: clock(), chats };
    chats.catch(() => {
      asked = undefined;
    });
    return chats;
  };
}
