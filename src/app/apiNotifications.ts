import type { IncomingMedia, SourceRef } from "../core/chat.ts";
import { type ApiAttachment, type ApiNotification, parseApiNotification } from "../core/hooks/api.ts";
import { readJson } from "../core/hooks/json.ts";
import { plain } from "../core/richText.ts";
import { messageTag, sourceSubTag, userTag } from "../core/tags.ts";
import { writeDown } from "./accept.ts";
import type { Alarm } from "./alarm.ts";
import { randomToken, sha256 } from "./hash.ts";
import { attachmentsFor } from "./plan.ts";
import type { Clock, Log, WordsIn } from "./ports.ts";
import { type Resolved, resolveRecipients } from "./recipients.ts";
import { fullOf } from "./shed.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Hook } from "./store/hooks.ts";
import type { NewNotification, Notification } from "./store/notifications.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { traceOf } from "./trace.ts";

const HOUR_MS = 3_600_000;

/** A notification and what has become of it, as another program sees it. */
export interface ApiNotificationView {
  readonly notification: Notification;
  readonly deliveries: readonly Delivery[];
}

export type ApiAnswer =
  | ({
      readonly kind: "accepted";
      readonly unknown: readonly string[];
      readonly ambiguous: Resolved["ambiguous"];
    } & ApiNotificationView)
  | { readonly kind: "not-json"; readonly line: number; readonly column: number; readonly rule: string }
  | { readonly kind: "malformed"; readonly path: string; readonly rule: string }
  | { readonly kind: "nobody"; readonly unknown: readonly string[]; readonly ambiguous: Resolved["ambiguous"] }
  /** The idempotency key was used for another body, or for a notification that has been erased since. */
  | { readonly kind: "conflict"; readonly notificationId: number }
  /** So many deliveries of this hook, or of its workspace, wait already that none is added. */
  | { readonly kind: "full"; readonly bound: "sender" | "workspace"; readonly most: number }
  /** Meanwhile. */
  | { readonly kind: "revoked" };

export interface Api {
  /** Resolves once what is answered is durable. */
  notify(hook: Hook, asked: { text: string; idempotencyKey?: string }): Promise<ApiAnswer>;
  /** One that a hook of the same workspace has asked for. */
  find(hook: Hook, id: number): Promise<ApiNotificationView | undefined>;
}

export interface ApiParts {
  readonly store: Store;
  readonly wordsIn: WordsIn;
  /** Rung when there is something to send. */
  readonly changed: Pick<Alarm, "ring">;
  readonly clock: Clock;
  readonly log: Log;
}

