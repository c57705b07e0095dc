import { expect } from "vitest";
import { openGroup } from "./group.ts";
import type { HouseOptions } from "./house.ts";

/** What somebody sees of an alert, without the marks of its formatting. */
export interface Sight {
  readonly said: string;
  /** Of the bar in Bitrix24. */
  readonly colour?: string;
}

/** Whom rules tell, one of each kind, and what they see. */
export const TARGETS = [
  "a person",
  "a group of persons",
  "whoever is on call",
  "a Telegram group",
  "a topic of a forum",
  "a Discord channel",
  "a Discord webhook",
] as const;

export type Target = (typeof TARGETS)[number];

export const isPerson = (target: Target): boolean => TARGETS.indexOf(target) < 3;

export type Outlook = Awaited<ReturnType<typeof openOutlook>>;

/** A group and a channel that alerts may come from, and one target of each kind; nothing leads from here to there yet. */
export async function openOutlook(options: HouseOptions = {}) {
  const house = await openGroup(options);
  const { portal, telegram, discord, guild, ivan } = house;
  portal.setUser({ id: 11, name: "Vera", lastName: "Petrova", email: "vera@company.example", active: true });
  const watch = telegram.createChat({ type: "supergroup", title: "Watch", owner: ivan });
  const forum = telegram.createChat({ type: "supergroup", isForum: true, topics: ["Alerts", "Talk"], owner: ivan });
  const topic = forum.topics.get("Alerts") ?? 0;
  const [board, hooked] = ["board", "hooked"].map((name) => discord.createChannel(guild, { name }));
  if (!board || !hooked) throw new Error("no channels");
  const webhook = discord.createWebhook(hooked);
  const cli = async (...argv: readonly string[]): Promise<string> => {
    const { code, out, err } = await house.cliWith({ ALERT_WEBHOOK: webhook.url }, ...argv);
    expect([code, err]).toEqual([0, ""]);
    return out;
  };
  await cli("group", "add", "main", "team", "id:8");
  await cli("oncall", "set", "main", "ops", "--members", "id:11", "--weekly");
  for (const { id } of [watch, forum]) await cli("chat", "bind", "main", "--telegram", String(id));
  const to = [
    "id:7",
    "@team",
    "oncall:ops",
    `telegram:${watch.id}`,
    `telegram:${forum.id}/${topic}`,
    `discord:${guild.id}/${board.id}`,
    "discord-webhook:$ALERT_WEBHOOK",
  ].join(",");
  const feed = (person: number): readonly Sight[] => portal.feed(person).map(sightOf);
  const inTelegram = (chat: typeof watch, thread?: number): readonly Sight[] =>
    telegram.postsOf(chat).map(({ message }) => {
      expect(message.message_thread_id).toBe(thread);
      return { said: bare(message.text ?? "") };
    });
  const inDiscord = (channel: typeof board, author: string): readonly Sight[] =>
    discord.messagesOf(channel).map(({ authorId, content }) => {
      expect(authorId).toBe(author);
      return { said: withoutMarkdown(content) };
    });
  const sights: Readonly<Record<Target, () => readonly Sight[]>> = {
    "a person": () => feed(7),
    "a group of persons": () => feed(8),
    "whoever is on call": () => feed(11),
    "a Telegram group": () => inTelegram(watch),
    "a topic of a forum": () => inTelegram(forum, topic),
    "a Discord channel": () => inDiscord(board, discord.bot.id),
    "a Discord webhook": () => inDiscord(hooked, webhook.id),
  };
  return {
    ...house,
    ...{ watch, forum, topic, board, hooked, webhook },
    command: cli,
    /** Everything that its source says goes to all targets. */
    forward: (from: string, ...more: readonly string[]) =>
      cli("rule", "add", "main", "all", "--from", from, "--to", to, ...more),
    /** Everything that a target shows at this moment, oldest first. */
    shownTo: (target: Target) => sights[target](),
  };
}

type Noted = ReturnType<Awaited<ReturnType<typeof openGroup>>["portal"]["feed"]>[number];

function sightOf({ text, attach }: Noted): Sight {
  const cells = JSON.stringify(attach?.blocks ?? []).matchAll(/"NAME":(?<name>"[^"]*"),"VALUE":(?<value>"[^"]*")/gu);
  const lines = Array.from(cells, ({ groups }) =>
    [groups?.name, groups?.value].map((each) => JSON.parse(each ?? '""')),
  );
  const said = [text.replaceAll(/\[\/?(?:b|i|u|s|url)(?:=[^\]]*)?\]/giu, ""), ...lines.map((pair) => pair.join(": "))];
  return { said: bare(said.join("\n")), ...(attach ? { colour: attach.colorToken } : {}) };
}

/** What parts names and marks takes no room, and brackets that begin no code look like any others. */
const bare = (text: string): string =>
  text
    .replaceAll(/[\u200B\u2060]/gu, "")
    .replaceAll("［", "[")
    .replaceAll("］", "]");

const withoutMarkdown = (content: string): string =>
  bare(content)
    .replaceAll(/\[(?<text>[^\]]*)\]\([^)]*\)/gu, "$<text>")
    .replaceAll(/[\\*_]/gu, "");
