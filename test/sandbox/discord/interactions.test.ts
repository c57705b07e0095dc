import {
  ActionRowBuilder,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";
import type { Discord } from "../../../sandbox/discord/server.ts";
import { api, botFor, discordFor, handClock, smallServer } from "./bot.ts";

const NOTIFY = new SlashCommandBuilder()
  .setName("notify")
  .setDescription("Notify somebody")
  .addStringOption((option) => option.setName("text").setDescription("What").setRequired(true).setMaxLength(50))
  .addUserOption((option) => option.setName("user").setDescription("Who"))
  .addStringOption((option) => option.setName("to").setDescription("To").setAutocomplete(true))
  .addAttachmentOption((option) => option.setName("file").setDescription("File"))
  .toJSON();
const MENU = { name: "Notify in Bitrix24", type: ApplicationCommandType.Message } as const;

async function registered(client: Client<true>): Promise<void> {
  await client.application.commands.set([NOTIFY, MENU]);
}

/** Answers interactions with `handle`; rejections land in the list it returns. */
function answering(client: Client<true>, handle: (interaction: Interaction) => Promise<unknown>): unknown[] {
  const failures: unknown[] = [];
  client.on("interactionCreate", (interaction) => {
    handle(interaction).catch((error: unknown) => failures.push(error));
  });
  return failures;
}

const path = (discord: Discord, token: string, rest = "") => `/webhooks/${discord.applicationId}/${token}${rest}`;

test("a slash command is deferred, filled and followed up, and only its caller sees it", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  await registered(client);
  answering(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const file = interaction.options.getAttachment("file", true);
    const bytes = await (await fetch(file.url)).text();
    const text = `${interaction.options.getString("text")} for ${interaction.options.getUser("user")?.username}: ${bytes}`;
    await interaction.editReply(text);
    await interaction.followUp({ content: "more", flags: MessageFlags.Ephemeral });
  });
  const file = { name: "log.txt", bytes: Buffer.from("bytes") };
  const handle = discord.interact.slash(alerts, anna, {
    name: "notify",
    options: { text: "red", user: anna.id, file },
  });
  await discord.waitFor(() => handle.followups.length === 1);
  expect(handle.callback?.type).toBe(5);
  expect(handle.original()).toMatchObject({ content: "red for anna: bytes", ephemeral: true, loading: false });
  expect(handle.followups[0]?.content).toBe("more");
  expect(discord.messagesOf(alerts)).toEqual([]);
});

test("a message menu carries its target whole and opens a form, whose fields come back", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  await registered(client);
  const input = new TextInputBuilder().setCustomId("to").setLabel("Who").setStyle(TextInputStyle.Short);
  const row = new ActionRowBuilder<TextInputBuilder>().addComponents(input);
  answering(client, async (interaction) => {
    if (interaction.isMessageContextMenuCommand()) {
      const title = interaction.targetMessage.content;
      await interaction.showModal(new ModalBuilder().setCustomId("form").setTitle(title).addComponents(row));
    }
    if (interaction.isModalSubmit()) await interaction.reply(`to ${interaction.fields.getTextInputValue("to")}`);
  });
  const said = discord.say(alerts, anna, { content: "disk full" });
  const handle = discord.interact.menu(alerts, anna, { name: MENU.name, message: said });
  await discord.waitFor(() => handle.callback);
  expect(handle.callback).toMatchObject({ type: 9, data: { title: "disk full" } });
  const fields = { to: "anna" };
  const sent = discord.interact.modal(alerts, anna, { customId: "form", fields, forInteraction: handle });
  await discord.waitFor(() => sent.original());
  expect(sent.original()?.content).toBe("to anna");
  expect(discord.messagesOf(alerts).map((message) => message.content)).toEqual(["disk full", "to anna"]);
});

test("suggestions are answered, and nothing else may answer them", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  await registered(client);
  answering(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    await interaction.respond([{ name: "Anna", value: interaction.options.getFocused() }]);
  });
  const focused = { name: "to", value: "an" };
  const handle = discord.interact.autocomplete(alerts, anna, { name: "notify", focused });
  await discord.waitFor(() => handle.callback);
  expect(handle.callback).toEqual({ type: 8, data: { choices: [{ name: "Anna", value: "an" }] } });
  client.removeAllListeners("interactionCreate");
  const other = discord.interact.autocomplete(alerts, anna, { name: "notify", focused });
  const refused = await api(discord, `POST /interactions/${other.id}/${other.token}/callback`, { type: 5 });
  expect(refused).toMatchObject({ status: 400, body: { code: 50035 } });
});

