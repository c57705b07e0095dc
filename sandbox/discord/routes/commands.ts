import { type CommandForm, type RegisteredCommand, readCommands } from "../command-rules.ts";
import type { Json, JsonObject } from "../model.ts";
import { refusals } from "../refusals.ts";
import { scopeOf, type World } from "../world.ts";
import { type ApiRequest, ok, part, type Route } from "./route.ts";

const DAY_MS = 24 * 3600_000;
const CREATES_A_DAY = 200;

export function commandRoutes(world: World): Route[] {
  const base = "/applications/:application/commands";
  const guild = "/applications/:application/guilds/:guild/commands";
  return [base, guild].flatMap((pattern): Route[] => [
    { method: "GET", pattern, access: "bot", handle: (request) => ok(list(world, request)) },
    { method: "PUT", pattern, access: "bot", handle: (request) => ok(overwrite(world, request)) },
  ]);
}

function scopeNameOf(world: World, request: ApiRequest): string {
  if (part(request, "application") !== world.settings.applicationId) throw refusals.missingAccess();
  const guildId = request.path.guild;
  if (guildId === undefined) return "global";
  if (!world.guilds.has(guildId)) throw refusals.missingAccess();
  return guildId;
}

function list(world: World, request: ApiRequest): Json {
  const name = scopeNameOf(world, request);
  const whole = request.query.get("with_localizations") === "true";
  return scopeOf(world, name).commands.map((command) => {
    const shown = presentCommand(world, command, name);
    return whole ? shown : withoutDictionaries(shown);
  });
}

function overwrite(world: World, request: ApiRequest): Json {
  const name = scopeNameOf(world, request);
  const scope = scopeOf(world, name);
  scope.puts += 1;
  const forms = readCommands(request.body, name);
  const known = (form: CommandForm) =>
    scope.commands.find((command) => command.form.name === form.name && command.form.type === form.type);
  const now = world.clock();
  const recent = scope.createdAt.filter((at) => now - at < DAY_MS);
  const fresh = forms.filter((form) => !known(form)).map(() => now);
  if (recent.length + fresh.length > CREATES_A_DAY) throw refusals.dailyCommands();
  scope.createdAt = [...recent, ...fresh];
  scope.commands = forms.map((form) => replaced(world, known(form), form));
  return scope.commands.map((command) => presentCommand(world, command, name));
}

/** An unchanged command keeps id and version, a changed one its id. */
function replaced(world: World, before: RegisteredCommand | undefined, form: CommandForm): RegisteredCommand {
  if (before && JSON.stringify(before.form) === JSON.stringify(form)) return before;
  return { id: before?.id ?? world.newId(), version: world.newId(), form };
}

export function presentCommand(world: World, command: RegisteredCommand, scope: string): JsonObject {
  const form: JsonObject = JSON.parse(JSON.stringify(command.form));
  return {
    name_localizations: null,
    description_localizations: null,
    default_member_permissions: null,
    nsfw: false,
    ...form,
    ...(scope === "global"
      ? { contexts: form.contexts ?? null, integration_types: form.integration_types ?? [0] }
      : { guild_id: scope }),
    id: command.id,
    application_id: world.settings.applicationId,
    version: command.version,
  };
}

/** Without `with_localizations=true` a list has no dictionaries, at no depth. */
function withoutDictionaries(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDictionaries);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !key.endsWith("_localizations"));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDictionaries(inner)]));
}
