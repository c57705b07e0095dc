import type { ChatRef, Platform } from "../core/chat.ts";
import type { BoundChat } from "./ports.ts";
import type { Repositories, Store } from "./store/store.ts";

/**
 * Remembers an answer about the chats until they may have changed: every message asks, and none may be missed that is said after a
 * command has bound a chat or made a rule.
 */
export function rememberPlaces<Answer>(
  store: Pick<Store, "placesVersion">,
  ask: (platform: Platform) => Promise<Answer>,
): (platform: Platform) => Promise<Answer> {
  const known = new Map<Platform, { readonly version: string; readonly answer: Promise<Answer> }>();
  return (platform) => {
    const version = store.placesVersion();
    const last = known.get(platform);
    if (last?.version === version) return last.answer;
    const answer = ask(platform);
    known.set(platform, { version, answer });
    answer.catch(() => {
      if (known.get(platform)?.answer === answer) known.delete(platform);
    });
    return answer;
  };
}

/**
 * The chats that are bound to the workspace of an enabled rule that listens to them, or those parts of them that are: what is said
 * elsewhere is not taken in at all.
 */
export async function watchedChats(
  { rules, chats }: Pick<Repositories, "rules" | "chats">,
  platform: Platform,
): Promise<readonly BoundChat[]> {
  const listening = await rules.watched(platform);
  if (listening.length === 0) return [];
  const bound = (await chats.list()).filter((binding) => binding.platform === platform);
  return listening.flatMap(({ workspaceId, chatId, threadId }) => {
    const source: ChatRef = { platform, chatId, threadId };
    return bound.flatMap(({ createdAt, ...binding }): readonly BoundChat[] => {
      const common = binding.workspaceId === workspaceId ? commonOf(source, binding) : undefined;
      return common ? [{ ...common, createdAt }] : [];
    });
  });
}

/** What both stand for: a chat without a thread stands for all of its threads or channels. */
function commonOf(one: ChatRef, other: ChatRef): ChatRef | undefined {
  if (one.chatId !== other.chatId) return undefined;
  const threadId = one.threadId === "" ? other.threadId : one.threadId;
  if (other.threadId !== "" && other.threadId !== threadId) return undefined;
  return { platform: one.platform, chatId: one.chatId, threadId };
}
