import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Interaction,
  Message,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
  REST,
} from "discord.js";
import type { Clock, Intake, Log } from "../../src/app/ports.ts";
import { traceOf } from "../../src/app/trace.ts";
import type { ChatRef, IncomingMessage } from "../../src/core/chat.ts";
import { acknowledge, acknowledgePress, openForm, suggest } from "./acknowledge.ts";
import { slashNamed, suggestedIn, typedFields } from "./commands.ts";
import { CONNECT_FORM, connectFormFor } from "./connectForm.ts";
import { contentOf, spotOfMessage } from "./convert.ts";
import { failureOf } from "./failures.ts";
import {
  lookUpNames,
  messageFromButton,
  messageFromConnectForm,
  messageFromForm,
  messageFromLinkForm,
  messageFromSlash,
  placedInteraction,
  placeOfInteraction,
  senderOf,
} from "./filled.ts";
import { createOpenForms, FORM_FIELDS, formFor, spotOfForm } from "./form.ts";
import { LINK_FORM, linkFormFor } from "./linkForm.ts";
import { outgoing } from "./outgoing.ts";
import { entryOf } from "./payload.ts";
import { boundTo, chatOf, PRIVATE_GUILD } from "./place.ts";
import { type DiscordWords, textsFor } from "./words.ts";

export interface InteractionParts {
  rest(): Promise<REST>;
  bound(): Promise<readonly ChatRef[]>;
  readonly intake: Intake;
  readonly words: DiscordWords;
  readonly log: Log;
  readonly clock: Clock;
}

type Answerable = ChatInputCommandInteraction | ModalSubmitInteraction | ButtonInteraction;
type Build = (bound: readonly ChatRef[]) => Promise<IncomingMessage | "expired">;

/** The command is acknowledged, but will not be carried out: the caller must not wait for it. */
async function tell(parts: InteractionParts, interaction: Answerable, text: string): Promise<void> {
  const rest = await parts.rest();
  const body = { content: outgoing(text), allowed_mentions: { parse: [] } };
  await rest.patch(`/webhooks/${interaction.applicationId}/${interaction.token}/messages/@original`, {
    body,
    auth: false,
  });
}

/** For lines of the log. */
async function about({ bound }: InteractionParts, interaction: Interaction): Promise<object> {
  const at = placeOfInteraction(interaction, await bound().catch(() => []));
  return { trace: traceOf(at), interaction: interaction.id };
}

async function keep(parts: InteractionParts, interaction: Answerable, build: Build): Promise<void> {
  const { intake } = parts;
  const texts = textsFor(parts.words, interaction.locale);
  const message = await build(await parts.bound());
  if (message === "expired") return tell(parts, interaction, texts.formExpired);
  await intake.store([entryOf(message, { externalId: `i:${interaction.id}`, receivedAt: parts.clock() })]);
}

/** Discord's rule decides the order: first the acknowledgement, then everything else. */
async function accept(parts: InteractionParts, interaction: Answerable, build: Build): Promise<void> {
  if (!(await acknowledge(await parts.rest(), interaction))) {
    parts.log.warn(await about(parts, interaction), "Discord interaction was too late to be acknowledged");
    return;
  }
  try {
    await keep(parts, interaction, build);
  } catch (error) {
    const fields = { ...(await about(parts, interaction)), failure: failureOf(error) };
    parts.log.error(fields, "Discord command could not be stored");
    await tell(parts, interaction, textsFor(parts.words, interaction.locale).notStored);
    return;
  }
  await sight(parts, interaction);
}

/** Pressing twice does no harm, so a press counts even where its acknowledgement was lost. */
async function press(parts: InteractionParts, interaction: ButtonInteraction): Promise<void> {
  const message = messageFromButton(interaction, await parts.bound());
  if (message?.interaction) return accept(parts, interaction, async () => message);
  if (!message || !(await acknowledgePress(await parts.rest(), interaction))) return;
  await parts.intake.store([entryOf(message, { externalId: `i:${interaction.id}`, receivedAt: parts.clock() })]);
}

async function sight({ bound, intake }: InteractionParts, interaction: Answerable): Promise<void> {
  const chats = await bound();
  const placed = placedInteraction(interaction);
  if (!boundTo(chats, placed)) return;
  const { user } = interaction;
  const chat = chatOf(chats, placed);
  await intake.sighted({ chat, userId: user.id, username: user.username, name: user.displayName });
}

