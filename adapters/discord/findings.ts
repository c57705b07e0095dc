import type { REST } from "discord.js";
import { z } from "zod";
import type { Finding } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { networkFault } from "../../src/core/network.ts";
import { type Failure, failureOf } from "./failures.ts";
import { PRIVATE_GUILD } from "./place.ts";

export interface FindingParts {
  rest(): Promise<REST>;
  bound(): Promise<readonly ChatRef[]>;
  isContentRefused(): boolean;
  readonly isProxied: boolean;
  /** Of the REST side. */
  readonly host: string;
}

/** Discord: application flags GATEWAY_MESSAGE_CONTENT and its form for small applications. */
const CONTENT_FLAGS = (1 << 18) | (1 << 19);

/** Discord: permission bits. */
const ADMINISTRATOR = 1n << 3n;
const NEEDED: Readonly<Record<string, bigint>> = {
  "View Channel": 1n << 10n,
  "Send Messages": 1n << 11n,
  "Read Message History": 1n << 16n,
  "Add Reactions": 1n << 6n,
  "Send Messages in Threads": 1n << 38n,
};

const NEEDED_BITS: bigint = Object.values(NEEDED).reduce((sum, bit) => sum | bit, 0n);

/** Asked for, but nothing is broken without it: "Manage Messages" is used only to delete credentials that others can read. */
export const INVITED_BITS: bigint = NEEDED_BITS | (1n << 13n);

const bits = z.string().transform(BigInt);
const account = z.object({ id: z.string(), username: z.string() });
const application = z.object({ id: z.string(), flags: z.number().optional() });
const guildForm = z.object({ name: z.string(), roles: z.array(z.object({ id: z.string(), permissions: bits })) });
const memberForm = z.object({ roles: z.array(z.string()) });
const channelForm = z.object({
  id: z.string(),
  name: z.string().nullish(),
  parent_id: z.string().nullish(),
  type: z.number(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).optional(),
});
type ChannelForm = z.output<typeof channelForm>;

/** Discord: kinds of channel whose settings are those of their parent. */
const isThread = (channel: ChannelForm): boolean => [10, 11, 12].includes(channel.type);
const isText = (channel: ChannelForm): boolean => [0, 5, 15].includes(channel.type);

export async function identify(rest: REST) {
  const own = account.parse(await rest.get("/users/@me"));
  const app = application.parse(await rest.get("/applications/@me"));
  return { id: own.id, username: own.username, applicationId: app.id, flags: app.flags ?? 0 };
}

interface Standing {
  readonly botId: string;
  readonly guildId: string;
  readonly roles: ReadonlySet<string>;
  readonly base: bigint;
}

/** Discord: overwrites apply to everyone first, then to the roles together, then to the member. */
function permissionsIn(channel: ChannelForm, { botId, guildId, roles, base }: Standing): bigint {
  if ((base & ADMINISTRATOR) !== 0n) return NEEDED_BITS;
  const layers = [
    (id: string) => id === guildId,
    (id: string) => id !== guildId && roles.has(id),
    (id: string) => id === botId,
  ];
  return layers.reduce((held, isOfLayer) => {
    const own = (channel.permission_overwrites ?? []).filter((each) => isOfLayer(each.id));
    const denied = own.reduce((sum, each) => sum | each.deny, 0n);
    const allowed = own.reduce((sum, each) => sum | each.allow, 0n);
    return (held & ~denied) | allowed;
  }, base);
}

async function standingIn(rest: REST, guildId: string, botId: string): Promise<Standing & { name: string }> {
  const guild = guildForm.parse(await rest.get(`/guilds/${guildId}`));
  const member = memberForm.parse(await rest.get(`/guilds/${guildId}/members/${botId}`));
  const roles = new Set([guildId, ...member.roles]);
  const base = guild.roles.filter((role) => roles.has(role.id)).reduce((sum, role) => sum | role.permissions, 0n);
  return { botId, guildId, roles, base, name: guild.name };
}

