import type { Guild, JsonObject, Member } from "../model.ts";
import { presentChannel, presentGuild, presentMember, presentRoles, presentUser } from "../present.ts";
import { formRefusal, refusals } from "../refusals.ts";
import { canSee, type World } from "../world.ts";
import { type ApiRequest, ok, part, type Route } from "./route.ts";

export function guildRoutes(world: World): Route[] {
  const route = (pattern: string, show: (guild: Guild, request: ApiRequest) => JsonObject | JsonObject[]): Route => ({
    method: "GET",
    pattern,
    access: "bot",
    handle: (request) => ok(show(guildNamed(world, request), request)),
  });
  const guild = "/guilds/:guild";
  return [
    route(guild, presentGuild),
    route(`${guild}/roles`, presentRoles),
    route(`${guild}/channels`, (found) => ownChannels(world, found, false)),
    route(`${guild}/threads/active`, (found) => ({ threads: ownChannels(world, found, true), members: [] })),
    route(`${guild}/members/search`, search),
    route(`${guild}/members/:user`, (found, request) => {
      const member = found.members.get(part(request, "user"));
      if (member) return withUser(member);
      throw world.users.has(part(request, "user")) ? refusals.unknownMember() : refusals.unknownUser();
    }),
  ];
}

/** A server the bot never was in, or was removed from, does not exist for it. */
function guildNamed(world: World, request: ApiRequest): Guild {
  const guild = world.guilds.get(part(request, "guild"));
  if (!guild || guild.standing === "removed") throw refusals.unknownGuild();
  return guild;
}

function ownChannels(world: World, guild: Guild, threads: boolean): JsonObject[] {
  return [...world.channels.values()]
    .filter((channel) => channel.guild === guild && canSee(channel))
    .filter((channel) => (threads ? channel.parent && !channel.archived : !channel.parent))
    .map((channel) => presentChannel(world, channel));
}

function withUser(member: Member): JsonObject {
  return { ...presentMember(member), user: presentUser(member.user) };
}

/** Finds by the start of a name or nickname; needs no privileged intent. */
function search(guild: Guild, request: ApiRequest): JsonObject[] {
  const query = (request.query.get("query") ?? "").toLowerCase();
  const limit = Number(request.query.get("limit") ?? "1");
  if (query === "")
    throw formRefusal({ path: ["query"], code: "BASE_TYPE_REQUIRED", message: "This field is required" });
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw formRefusal({ path: ["limit"], code: "NUMBER_TYPE_RANGE", message: "Must be between 1 and 1000." });
  }
  const names = ({ user, nick }: Member) => [user.username, user.globalName, nick];
  return [...guild.members.values()]
    .filter((member) => names(member).some((name) => name?.toLowerCase().startsWith(query)))
    .slice(0, limit)
    .map(withUser);
}
