import { randomUUID } from "node:crypto";
import { DEFAULT_SETTINGS } from "../../src/app/settings.ts";
import type { NewNotification } from "../../src/app/store/notifications.ts";
import type { Repositories, Store } from "../../src/app/store/store.ts";
import type { Settings, Workspace } from "../../src/app/store/workspaces.ts";
import type { MessageRef } from "../../src/core/chat.ts";

export const SETTINGS: Settings = { ...DEFAULT_SETTINGS, timeZone: "Europe/Berlin" };

/** A workspace reached by a webhook with a code that exists nowhere else. */
export function addWorkspace(store: Store, name = "main", now = 0): Promise<Workspace> {
  const host = `${name}.bitrix24.example`;
  const url = `https://${host}/rest/1/${randomUUID()}/`;
  return store.tx((db) =>
    db.workspaces.add({ name, host, credentials: { kind: "webhook", url }, settings: SETTINGS }, now),
  );
}

export const message = (messageId: string, chatId = "-100", threadId = ""): MessageRef => ({
  platform: "telegram",
  chatId,
  threadId,
  messageId,
});

/** A notification to these persons, from a message of its own. */
export function notification(
  workspaceId: number,
  personIds: readonly number[],
  change: Partial<NewNotification> = {},
): NewNotification {
  const createdAt = change.createdAt ?? 0;
  return {
    uid: randomUUID(),
    workspaceId,
    source: message(randomUUID()),
    senderUserId: "7",
    senderName: "Anna",
    senderLanguage: "en",
    origin: "Team chat",
    text: [{ text: "Build is red" }],
    createdAt,
    expiresAt: createdAt + 86_400_000,
    attachments: [],
    recipients: personIds.map((personId) => ({ personId, bitrixId: personId, tag: `t.${personId}`, subTag: "s" })),
    ...change,
  };
}

export async function addPeople(
  db: Repositories,
  workspaceId: number,
  bitrixIds: readonly number[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const bitrixId of bitrixIds) ids.push((await db.people.addPerson({ workspaceId, bitrixId })).id);
  return ids;
}