/** The channels whose settings count for a binding. */
async function channelsOf(rest: REST, chat: ChatRef): Promise<ChannelForm[]> {
  if (chat.threadId === "") {
    return z
      .array(channelForm)
      .parse(await rest.get(`/guilds/${chat.chatId}/channels`))
      .filter(isText);
  }
  const channel = channelForm.parse(await rest.get(`/channels/${chat.threadId}`));
  if (!isThread(channel) || !channel.parent_id) return [channel];
  return [channelForm.parse(await rest.get(`/channels/${channel.parent_id}`))];
}

const missingIn = (held: bigint): string[] =>
  Object.entries(NEEDED).flatMap(([name, bit]) => ((held & bit) === bit ? [] : [name]));

async function chatFindings(rest: REST, chat: ChatRef, botId: string): Promise<Finding[]> {
  const subject = `Discord chat ${chat.chatId}${chat.threadId === "" ? "" : `/${chat.threadId}`}`;
  try {
    const standing = await standingIn(rest, chat.chatId, botId);
    const channels = await channelsOf(rest, chat);
    const lacking = channels.flatMap((channel) => {
      const missing = missingIn(permissionsIn(channel, standing));
      return missing.length === 0 ? [] : [`#${channel.name ?? channel.id}: ${missing.join(", ")}`];
    });
    if (lacking.length === 0) return [{ subject, state: "ok", detail: `${standing.name}: all permissions are there` }];
    const detail = `${standing.name} lacks ${lacking.join("; ")}`;
    return [
      { subject, state: "warning", detail, fix: "Give the bot's role these permissions in the channel's settings." },
    ];
  } catch (error) {
    const detail = `cannot be looked at: ${describe(failureOf(error))}`;
    return [
      {
        subject,
        state: "broken",
        detail,
        fix: "Invite the bot to the server and let it see the channel, or unbind the chat.",
      },
    ];
  }
}

function describe(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return `Discord answered HTTP ${failure.status}, code ${failure.code}`;
    case "limited":
      return "Discord's rate limit";
    case "token":
      return "Discord refuses the bot token";
    case "unsent":
    case "lost":
      return `Discord cannot be reached (${failure.reason})`;
    default:
      return failure satisfies never;
  }
}

function contentFinding(flags: number, isRefused: boolean): Finding {
  const subject = "Discord message content";
  if ((flags & CONTENT_FLAGS) !== 0 && !isRefused)
    return { subject, state: "ok", detail: "typed commands can be read" };
  const detail = "the Message Content Intent is off: only slash and menu commands work";
  const fix =
    "Developer Portal, your application, Bot, Privileged Gateway Intents: switch on Message Content Intent, then restart.";
  return { subject, state: "warning", detail, fix };
}

const PROXY_FINDING: Finding = {
  subject: "Discord proxy",
  state: "warning",
  detail: "PROXY_URL carries requests and downloads, but not the gateway's WebSocket",
  fix: "Where gateway.discord.gg is blocked, route it by VPN or a transparent proxy, or set DISCORD_API_ROOT to a reverse proxy.",
};

/** What `doctor` says about Discord; asks only its REST side, so that it works beside a running service. */
export async function discordFindings(parts: FindingParts): Promise<readonly Finding[]> {
  const rest = await parts.rest();
  const proxy = parts.isProxied ? [PROXY_FINDING] : [];
  try {
    const own = await identify(rest);
    const chats = (await parts.bound()).filter((chat) => chat.chatId !== PRIVATE_GUILD);
    const ofChats: Finding[] = [];
    for (const chat of chats) ofChats.push(...(await chatFindings(rest, chat, own.id)));
    const token: Finding = { subject: "Discord token", state: "ok", detail: `bot ${own.username} (${own.id})` };
    return [token, contentFinding(own.flags, parts.isContentRefused()), ...ofChats, ...proxy];
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "unsent" || failure.kind === "lost") {
      const { detail, fix } = networkFault(parts.host, failure.reason);
      const said = `the network, not the token: ${detail}`;
      return [{ subject: "Discord", state: "broken", detail: said, fix }, ...proxy];
    }
    const fix =
      failure.kind === "token"
        ? "Developer Portal, Bot, Reset Token; put the new one into DISCORD_BOT_TOKEN."
        : "Wait a moment, and look again.";
    return [{ subject: "Discord token", state: "broken", detail: describe(failure), fix }, ...proxy];
  }
}
