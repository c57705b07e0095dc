import { autocompleteForm, callbackForm, editForm, messageForm, modalForm } from "../bodies.ts";
import type { Reply } from "../http.ts";
import { INTERACTION, type Interaction, TOKEN_LIFE_MS } from "../interaction-state.ts";
import { addMessage, removeMessage } from "../messages.ts";
import { type Channel, FLAG, type Json, type JsonObject, type Message } from "../model.ts";
import { draftOf, editByBot, type Posting } from "../posting.ts";
import { FULL_VIEW, presentMessage } from "../present.ts";
import { formRefusal, isObject, readForm, refusals } from "../refusals.ts";
import type { World } from "../world.ts";
import { type ApiRequest, NO_CONTENT, ok, part, type Route } from "./route.ts";
import { deleteByWebhook, editByWebhook, orWebhook, postByWebhook } from "./webhooks.ts";

export function interactionRoutes(world: World): Route[] {
  const webhook = "/webhooks/:application/:token";
  const message = `${webhook}/messages/:message`;
  const route = (method: string, pattern: string, handle: Route["handle"]): Route => ({
    method,
    pattern,
    access: "token",
    handle,
  });
  type Answerer = (at: World, request: ApiRequest) => Reply;
  const orHook = (hook: (at: World, request: ApiRequest, channel: Channel) => Reply, answer: Answerer) =>
    orWebhook(
      world,
      (request, channel) => hook(world, request, channel),
      (request) => answer(world, request),
    );
  return [
    route("POST", "/interactions/:interaction/:token/callback", (request) => answerFirst(world, request)),
    route("POST", webhook, orHook(postByWebhook, followUp)),
    route("GET", message, (request) => ok(shown(world, answerNamed(world, request).message))),
    route("PATCH", message, orHook(editByWebhook, editAnswer)),
    route("DELETE", message, orHook(deleteByWebhook, deleteAnswer)),
  ];
}

const shown = (world: World, message: Message) => presentMessage(world, message, FULL_VIEW);

function answerFirst(world: World, request: ApiRequest): Reply {
  const interaction = world.interactions.get(part(request, "token"));
  if (!interaction || interaction.id !== part(request, "interaction")) throw refusals.unknownInteraction();
  if (interaction.callback) throw refusals.alreadyAcknowledged();
  if (world.clock() - interaction.createdAt > world.settings.answerWithinMs) throw refusals.unknownInteraction();
  const { type, data } = readForm(callbackForm, request.body);
  assertTypeFits(interaction, type);
  const body: Json = data ?? {};
  apply(world, interaction, { type, body, request });
  interaction.callback = { type, data: body };
  interaction.acknowledgedAt = world.clock();
  world.changed();
  return request.query.get("with_response") === "true" ? ok(callbackResponse(world, interaction, type)) : NO_CONTENT;
}

/** Choices answer suggestions alone; updates need a message; a form cannot open a form. */
function assertTypeFits(interaction: Interaction, type: number): void {
  const isSuggestion = interaction.type === INTERACTION.autocomplete;
  const isUpdate = type === 6 || type === 7;
  const fits =
    (type === 8) === isSuggestion &&
    (!isUpdate || interaction.source !== undefined) &&
    (type !== 9 || interaction.type !== INTERACTION.modal) &&
    type !== 1;
  if (fits) return;
  const message = `Interaction callback type ${type} is invalid for this interaction`;
  throw formRefusal({ path: ["type"], code: "INTERACTION_CALLBACK_TYPE_INVALID", message });
}

interface Answer {
  readonly type: number;
  readonly body: Json;
  readonly request: ApiRequest;
}

function apply(world: World, interaction: Interaction, answer: Answer): void {
  const { type, body, request } = answer;
  const ephemeral = isObject(body) && typeof body.flags === "number" && (body.flags & FLAG.ephemeral) !== 0;
  switch (type) {
    case 4: {
      const posting = postingOf(interaction, request, ephemeral);
      interaction.original = send(world, interaction, draftOf(world, posting, readForm(messageForm, body)));
      return;
    }
    case 5: {
      const flags = FLAG.loading | (ephemeral ? FLAG.ephemeral : 0);
      interaction.original = send(world, interaction, { channel: interaction.channel, author: world.bot, flags });
      return;
    }
    case 8:
      readForm(autocompleteForm, body);
      return;
    case 9:
      readForm(modalForm, body);
      return;
    default:
      update(world, interaction, answer);
  }
}

