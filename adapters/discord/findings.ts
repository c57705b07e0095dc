import type { REST } from "discord.js";
import { z } from "zod";
import { networkWords } from "../../src/app/networkWords.ts";
import type { Finding, Words } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { type Failure, failureOf } from "./failures.ts";
import { PRIVATE_GUILD } from "./place.ts";

export interface FindingParts {
  rest(): Promise<REST>;
  bound(): Promise<readonly ChatRef[]>;
  isContentRefused(): boolean;
  readonly isProxied: boolean;
  /** Of the REST side. */
  readonly host: string;
  readonly say: Say;
}

type Say = Words["say"];

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

async function chatFindings(
  rest: REST,
  chat: ChatRef,
  { botId, say }: { botId: string; say: Say },
): Promise<Finding[]> {
  const place = `${chat.chatId}${chat.threadId === "" ? "" : `/${chat.threadId}`}`;
  const about = { check: "discord-chat", place } as const;
  try {
    const standing = await standingIn(rest, chat.chatId, botId);
    const { name } = standing;
    const channels = await channelsOf(rest, chat);
    const lacking = channels.flatMap((channel) => {
      const missing = missingIn(permissionsIn(channel, standing));
      return missing.length === 0 ? [] : [`#${channel.name ?? channel.id}: ${missing.join(", ")}`];
    });
    if (lacking.length === 0) return [{ ...about, state: "ok", detail: say("discord-chat-ok", { name }) }];
    const detail = say("discord-chat-lacks", { name, lacking: lacking.join("; ") });
    return [{ ...about, state: "warning", detail, fix: say("discord-chat-lacks-fix") }];
  } catch (error) {
    const detail = say("chat-unseen", { reason: describe(failureOf(error), say) });
    return [{ ...about, state: "broken", detail, fix: say("discord-chat-unseen-fix") }];
  }
}

function describe(failure: Failure, say: Say): string {
  switch (failure.kind) {
    case "refused":
      return say("discord-answered", { status: String(failure.status), code: String(failure.code) });
    case "limited":
      return say("discord-limited");
    case "token":
      return say("discord-token-refused");
    case "unsent":
    case "lost":
      return say("discord-unreachable", { reason: failure.reason });
    default:
      return failure satisfies never;
  }
}

function contentFinding(flags: number, { isContentRefused, say }: FindingParts): Finding {
  const check = "discord-content";
  if ((flags & CONTENT_FLAGS) !== 0 && !isContentRefused())
    return { check, state: "ok", detail: say("discord-content-on") };
  return { check, state: "warning", detail: say("discord-content-off"), fix: say("discord-content-fix") };
}

const proxyFinding = (say: Say): Finding => ({
  check: "discord-proxy",
  state: "warning",
  detail: say("discord-proxy"),
  fix: say("discord-proxy-fix"),
});

/** What `doctor` says about Discord; asks only its REST side, so that it works beside a running service. */
export async function discordFindings(parts: FindingParts): Promise<readonly Finding[]> {
  const { say } = parts;
  const rest = await parts.rest();
  const proxy = parts.isProxied ? [proxyFinding(say)] : [];
  try {
    const own = await identify(rest);
    const chats = (await parts.bound()).filter((chat) => chat.chatId !== PRIVATE_GUILD);
    const ofChats: Finding[] = [];
    for (const chat of chats) ofChats.push(...(await chatFindings(rest, chat, { botId: own.id, say })));
    const detail = say("discord-token-ok", { name: own.username, id: own.id });
    const token: Finding = { check: "discord-token", state: "ok", detail };
    return [token, contentFinding(own.flags, parts), ...ofChats, ...proxy];
  } catch (error) {
    return [failed(failureOf(error), parts), ...proxy];
  }
}

function failed(failure: Failure, { host, say }: FindingParts): Finding {
  if (failure.kind === "unsent" || failure.kind === "lost") {
    const { detail, fix } = networkWords({ say }, { host, reason: failure.reason });
    return { check: "discord", state: "broken", detail: say("network-not-token", { detail }), fix };
  }
  const detail = describe(failure, say);
  if (failure.kind === "token")
    return { check: "discord-token", state: "broken", detail, fix: say("discord-token-fix") };
  return { check: "discord", state: "broken", detail, fix: say("look-again") };
}
