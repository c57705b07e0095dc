import { expect } from "vitest";
import { type HouseOptions, openHouse } from "./house.ts";

/** A house with a bound Telegram group and Discord server, and Anna (7) and Boris (8) of the portal mapped on both. */
export async function openGroup(options: HouseOptions = {}) {
  const house = await openHouse(options);
  const { telegram, discord } = house;
  const ivan = telegram.createUser({ firstName: "Ivan", username: "ivan_k" });
  const group = telegram.createChat({ type: "supergroup", title: "Ops", owner: ivan });
  const guild = discord.createGuild({ name: "Acme", channels: ["ops"] });
  const oleg = discord.createUser({ username: "oleg", globalName: "Oleg" });
  discord.addMember(guild, oleg);
  const setUp = async (...argv: readonly string[]): Promise<void> => {
    const { code, err } = await house.cli(...argv);
    expect(err).toBe("");
    expect(code).toBe(0);
  };
  await setUp("chat", "bind", "main", "--telegram", String(group.id));
  await setUp("chat", "bind", "main", "--discord", guild.id);
  for (const [name, id] of [
    ["anna", "7"],
    ["boris", "8"],
  ] as const) {
    await setUp("people", "map", "main", "--telegram", `@${name}`, "--bitrix", id);
    await setUp("people", "map", "main", "--discord", name, "--bitrix", id);
  }
  /** Resolves when the bot shows `emoji` on a message. */
  const reacted = (messageId: number, emoji: string, timeoutMs = 60_000) =>
    telegram.waitFor(() => telegram.reactionsOf(group, messageId).some((state) => state.emoji.includes(emoji)), {
      timeoutMs,
      what: `${emoji} on message ${messageId}`,
    });
  /** Resolves with the bot's answer that contains `text`. */
  const answered = (text: string, timeoutMs = 60_000) =>
    telegram.waitFor(() => telegram.postsOf(group).find(({ message }) => message.text?.includes(text)), {
      timeoutMs,
      what: `an answer with “${text}”`,
    });
  return { ...house, ivan, group, guild, oleg, channel: guild.channel("ops"), reacted, answered };
}
