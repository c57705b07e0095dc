import { slotOf } from "../../src/app/receipts.ts";
import type { Store } from "../../src/app/store/store.ts";
import { addPeople, message, notification } from "../support/entries.ts";

let messages = 0;

/** A notification from a Telegram chat that nobody has sent yet, to people of `main`; answers the slot of its receipt. */
export async function addWaiting(
  store: Store,
  {
    chatId = "-100",
    bitrixIds = [7],
    tag,
    workspace = "main",
  }: { chatId?: string; bitrixIds?: readonly number[]; tag?: string; workspace?: string } = {},
): Promise<string> {
  messages += 1;
  const source = message(String(messages), chatId);
  await store.tx(async (tx) => {
    const workspaceId = (await tx.workspaces.byName(workspace))?.id ?? 0;
    const persons = await addPeople(tx, workspaceId, bitrixIds);
    const recipients = persons.map((personId, index) => {
      const bitrixId = bitrixIds[index] ?? 0;
      return { personId, bitrixId, tag: `h24.m.${messages}.${bitrixId}`, subTag: "s" };
    });
    const createdAt = Date.now();
    const times = { createdAt, expiresAt: createdAt + 86_400_000 };
    await tx.notifications.add(
      notification(workspaceId, persons, { source, recipients, ...times, ...(tag ? { tag } : {}) }),
    );
    await tx.receipts.wish(slotOf(source), source, { mark: "stored" }, createdAt);
  });
  return slotOf(source);
}
