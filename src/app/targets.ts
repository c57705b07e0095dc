import { type ChatRef, chatKey } from "../core/chat.ts";
import type { RuleTarget } from "../core/rule.ts";
import { onCallNow } from "./duty.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

/** A chat that shows an incident; by a webhook where one is given. */
export interface TargetChat extends ChatRef {
  readonly webhook?: string;
}

export interface Resolved {
  readonly persons: readonly Person[];
  readonly chats: readonly TargetChat[];
  /** What stands for nobody and nothing now, and why. */
  readonly missing: readonly { readonly target: RuleTarget; readonly why: MissingReason }[];
}

export type MissingReason =
  | "left"
  | "unknown-person"
  | "unknown-group"
  | "empty"
  | "unknown-rotation"
  | "not-bound"
  | "bad-webhook";

type Found = Partial<Pick<Resolved, "persons" | "chats">> | MissingReason;

/**
 * Who and what targets stand for at this moment, each once. A chat counts only while it is bound to the rule's own workspace: what
 * was handed over to another one must not be told there.
 */
export async function resolveTargets(
  tx: Repositories,
  targets: readonly RuleTarget[],
  where: { readonly workspaceId: number; readonly now: number },
): Promise<Resolved> {
  const persons = new Map<number, Person>();
  const chats = new Map<string, TargetChat>();
  const missing: { target: RuleTarget; why: MissingReason }[] = [];
  for (const target of targets) {
    const found = await resolve(tx, target, where);
    if (typeof found === "string") missing.push({ target, why: found });
    else {
      for (const person of found.persons ?? []) persons.set(person.id, person);
      for (const chat of found.chats ?? []) chats.set(chatKey(chat), chat);
    }
  }
  return { persons: [...persons.values()], chats: [...chats.values()], missing };
}

async function resolve(
  tx: Repositories,
  target: RuleTarget,
  { workspaceId, now }: { workspaceId: number; now: number },
): Promise<Found> {
  switch (target.kind) {
    case "person": {
      const person = await tx.people.byBitrixId(workspaceId, target.bitrixId);
      return !person ? "unknown-person" : person.leftAt === undefined ? { persons: [person] } : "left";
    }
    case "group": {
      const members = await tx.people.byGroup(workspaceId, target.name);
      const present = members?.filter(({ leftAt }) => leftAt === undefined);
      return !present ? "unknown-group" : present.length === 0 ? "empty" : { persons: present };
    }
    case "oncall":
      return onCallBy(tx, target.rotation, { workspaceId, now });
    case "chat": {
      const binding = await tx.chats.find(target.chat);
      return binding?.workspaceId === workspaceId ? { chats: [target.chat] } : "not-bound";
    }
    case "webhook":
      return oneChat(webhookPlace(target.url)) ?? "bad-webhook";
    default:
      return target satisfies never;
  }
}

async function onCallBy(
  tx: Repositories,
  name: string,
  { workspaceId, now }: { workspaceId: number; now: number },
): Promise<Found> {
  const rotation = await tx.oncall.byName(workspaceId, name);
  if (!rotation) return "unknown-rotation";
  const person = await onCallNow(tx, rotation, now);
  return person ? { persons: [person] } : "empty";
}

/** Discord: `/api/webhooks/<id>/<token>`, with a version and a thread where they are given. */
const WEBHOOK_PATH = /^\/api\/(?:v\d+\/)?webhooks\/(?<id>\d{1,20})\/[\w-]{20,100}$/u;

/** A webhook posts to a channel that only Discord knows, so its own id stands for the place. */
export function webhookPlace(address: string): TargetChat | undefined {
  const url = URL.parse(address);
  const id = url ? WEBHOOK_PATH.exec(url.pathname)?.groups?.id : undefined;
  if (!url || id === undefined) return undefined;
  const threadId = url.searchParams.get("thread_id") ?? "";
  return { platform: "discord", chatId: `webhook:${id}`, threadId, webhook: address };
}

const oneChat = (chat: TargetChat | undefined): Found | undefined => chat && { chats: [chat] };
