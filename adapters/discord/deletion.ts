import { z } from "zod";
import type { MessageRef } from "../../src/core/chat.ts";
import { type Placed, PRIVATE_GUILD } from "./place.ts";

/** A message that was deleted. */
export interface Deletion {
  /** Its own entry in the inbox, where it had one. */
  readonly of: string;
  /** As what the house may know it: on its own, or with its channel where that is a thread of a bound one. */
  readonly at: readonly MessageRef[];
}

const at = z.object({
  platform: z.literal("discord"),
  chatId: z.string(),
  threadId: z.string(),
  messageId: z.string(),
});
const form = z.object({ deleted: z.object({ of: z.string(), at: z.array(at) }) });

/** The id of what comes in of a message before any edit. */
export const messageEntry = (messageId: string): string => `m:${messageId}`;
/** The id of what comes in when it is deleted. */
export const deletionEntry = (messageId: string): string => `d:${messageId}`;

/** What Discord tells of a deleted message is no more than where it stood. */
export function deletionOf(messageId: string, { guildId, channelId }: Omit<Placed, "parentId">): Deletion {
  const place = { platform: "discord", chatId: guildId, threadId: channelId } as const;
  return {
    of: messageEntry(messageId),
    at: [
      { ...place, messageId },
      { ...place, messageId: `${channelId}/${messageId}` },
    ],
  };
}

export const placedDeletion = (message: { guildId: string | null; channelId: string }): Omit<Placed, "parentId"> => ({
  guildId: message.guildId ?? PRIVATE_GUILD,
  channelId: message.channelId,
});

export const writeDeletion = (deleted: Deletion): string => JSON.stringify({ deleted });

/** Undefined for any other payload. */
export function readDeletion(payload: string): Deletion | undefined {
  try {
    return form.safeParse(JSON.parse(payload)).data?.deleted;
  } catch {
    return undefined;
  }
}
