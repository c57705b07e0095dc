import type { PortalUser } from "../bitrix24/users.ts";
import type { SeenChannel, SeenGuild, SeenUser } from "../discord/control/places.ts";
import type { Discord } from "../discord/server.ts";
import type { SandboxChat } from "../telegram/membership.ts";
import type { Telegram } from "../telegram/server.ts";
import type { User } from "../telegram/shapes.ts";

export const WORKSPACE = "acme";

/** Employees of the company; Ada owns the webhook. */
export const EMPLOYEES: readonly PortalUser[] = [
  { id: 1, name: "Ada", lastName: "Admin", email: "ada@company.example", active: true, admin: true },
  { id: 7, name: "Anna", lastName: "Orlova", email: "anna@company.example", active: true, workPosition: "Engineer" },
  { id: 8, name: "Boris", lastName: "Lang", email: "boris@company.example", active: true, workPosition: "Operations" },
];

/** Who is who: chat names of employees, as the operator maps them. */
export const MAPPINGS: readonly { platform: "telegram" | "discord"; name: string; bitrixId: number }[] = [
  { platform: "telegram", name: "@anna", bitrixId: 7 },
  { platform: "telegram", name: "@boris", bitrixId: 8 },
  { platform: "discord", name: "anna", bitrixId: 7 },
  { platform: "discord", name: "boris", bitrixId: 8 },
];

export interface TelegramCast {
  readonly chat: SandboxChat;
  readonly ivan: User;
  /** Has her Telegram in Russian. */
  readonly maria: User;
  readonly anna: User;
  readonly boris: User;
}

export interface DiscordPerson extends SeenUser {
  readonly shownAs: string;
  /** Discord's name of the client's language. */
  readonly locale: string;
}

export interface DiscordCast {
  readonly guild: SeenGuild;
  readonly channel: SeenChannel;
  readonly kate: DiscordPerson;
  /** Has his Discord in Russian. */
  readonly oleg: DiscordPerson;
  readonly anna: DiscordPerson;
  readonly boris: DiscordPerson;
}

export interface Cast {
  readonly telegram: TelegramCast;
  readonly discord: DiscordCast;
}

export function castInto(telegram: Telegram, discord: Discord): Cast {
  return { telegram: telegramCast(telegram), discord: discordCast(discord) };
}

function telegramCast(telegram: Telegram): TelegramCast {
  const ivan = telegram.createUser({
    firstName: "Ivan",
    lastName: "Petrov",
    username: "ivan_petrov",
    languageCode: "en",
  });
  const maria = telegram.createUser({ firstName: "Мария", username: "maria_s", languageCode: "ru" });
  const anna = telegram.createUser({ firstName: "Anna", username: "anna", languageCode: "en" });
  const boris = telegram.createUser({ firstName: "Boris", username: "boris", languageCode: "en" });
  const chat = telegram.createChat({
    type: "supergroup",
    title: "Build room",
    owner: ivan,
    members: [ivan, maria, anna, boris],
  });
  return { chat, ivan, maria, anna, boris };
}

function discordCast(discord: Discord): DiscordCast {
  const guild = discord.createGuild({ name: "Acme Contractors", channels: ["releases"] });
  const join = (username: string, shownAs: string, locale: string): DiscordPerson => {
    const user = discord.createUser({ username, globalName: shownAs });
    discord.addMember(guild, user);
    return { id: user.id, username, shownAs, locale };
  };
  return {
    guild,
    channel: guild.channel("releases"),
    kate: join("kate.wood", "Kate", "en-US"),
    oleg: join("oleg", "Олег", "ru"),
    anna: join("anna", "Anna", "en-US"),
    boris: join("boris", "Boris", "en-US"),
  };
}