export function createApi(parts: ApiParts): Api {
  const { store } = parts;
  return {
    async notify(hook, { text, idempotencyKey }) {
      const json = readJson(text);
      if (json.kind === "malformed") return { ...json, kind: "not-json" };
      const asked = parseApiNotification(json.value);
      if (asked.kind === "malformed") return asked;
      const request = {
        hook,
        asked,
        bodyHash: sha256(text),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      const answer = await store.tx((tx) => accept(tx, request, parts));
      if (answer.kind === "accepted") parts.changed.ring();
      return answer;
    },
    async find(hook, id) {
      const notification = await store.read.notifications.byId(id);
      if (!notification || notification.workspaceId !== hook.workspaceId) return undefined;
      return notification.source.platform === "hook" ? viewOf(store.read, notification) : undefined;
    },
  };
}

interface ApiCall {
  readonly hook: Hook;
  readonly asked: ApiNotification;
  readonly bodyHash: string;
  readonly idempotencyKey?: string;
}

async function accept(tx: Repositories, call: ApiCall, parts: ApiParts): Promise<ApiAnswer> {
  const { hook, asked, bodyHash, idempotencyKey } = call;
  const now = parts.clock();
  const current = await tx.hooks.byId(hook.id);
  const workspace = current && (await tx.workspaces.byId(current.workspaceId));
  if (!workspace || current.revokedAt !== undefined) return { kind: "revoked" };
  const where = { workspaceId: workspace.id, platform: "telegram", now } as const;
  const former = idempotencyKey === undefined ? undefined : await tx.hooks.request(hook.id, idempotencyKey);
  const sent = former && (await tx.notifications.byId(former.notificationId));
  if (former && (former.bodyHash !== bodyHash || !sent)) return { kind: "conflict", ...former };
  const { people, ambiguous, ...without } = await resolveRecipients(tx, asked.to, where);
  const unknown = [...without.unknown, ...without.empty];
  if (sent) return { kind: "accepted", unknown, ambiguous, ...(await viewOf(tx, sent)) };
  if (people.length === 0) return { kind: "nobody", unknown, ambiguous };
  const full = await fullOf(tx, workspace, { platform: "hook", userId: String(hook.id) });
  if (full) return { kind: "full", ...full };
  const planned = plan(call, { workspace, people, now }, parts);
  const written = await writeDown(tx, planned, { wordsIn: parts.wordsIn, now });
  // Sent under this key before, and forgotten since: the same source is never sent twice.
  const notification = written?.stored ?? (await tx.notifications.bySource(planned.source))[0];
  if (!notification) return { kind: "nobody", unknown, ambiguous };
  if (idempotencyKey !== undefined) {
    const request = { hookId: hook.id, idempotencyKey, bodyHash, notificationId: notification.id, at: now };
    await tx.hooks.remember(request);
  }
  await tx.hooks.take(hook.id, [], now);
  const deliveries = await tx.deliveries.ofNotification(notification.id);
  const trace = traceOf(notification.source);
  parts.log.info(
    { trace, workspace: workspace.name, notification: notification.id, deliveries: deliveries.length },
    "accepted",
  );
  return { kind: "accepted", unknown, ambiguous, notification, deliveries };
}

function plan(
  { hook, asked, idempotencyKey }: ApiCall,
  { workspace, people, now }: { workspace: Workspace; people: Resolved["people"]; now: number },
  { wordsIn }: ApiParts,
): NewNotification {
  const words = wordsIn(workspace.settings.language);
  const text = plain(asked.text);
  // The same key makes the same tags, even in a database that was restored from before the first request.
  const messageId = idempotencyKey === undefined ? randomToken() : sha256(idempotencyKey).slice(0, 32);
  const source: SourceRef = { platform: "hook", chatId: String(hook.id), threadId: "", messageId };
  const scope = workspace.settings.tagScope === "workspace" ? "workspace" : `hook ${hook.id}`;
  const { tag } = asked;
  return {
    uid: randomToken(),
    workspaceId: workspace.id,
    source,
    senderUserId: String(hook.id),
    senderName: hook.name,
    origin: words.say("origin-hook"),
    text,
    ...(tag === undefined ? {} : { tag }),
    senderLanguage: workspace.settings.language,
    priority: asked.priority,
    createdAt: now,
    expiresAt: now + workspace.settings.deadlineHours * HOUR_MS,
    attachments: attachmentsFor({ media: asked.attachments.map(mediaOf), text }, words),
    recipients: people.map(({ id, bitrixId }) => ({
      personId: id,
      bitrixId,
      tag:
        tag === undefined
          ? messageTag({ hash: sha256, source, recipient: bitrixId })
          : userTag({ hash: sha256, scope, tag, recipient: bitrixId }),
      subTag: sourceSubTag({ hash: sha256, source }),
    })),
  };
}

const mediaOf = ({ url, name }: ApiAttachment): IncomingMedia => ({
  kind: "picture",
  name,
  source: { kind: "remote", url },
});

const viewOf = async (tx: Repositories, notification: Notification): Promise<ApiNotificationView> => ({
  notification,
  deliveries: await tx.deliveries.ofNotification(notification.id),
});