async function complete(parts: InteractionParts, interaction: AutocompleteInteraction): Promise<void> {
  const texts = parts.words.en;
  const { name, value: typed } = interaction.options.getFocused(true);
  const command = slashNamed(texts, interaction.commandName);
  const field = command && suggestedIn(texts, command, name);
  if (!field) return;
  const placed = placedInteraction(interaction);
  const chat = chatOf(await parts.bound(), placed);
  const place = placed.guildId === PRIVATE_GUILD ? "private" : "group";
  const choices = await parts.intake.suggest({ chat, place, asker: senderOf(interaction), command, field, typed });
  await suggest(await parts.rest(), interaction, choices);
}

/** The message behind a form: as it was when the menu was opened, else read again. */
async function targetOf(interaction: ModalSubmitInteraction, known: Message | undefined): Promise<Message | undefined> {
  const spot = spotOfForm(interaction.customId);
  if (known || !spot) return known;
  try {
    const channel = await interaction.client.channels.fetch(spot.channelId);
    if (!channel?.isTextBased()) return undefined;
    return await channel.messages.fetch({ message: spot.messageId, cache: false });
  } catch (error) {
    if (failureOf(error).kind === "refused") return undefined;
    throw error;
  }
}

/** Answers interactions. Resolves whatever happens to one; nothing here may end the process. */
export function createInteractions(parts: InteractionParts): (interaction: Interaction) => Promise<void> {
  const forms = createOpenForms();

  async function openMenu(interaction: MessageContextMenuCommandInteraction): Promise<void> {
    const { targetMessage } = interaction;
    const texts = textsFor(parts.words, interaction.locale);
    const form = formFor(spotOfMessage(targetMessage), contentOf(targetMessage).text, texts);
    forms.remember(targetMessage);
    await openForm(await parts.rest(), interaction, form);
  }

  /** A form must be the first answer; false where words are the answer instead. */
  async function openLink(interaction: ChatInputCommandInteraction): Promise<boolean> {
    const chat = chatOf(await parts.bound(), placedInteraction(interaction));
    const step = await parts.intake.linkForm(chat, interaction.user.id);
    if (step === "none") return false;
    const form = linkFormFor(step, textsFor(parts.words, interaction.locale));
    await openForm(await parts.rest(), interaction, form);
    return true;
  }

  async function fromForm(interaction: ModalSubmitInteraction): Promise<void> {
    if (interaction.customId === CONNECT_FORM)
      return accept(parts, interaction, async (bound) => messageFromConnectForm(interaction, bound));
    if (interaction.customId === LINK_FORM)
      return accept(parts, interaction, async (bound) => messageFromLinkForm(interaction, bound));
    await accept(parts, interaction, async (bound) => {
      const target = await targetOf(interaction, forms.find(interaction.customId));
      const { to, text } = FORM_FIELDS;
      await lookUpNames(interaction, ...[to, text].map((field) => interaction.fields.getTextInputValue(field)));
      return target ? messageFromForm(interaction, bound, target) : "expired";
    });
  }

  async function fromSlash(interaction: ChatInputCommandInteraction): Promise<void> {
    const texts = parts.words.en;
    const command = slashNamed(texts, interaction.commandName);
    if (!command) return;
    if (command === "connect") {
      const form = connectFormFor(textsFor(parts.words, interaction.locale));
      await openForm(await parts.rest(), interaction, form);
      return;
    }
    if (command === "link" && (await openLink(interaction))) return;
    await accept(parts, interaction, async (bound) => {
      const typed = typedFields(texts, command).map((name) => interaction.options.getString(name) ?? "");
      await lookUpNames(interaction, ...typed);
      return messageFromSlash(interaction, bound, { command, texts });
    });
  }

  async function handle(interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return complete(parts, interaction);
    if (interaction.isChatInputCommand()) return fromSlash(interaction);
    if (interaction.isMessageContextMenuCommand()) return openMenu(interaction);
    if (interaction.isModalSubmit()) return fromForm(interaction);
    if (interaction.isButton()) return press(parts, interaction);
  }

  return (interaction) =>
    handle(interaction).catch(async (error: unknown) =>
      parts.log.error(
        { ...(await about(parts, interaction)), failure: failureOf(error) },
        "Discord interaction failed",
      ),
    );
}
