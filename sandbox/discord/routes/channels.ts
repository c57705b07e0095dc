import { z } from "zod";
import { editForm, messageForm } from "../bodies.ts";
import type { Reply } from "../http.ts";
import { removeMessage } from "../messages.ts";
import { BIT, type Channel, type Message } from "../model.ts";
import { editByBot, type Posting, postByBot } from "../posting.ts";
import { presentChannel, presentMessage, presentUser, restViewer } from "../present.ts";
import { formRefusal, readForm, refusals } from "../refusals.ts";
import { compareIds, isSnowflake } from "../snowflake.ts";
import { botBits, directChannel, visibleChannel, type World } from "../world.ts";
import { type ApiRequest, NO_CONTENT, ok, part, type Route } from "./route.ts";

export function channelRoutes(world: World): Route[] {
  const route = (method: string, pattern: string, handle: Route["handle"]): Route => ({
    method,
    pattern,
    access: "bot",
    handle,
  });
  const channel = "/channels/:channel";
  const message = `${channel}/messages/:message`;
  const show = (found: Message) => ok(presentMessage(world, found, restViewer(world)));
  return [
    route("GET", channel, (request) => ok(presentChannel(world, visibleChannel(world, part(request, "channel"))))),
    route("GET", `${channel}/messages`, (request) => history(world, request)),
    route("GET", message, (request) => show(messageNamed(world, request, BIT.history))),
    route("POST", `${channel}/messages`, (request) => show(post(world, request))),
    route("PATCH", message, (request) => show(edit(world, request))),
    route("DELETE", message, (request) => erase(world, request)),
    route("POST", `${channel}/typing`, (request) => {
      visibleChannel(world, part(request, "channel"), BIT.send);
      return NO_CONTENT;
    }),
    route("GET", "/users/@me", () => ok({ ...presentUser(world.bot), verified: true, mfa_enabled: true, email: null })),
    route("GET", "/users/:user", (request) => {
      const user = world.users.get(part(request, "user"));
      if (!user) throw refusals.unknownUser();
      return ok(presentUser(user));
    }),
    route("POST", "/users/@me/channels", (request) => openDirect(world, request)),
  ];
}

export function messageNamed(world: World, request: ApiRequest, needs = 0n): Message {
  const channel = visibleChannel(world, part(request, "channel"), needs);
  const found = channel.messages.find((message) => message.id === part(request, "message"));
  if (!found) throw refusals.unknownMessage();
  return found;
}

const pageForm = z.looseObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z.string().regex(/^\d+$/).optional(),
  before: z.string().regex(/^\d+$/).optional(),
  around: z.string().regex(/^\d+$/).optional(),
});

/** Newest first; `after` starts from the oldest beyond the id. Without the right to read history: an empty list. */
function history(world: World, request: ApiRequest): Reply {
  const channel = visibleChannel(world, part(request, "channel"));
  const page = readForm(pageForm, Object.fromEntries(request.query));
  if ((botBits(channel) & BIT.history) === 0n) return ok([]);
  const viewer = restViewer(world);
  return ok(pageOf(channel, page).map((message) => presentMessage(world, message, viewer)));
}

function pageOf(channel: Channel, page: z.output<typeof pageForm>): Message[] {
  const { after, before, around, limit } = page;
  const all = channel.messages;
  if (after !== undefined) {
    return all
      .filter((message) => compareIds(message.id, after) > 0)
      .slice(0, limit)
      .reverse();
  }
  if (around !== undefined) {
    const older = all.filter((message) => compareIds(message.id, around) < 0).slice(-Math.floor(limit / 2));
    const newer = all.filter((message) => compareIds(message.id, around) >= 0).slice(0, limit - older.length);
    return [...older, ...newer].reverse();
  }
  return all
    .filter((message) => before === undefined || compareIds(message.id, before) < 0)
    .slice(-limit)
    .reverse();
}

function post(world: World, request: ApiRequest): Message {
  const channel = visibleChannel(world, part(request, "channel"));
  const form = readForm(messageForm, request.body);
  const wanted = channel.parent ? BIT.sendInThreads : BIT.send;
  const extra = (request.uploads.length > 0 ? BIT.attachFiles : 0n) | (form.embeds?.length ? BIT.embedLinks : 0n);
  if (channel.guild) visibleChannel(world, channel.id, wanted | extra);
  if (channel.recipient) assertReachable(world, channel);
  const repliedTo = channel.messages.find((message) => message.id === form.message_reference?.message_id);
  return postByBot(world, { ...postingIn(channel, request), repliedTo: repliedTo?.author }, form);
}

function postingIn(channel: Channel, request: ApiRequest): Posting {
  return { by: "channel", channel, uploads: request.uploads };
}

function assertReachable(world: World, channel: Channel): void {
  const person = channel.recipient;
  if (!person || person.dmsClosed) throw refusals.dmsClosed();
  const isShared = [...world.guilds.values()].some(
    (guild) => guild.standing !== "removed" && guild.members.has(person.id),
  );
  if (!isShared) throw refusals.noCommonServer();
}

function edit(world: World, request: ApiRequest): Message {
  const message = messageNamed(world, request);
  if (message.author !== world.bot) throw refusals.othersMessage();
  editByBot(world, postingIn(message.channel, request), message, readForm(editForm, request.body));
  return message;
}

function erase(world: World, request: ApiRequest): Reply {
  const message = messageNamed(world, request);
  if (message.author !== world.bot && message.channel.managed !== true) throw refusals.missingPermissions();
  removeMessage(world, message);
  return NO_CONTENT;
}

function openDirect(world: World, request: ApiRequest): Reply {
  const { recipient_id: id } = readForm(z.looseObject({ recipient_id: z.string() }), request.body);
  if (!isSnowflake(id)) {
    throw formRefusal({
      path: ["recipient_id"],
      code: "NUMBER_TYPE_COERCE",
      message: `Value "${id}" is not snowflake.`,
    });
  }
  const user = world.users.get(id);
  if (!user) throw refusals.unknownUser();
  if (user.bot) throw refusals.dmsClosed();
  return ok(presentChannel(world, directChannel(world, user)));
}