test("a button press updates its message", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  const button = new ButtonBuilder().setCustomId("ack").setLabel("Taken").setStyle(ButtonStyle.Primary);
  const channel = await client.channels.fetch(alerts.id);
  if (!channel?.isSendable()) throw new Error("no channel");
  const components = [new ActionRowBuilder<ButtonBuilder>().addComponents(button)];
  const sent = await channel.send({ content: "alert", components });
  answering(client, async (interaction) => {
    if (interaction.isButton()) await interaction.update({ content: "taken", components: [] });
  });
  const handle = discord.interact.button(alerts, anna, { message: sent.id, customId: "ack" });
  await discord.waitFor(() => handle.callback);
  expect(discord.messagesOf(alerts)).toMatchObject([{ content: "taken", components: [] }]);
  expect(() => discord.interact.button(alerts, anna, { message: sent.id, customId: "ack" })).toThrow("no button");
});

test("an answer after three seconds finds no interaction", async () => {
  const time = handClock();
  const discord = await discordFor({ clock: time.clock });
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  await registered(client);
  const failures = answering(client, (interaction) => {
    time.pass(3_001);
    return interaction.isRepliable() ? interaction.reply("late") : Promise.resolve();
  });
  const handle = discord.interact.slash(alerts, anna, { name: "notify", options: { text: "x" } });
  await expect.poll(() => failures).toMatchObject([{ code: 10062, status: 404 }]);
  expect(handle.acknowledgedAfterMs).toBeUndefined();
});

test("followups are refused before the first answer and after fifteen minutes; a second answer is refused always", async () => {
  const time = handClock();
  const discord = await discordFor({ clock: time.clock });
  const { anna, alerts } = smallServer(discord);
  await registered(await botFor(discord));
  const handle = discord.interact.slash(alerts, anna, { name: "notify", options: { text: "x" } });
  const followUp = () => api(discord, `POST ${path(discord, handle.token)}`, { content: "more" });
  const callback = () => api(discord, `POST /interactions/${handle.id}/${handle.token}/callback`, { type: 5 });
  expect(await followUp()).toMatchObject({ status: 404, body: { code: 10015 } });
  time.pass(2_000);
  expect(await callback()).toMatchObject({ status: 204 });
  expect(handle.acknowledgedAfterMs).toBe(2_000);
  expect(await callback()).toMatchObject({ status: 400, body: { code: 40060 } });
  // The first followup fills the waiting message.
  expect(await followUp()).toMatchObject({ status: 200, body: { id: handle.original()?.id } });
  time.pass(15 * 60_000);
  expect(await followUp()).toMatchObject({ status: 401, body: { code: 50027 } });
});

test("a lost answer to the callback is repeated by discord.js and ends in 40060, although it counted", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const client = await botFor(discord);
  await registered(client);
  discord.faults.add({ method: "POST", route: /callback$/, kind: "reply", status: 502, times: 1 });
  const failures = answering(client, async (interaction) => {
    if (interaction.isRepliable()) await interaction.deferReply();
  });
  const first = discord.interact.slash(alerts, anna, { name: "notify", options: { text: "x" } });
  await discord.waitFor(() => first.callback);
  discord.faults.add({ method: "POST", route: /callback$/, kind: "reset", executed: true });
  const second = discord.interact.slash(alerts, anna, { name: "notify", options: { text: "x" } });
  await expect.poll(() => failures.length).toBe(1);
  expect(second.callback?.type).toBe(5);
});

test("a client refuses what was not registered, what is missing and what is too long", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  await registered(await botFor(discord));
  const slash = (name: string, options: Record<string, string>) => () =>
    discord.interact.slash(alerts, anna, { name, options });
  expect(slash("nothing", {})).toThrow("no command");
  expect(slash("notify", {})).toThrow('asks for the option "text"');
  expect(slash("notify", { text: "x".repeat(51) })).toThrow("51 characters");
  expect(slash("notify", { text: "x", colour: "red" })).toThrow('no option "colour"');
});
