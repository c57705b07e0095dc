import { COMMAND, OPTION } from "../command-rules.ts";
import { INTERACTION } from "../interaction-state.ts";
import type { Json, JsonObject, Message } from "../model.ts";
import { FULL_VIEW, presentMessage } from "../present.ts";
import { isObject } from "../refusals.ts";
import type { World } from "../world.ts";
import { commandAt, fillOptions, type OptionValues } from "./command-options.ts";
import { findMessage, type Ref } from "./seen.ts";
import { type Actor, actorAt, type InteractionHandle, startInteraction } from "./start-interaction.ts";

interface InLocale {
  /** The caller's language; default `en-US`. */
  readonly locale?: string;
}

/** What a person can start in a client; each throws where the client would not let them. */
export interface Interact {
  slash(channel: Ref, user: Ref, input: InLocale & { name: string; options?: OptionValues }): InteractionHandle;
  /** A message menu command on `message`. */
  menu(channel: Ref, user: Ref, input: InLocale & { name: string; message: Ref }): InteractionHandle;
  /** One keystroke in a field with suggestions; the answer is `callback.data.choices`. */
  autocomplete(
    channel: Ref,
    user: Ref,
    input: InLocale & { name: string; focused: { name: string; value: string }; options?: OptionValues },
  ): InteractionHandle;
  /** Sends in the form that `forInteraction` was answered with; fields by custom id, missing ones empty. */
  modal(
    channel: Ref,
    user: Ref,
    input: InLocale & { customId: string; fields: Record<string, string>; forInteraction: InteractionHandle },
  ): InteractionHandle;
  button(channel: Ref, user: Ref, input: InLocale & { message: Ref; customId: string }): InteractionHandle;
}

export function createInteract(world: World): Interact {
  return {
    slash: (channel, user, input) => slash(world, actorAt(world, channel, user), input),
    menu: (channel, user, input) => menu(world, actorAt(world, channel, user), input),
    autocomplete: (channel, user, input) => autocomplete(world, actorAt(world, channel, user), input),
    modal: (channel, user, input) => modal(world, actorAt(world, channel, user), input),
    button: (channel, user, input) => button(world, actorAt(world, channel, user), input),
  };
}

type Input<K extends keyof Interact> = Parameters<Interact[K]>[2];

function slash(world: World, actor: Actor, { name, options = {}, locale }: Input<"slash">): InteractionHandle {
  const command = commandAt(world, actor, { name, type: COMMAND.slash });
  const filled = fillOptions(world, actor, { command, values: options });
  const data = { id: command.id, name, type: COMMAND.slash, options: filled.options, resolved: filled.resolved };
  return startInteraction(world, actor, { type: INTERACTION.command, data, locale, answerType: 20 });
}

function menu(world: World, actor: Actor, { name, message: ref, locale }: Input<"menu">): InteractionHandle {
  const command = commandAt(world, actor, { name, type: COMMAND.message });
  const target = findMessage(world, ref);
  const resolved = { messages: { [target.id]: presentMessage(world, target, FULL_VIEW) } };
  const data = { id: command.id, name, type: COMMAND.message, target_id: target.id, resolved };
  return startInteraction(world, actor, { type: INTERACTION.command, data, locale, answerType: 23 });
}

function autocomplete(world: World, actor: Actor, input: Input<"autocomplete">): InteractionHandle {
  const { name, focused, locale } = input;
  const command = commandAt(world, actor, { name, type: COMMAND.slash });
  const option = (command.form.options ?? []).find((each) => each.name === focused.name);
  if (!option?.autocomplete) throw new Error(`Discord sandbox: "${focused.name}" offers no suggestions`);
  // Required options may still be missing while somebody types, so only what is filled goes along.
  const known = (command.form.options ?? []).filter((each) => input.options?.[each.name] !== undefined);
  const others = known.map((each) => ({
    name: each.name,
    type: each.type,
    value: plainValue(input.options?.[each.name]),
  }));
  const typed = { name: focused.name, type: option.type ?? OPTION.string, value: focused.value, focused: true };
  const data = { id: command.id, name, type: COMMAND.slash, options: [...others, typed], resolved: {} };
  return startInteraction(world, actor, { type: INTERACTION.autocomplete, data, locale });
}

function plainValue(value: OptionValues[string]): Json {
  return typeof value === "object" || value === undefined ? "" : value;
}

function modal(world: World, actor: Actor, input: Input<"modal">): InteractionHandle {
  const opener = world.interactions.get(input.forInteraction.token);
  const form = opener?.callback?.type === 9 && isObject(opener.callback.data) ? opener.callback.data : undefined;
  if (!opener || form?.custom_id !== input.customId) {
    throw new Error(`Discord sandbox: that interaction did not open the form "${input.customId}"`);
  }
  const fields = new Map(Object.entries(input.fields));
  const components = filledComponents(form.components ?? [], fields);
  const [unknown] = fields.keys();
  if (unknown !== undefined) throw new Error(`Discord sandbox: the form has no field "${unknown}"`);
  const data = { custom_id: input.customId, components, resolved: {} };
  const extra = opener.source ? sourceFields(world, opener.source) : {};
  const { source } = opener;
  return startInteraction(world, actor, { type: INTERACTION.modal, data, locale: input.locale, source, extra });
}

/** Mirrors the rows (1) and labels (18) of the form with the values of their text inputs (4). */
function filledComponents(components: Json, fields: Map<string, string>): Json[] {
  if (!Array.isArray(components)) return [];
  return components.filter(isObject).flatMap((component, place): Json[] => {
    const id = place + 1;
    if (component.type === 1)
      return [{ type: 1, id, components: filledComponents(component.components ?? [], fields) }];
    if (component.type === 18) {
      const [inner = null] = filledComponents([component.component ?? null], fields);
      return [{ type: 18, id, component: inner }];
    }
    return component.type === 4 ? [filledInput(component, fields)] : [];
  });
}

function filledInput(component: JsonObject, fields: Map<string, string>): JsonObject {
  const customId = String(component.custom_id);
  const value = fields.get(customId) ?? (typeof component.value === "string" ? component.value : "");
  fields.delete(customId);
  const max = typeof component.max_length === "number" ? component.max_length : 4000;
  if (value.length > max) throw new Error(`Discord sandbox: "${customId}" takes ${max} characters`);
  if (component.required !== false && value === "") throw new Error(`Discord sandbox: "${customId}" must be filled`);
  return { type: 4, id: 100, custom_id: customId, value };
}

function sourceFields(world: World, message: Message): JsonObject {
  return { message: presentMessage(world, message, FULL_VIEW) };
}

function button(world: World, actor: Actor, { message: ref, customId, locale }: Input<"button">): InteractionHandle {
  const source = findMessage(world, ref);
  if (!hasButton(source.components, customId)) throw new Error(`Discord sandbox: no button "${customId}" to press`);
  const data = { custom_id: customId, component_type: 2, id: 1 };
  const extra = sourceFields(world, source);
  return startInteraction(world, actor, { type: INTERACTION.component, data, locale, source, extra });
}

function hasButton(value: Json | undefined, customId: string): boolean {
  if (Array.isArray(value)) return value.some((each) => hasButton(each, customId));
  if (!isObject(value)) return false;
  if (value.type === 2 && value.custom_id === customId) return value.disabled !== true;
  return hasButton(value.components, customId) || hasButton(value.accessory, customId);
}
