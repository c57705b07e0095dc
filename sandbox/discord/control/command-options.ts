import { type CommandOption, OPTION, type RegisteredCommand } from "../command-rules.ts";
import { type FileInput, presentFile, storeFile } from "../files.ts";
import type { Json, JsonObject } from "../model.ts";
import { BIT } from "../model.ts";
import { presentChannel, presentMember, presentPermissions, presentRoles, presentUser } from "../present.ts";
import { scopeOf, type World } from "../world.ts";
import { lookUp } from "./seen.ts";
import type { Actor } from "./start-interaction.ts";

/** By option name; a user, channel or role by its id. */
export type OptionValues = Readonly<Record<string, string | number | boolean | FileInput | undefined>>;

/**
 * The command a person can pick here.
 *
 * @throws {Error} When it is not registered, or hidden from this person or place.
 */
export function commandAt(world: World, actor: Actor, wanted: { name: string; type: number }): RegisteredCommand {
  const { guild } = actor.channel;
  const own = guild ? scopeOf(world, guild.id).commands : [];
  const found = [...own, ...scopeOf(world, "global").commands].find(
    ({ form }) => form.name === wanted.name && form.type === wanted.type,
  );
  if (!found) throw new Error(`Discord sandbox: no command "${wanted.name}" of type ${wanted.type} is registered`);
  const { contexts, default_member_permissions: needs } = found.form;
  if (contexts && !contexts.includes(guild ? 0 : 1))
    throw new Error(`Discord sandbox: "${wanted.name}" is not offered here`);
  if (guild && needs != null && !holds(actor, BigInt(needs))) {
    throw new Error(`Discord sandbox: "${wanted.name}" is hidden from ${actor.user.username}`);
  }
  return found;
}

function holds(actor: Actor, bits: bigint): boolean {
  if (!actor.member) return false;
  const own = BigInt(presentPermissions(actor.member));
  return (own & BIT.administrator) !== 0n || (bits !== 0n && (own & bits) === bits);
}

export interface Filled {
  readonly options: JsonObject[];
  readonly resolved: JsonObject;
}

interface Filling {
  readonly world: World;
  readonly actor: Actor;
  readonly resolved: Record<string, JsonObject>;
}

/**
 * Fills a command's options as a client does: only what was registered, everything that is required.
 *
 * @throws {Error} When a client would not let it through.
 */
export function fillOptions(
  world: World,
  actor: Actor,
  input: { command: RegisteredCommand; values: OptionValues },
): Filled {
  const known = input.command.form.options ?? [];
  const given = Object.entries(input.values).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    if (!known.some((option) => option.name === name))
      throw new Error(`Discord sandbox: the command has no option "${name}"`);
  }
  const missing = known.find((option) => option.required && input.values[option.name] === undefined);
  if (missing) throw new Error(`Discord sandbox: the client asks for the option "${missing.name}"`);
  const filling: Filling = { world, actor, resolved: {} };
  const options = known.flatMap((option) => {
    const value = input.values[option.name];
    return value === undefined ? [] : [{ name: option.name, type: option.type, value: filled(filling, option, value) }];
  });
  return { options, resolved: filling.resolved };
}

function filled(filling: Filling, option: CommandOption, value: NonNullable<OptionValues[string]>): Json {
  if (typeof value === "object") return upload(filling, option, value);
  switch (option.type) {
    case OPTION.string:
      return typedText(option, value);
    case OPTION.integer:
    case OPTION.number:
    case OPTION.boolean:
      return value;
    case OPTION.user:
      return pickUser(filling, String(value));
    case OPTION.channel: {
      const channel = lookUp(filling.world.channels, String(value), "channel");
      note(filling, "channels", channel.id, presentChannel(filling.world, channel));
      return channel.id;
    }
    case OPTION.role: {
      const role =
        filling.actor.channel.guild && presentRoles(filling.actor.channel.guild).find(({ id }) => id === value);
      if (!role) throw new Error(`Discord sandbox: no role ${value}`);
      note(filling, "roles", String(value), role);
      return value;
    }
    default:
      throw new Error(`Discord sandbox: cannot fill option type ${option.type}`);
  }
}

/** The field is one line: pasted breaks become blanks. */
function typedText(option: CommandOption, value: string | number | boolean): string {
  const text = String(value).replace(/\r?\n/g, " ");
  if (text.length > (option.max_length ?? 6000) || text.length < (option.min_length ?? 0)) {
    throw new Error(`Discord sandbox: "${option.name}" has ${text.length} characters, the client refuses that`);
  }
  const { choices } = option;
  if (choices && choices.length > 0 && !choices.some((choice) => choice.value === text)) {
    throw new Error(`Discord sandbox: "${text}" is no choice of "${option.name}"`);
  }
  return text;
}

function pickUser(filling: Filling, id: string): string {
  const user = lookUp(filling.world.users, id, "user");
  note(filling, "users", id, presentUser(user));
  const member = filling.actor.channel.guild?.members.get(id);
  if (member) note(filling, "members", id, { ...presentMember(member), permissions: presentPermissions(member) });
  return id;
}

/** Files of options lie apart, belong to no message, and are never listed again. */
function upload({ world, actor, resolved }: Filling, option: CommandOption, input: FileInput): string {
  if (option.type !== OPTION.attachment) throw new Error(`Discord sandbox: "${option.name}" takes no file`);
  const file = storeFile(world, actor.channel.id, input, true);
  note({ world, actor, resolved }, "attachments", file.id, presentFile(world, file));
  return file.id;
}

function note(filling: Filling, kind: string, id: string, entry: JsonObject): void {
  filling.resolved[kind] = { ...filling.resolved[kind], [id]: entry };
}
