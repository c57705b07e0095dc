import { editForm, messageForm } from "../bodies.ts";
import type { Reply } from "../http.ts";
import { addMessage, removeMessage } from "../messages.ts";
import type { Channel, Message, User } from "../model.ts";
import { draftOf, editByBot, type Posting } from "../posting.ts";
import { FULL_VIEW, presentMessage } from "../present.ts";
import { formRefusal, readForm, refusals } from "../refusals.ts";
import type { World } from "../world.ts";
import { type ApiRequest, NO_CONTENT, ok, part, type Route } from "./route.ts";

/** An incoming webhook's side of the routes that interactions are answered by: `otherwise` answers for these. */
export function orWebhook(
  world: World,
  handle: (request: ApiRequest, channel: Channel) => Reply,
  otherwise: Route["handle"],
): Route["handle"] {
  return (request) => {
    const id = part(request, "application");
    if (id === world.settings.applicationId) return otherwise(request);
    const webhook = world.webhooks.get(part(request, "token"));
    if (webhook?.id === id) return handle(request, webhook.channel);
    if ([...world.webhooks.values()].some((known) => known.id === id)) throw refusals.invalidWebhookToken();
    throw refusals.unknownWebhook();
  };
}

const posting = (channel: Channel, { uploads }: ApiRequest): Posting => ({ by: "webhook", channel, uploads });

/** Discord: without `wait` nothing is told of the message. */
export function postByWebhook(world: World, request: ApiRequest, channel: Channel): Reply {
  const form = readForm(messageForm, request.body);
  const username = nameOf(form.username) ?? "Webhook";
  const id = part(request, "application");
  const author: User = { id, username, globalName: null, bot: true, dmsClosed: true, blocksBot: false };
  const { nonce: _, ...draft } = draftOf(world, posting(channel, request), form);
  const message = addMessage(world, { ...draft, author, webhookId: id });
  return request.query.get("wait") === "true" ? ok(presentMessage(world, message, FULL_VIEW)) : NO_CONTENT;
}

function nameOf(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const isRefused = name.length === 0 || name.length > 80 || /discord|clyde|@|#|:|```|^everyone$|^here$/iu.test(name);
  if (!isRefused) return name;
  throw formRefusal({ path: ["username"], code: "USERNAME_INVALID_CONTAINS", message: "Username cannot be used" });
}

export function editByWebhook(world: World, request: ApiRequest, channel: Channel): Reply {
  const message = ownMessage(request, channel);
  editByBot(world, posting(channel, request), message, readForm(editForm, request.body));
  return ok(presentMessage(world, message, FULL_VIEW));
}

export function deleteByWebhook(world: World, request: ApiRequest, channel: Channel): Reply {
  removeMessage(world, ownMessage(request, channel));
  return NO_CONTENT;
}

function ownMessage(request: ApiRequest, channel: Channel): Message {
  const [id, webhook] = [part(request, "message"), part(request, "application")];
  const found = channel.messages.find((message) => message.id === id && message.webhookId === webhook);
  if (!found) throw refusals.unknownMessage();
  return found;
}