function update(world: World, interaction: Interaction, { type, body, request }: Answer): void {
  interaction.original = interaction.source;
  if (type !== 7 || !interaction.source) return;
  editByBot(world, postingOf(interaction, request, false), interaction.source, readForm(editForm, body));
}

function postingOf(interaction: Interaction, request: ApiRequest, ephemeral: boolean): Posting {
  return { by: "webhook", channel: interaction.channel, uploads: request.uploads, ephemeral };
}

function send(world: World, interaction: Interaction, draft: Parameters<typeof addMessage>[1]): Message {
  const { applicationId } = world.settings;
  const { id, type, user, answerType } = interaction;
  const mark = { id, type, user };
  return addMessage(world, { ...draft, type: answerType, applicationId, webhookId: applicationId, interaction: mark });
}

/** Discord returns the message for types 4 and 7 only. */
function callbackResponse(world: World, interaction: Interaction, type: number): JsonObject {
  const { original, id } = interaction;
  const isShown = original !== undefined && (type === 4 || type === 7);
  const about = original
    ? {
        response_message_id: original.id,
        response_message_loading: (original.flags & FLAG.loading) !== 0,
        response_message_ephemeral: (original.flags & FLAG.ephemeral) !== 0,
      }
    : {};
  return {
    interaction: { id, type: interaction.type, ...about },
    resource: isShown ? { type, message: shown(world, original) } : { type },
  };
}

/** @throws {Refusal} 50027 for a wrong token or one older than 15 minutes, 10015 before the first answer. */
function answered(world: World, request: ApiRequest): Interaction {
  if (part(request, "application") !== world.settings.applicationId) throw refusals.unknownWebhook();
  const interaction = world.interactions.get(part(request, "token"));
  if (!interaction || world.clock() - interaction.createdAt > TOKEN_LIFE_MS) throw refusals.invalidWebhookToken();
  if (!interaction.callback) throw refusals.unknownWebhook();
  return interaction;
}

function answerNamed(world: World, request: ApiRequest): { interaction: Interaction; message: Message } {
  const interaction = answered(world, request);
  const name = part(request, "message");
  const { original } = interaction;
  const known = original ? [original, ...interaction.followups] : interaction.followups;
  const message = name === "@original" ? original : known.find((each) => each.id === name);
  if (!message) throw refusals.unknownMessage();
  return { interaction, message };
}

function editAnswer(world: World, request: ApiRequest): Reply {
  const { interaction, message } = answerNamed(world, request);
  const ephemeral = (message.flags & FLAG.ephemeral) !== 0;
  editByBot(world, postingOf(interaction, request, ephemeral), message, readForm(editForm, request.body));
  return ok(shown(world, message));
}

function deleteAnswer(world: World, request: ApiRequest): Reply {
  const { interaction, message } = answerNamed(world, request);
  if (interaction.original === message) interaction.original = undefined;
  const place = interaction.followups.indexOf(message);
  if (place >= 0) interaction.followups.splice(place, 1);
  removeMessage(world, message);
  return NO_CONTENT;
}

/** Right after a deferral a followup fills the waiting message instead of adding one, as Discord keeps doing. */
function followUp(world: World, request: ApiRequest): Reply {
  const interaction = answered(world, request);
  const form = readForm(messageForm, request.body);
  const { original } = interaction;
  if (original && (original.flags & FLAG.loading) !== 0) {
    const ephemeral = (original.flags & FLAG.ephemeral) !== 0;
    editByBot(world, postingOf(interaction, request, ephemeral), original, form);
    return ok(shown(world, original));
  }
  const ephemeral = ((form.flags ?? 0) & FLAG.ephemeral) !== 0;
  const message = send(world, interaction, draftOf(world, postingOf(interaction, request, ephemeral), form));
  interaction.followups.push(message);
  return ok(shown(world, message));
}
