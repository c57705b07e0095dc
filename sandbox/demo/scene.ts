import type { Notification } from "../bitrix24/feeds.ts";
import type { Message } from "../telegram/shapes.ts";
import { type ShownBlock, showBlocks } from "./blocks.ts";
import { buildChart } from "./picture.ts";
import type { Report } from "./report.ts";
import type { Stage } from "./stage.ts";
import { until } from "./wait.ts";

const ANNA = 7;
const BORIS = 8;

interface Play {
  readonly stage: Stage;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Something came about, but not as it should. */
class WentWrongError extends Error {
  constructor(what: string) {
    super(what);
    this.name = "WentWrongError";
  }
}

/**
 * Plays the scene: four things herald24 is for, on both platforms and in two languages. Each step waits for what must
 * follow.
 *
 * @throws {DidNotHappenError} When something does not come about.
 * @throws {WentWrongError} When it comes about in another way.
 */
export async function playScene(play: Play): Promise<void> {
  await photoFromTelegram(play);
  await fileFromDiscord(play);
  await wrongName(play);
  await outage(play);
}

async function photoFromTelegram({ stage, report, signal }: Play): Promise<void> {
  const { telegram, cast } = stage.house;
  const { anna, ivan, chat } = cast.telegram;
  report.act("A Telegram command with a photo");
  stage.telegramSays(anna, { text: "Morning, all. Доброе утро!" });
  const chart = buildChart();
  const text = "/notify @anna Build is red #ci";
  report.line("Ivan in Telegram", `${text}   [photo, ${kilobytes(chart.length)}]`);
  const message = stage.telegramSays(ivan, { text, files: [{ name: "builds.png", bytes: chart }] });
  await reaction({ stage, report, signal }, message, "👍");
  const shown = telegram.reactionsOf(chat, message.message_id).flatMap(({ emoji }) => emoji);
  report.line("the bot reacts", shown.map(meaning).join(", then "));
  const notification = await notified({ stage, report, signal }, ANNA, "Build is red");
  report.line("Anna in Bitrix24", readable(notification));
  const picture = await fetchBlock(notification, "picture", signal);
  if (!picture.type.startsWith("image/")) throw new WentWrongError(`the picture's link serves ${picture.type}`);
  report.line("  its picture", `${picture.type}, ${picture.bytes} bytes, fetched through its link`);
}

async function fileFromDiscord({ stage, report, signal }: Play): Promise<void> {
  const { house } = stage;
  const { kate } = house.cast.discord;
  report.act("A Discord slash command with a file");
  const log = "09:14:02 deploy started\n09:14:37 health check failed, rolled back\n";
  const slash = stage.slashNotify(kate, {
    to: "@boris",
    text: "Deploy rolled back, log attached",
    tag: "deploy",
    files: [{ name: "deploy.txt", bytes: Buffer.from(log) }],
  });
  report.line("Kate in Discord", slash.line);
  const notification = await notified({ stage, report, signal }, BORIS, "Deploy rolled back");
  const answer = await until(
    () => {
      const original = slash.handle.original();
      return original && !original.loading && /delivered/iu.test(original.content) && original;
    },
    { what: "the answer to Kate becomes the verdict", changes: [stage.onChange], signal },
  );
  if (!answer.ephemeral) throw new WentWrongError("everybody in the channel sees the answer to Kate");
  report.line("only Kate sees", answer.content);
  report.line("Boris in Bitrix24", readable(notification));
  const file = await fetchBlock(notification, "file", signal);
  report.line("  its file", `${file.name}: ${file.type}, ${file.bytes} bytes, fetched through its link`);
}

async function wrongName({ stage, report, signal }: Play): Promise<void> {
  const { telegram, cast } = stage.house;
  const { maria, chat } = cast.telegram;
  report.act("A wrong name, in Russian");
  const text = "/notify @ana Сборка упала #ci";
  const message = stage.telegramSays(maria, { text });
  report.line("Мария in Telegram", text);
  const reply = await until(
    () => telegram.postsOf(chat).find(({ message: post }) => answers(post, message))?.message.text,
    { what: "the bot answers Мария", changes: [stage.onChange], signal },
  );
  report.line("the bot answers", reply);
  if (!reply.includes("@anna")) throw new WentWrongError("the answer does not name the closest person, @anna");
}

async function outage(play: Play): Promise<void> {
  const { stage, report, signal } = play;
  const { portal, cast } = stage.house;
  const text = "Склад: поставка задерживается";
  const command = `/notify @anna, @boris ${text} #поставка`;
  report.act("The portal goes down, and comes back");
  stage.setPortalDown(true);
  report.line("Bitrix24", "down: every request is answered with 503");
  const before = portal.requests.length;
  const message = stage.telegramSays(cast.telegram.maria, { text: command });
  report.line("Мария in Telegram", command);
  await reaction(play, message, "👀");
  report.line("the bot reacts", `${meaning("👀")}: it is stored and will not be lost`);
  const tries = () => portal.requests.slice(before).filter(({ status }) => status === 503).length;
  await until(() => tries() > 0, { what: "a try to deliver meets the outage", changes: [stage.onChange], signal });
  stage.setPortalDown(false);
  report.line("Bitrix24", `up again, after ${counted(tries(), "refused request")}`);
  await reaction(play, message, "👍");
  report.line("the bot reacts", meaning("👍"));
  for (const [id, name] of [[ANNA, "Anna"] as const, [BORIS, "Boris"] as const]) {
    const all = portal.allNotifications.filter((each) => each.recipientId === id && each.text.includes(text));
    if (all.length !== 1) throw new WentWrongError(`${name} got the notification ${counted(all.length, "time")}`);
    report.line(`${name} in Bitrix24`, `${all.map(readable).join("\n")}   [exactly once]`);
  }
}

function reaction({ stage, signal }: Play, { message_id: id }: Message, emoji: string): Promise<boolean> {
  const { telegram, cast } = stage.house;
  return until(
    () => telegram.reactionsOf(cast.telegram.chat, id).some((state) => state.emoji.includes(emoji)) || undefined,
    { what: `the bot reacts with ${emoji}`, changes: [stage.onChange], signal },
  );
}

function notified({ stage, signal }: Play, personId: number, text: string): Promise<Notification> {
  return until(() => stage.house.portal.feed(personId).find((each) => each.text.includes(text)), {
    what: `user ${personId} of Bitrix24 is notified of “${text}”`,
    changes: [stage.onChange],
    signal,
  });
}

async function fetchBlock(notification: Notification, kind: "picture" | "file", signal: AbortSignal) {
  const block = showBlocks(notification.attach).find((each): each is Extract<ShownBlock, { kind: typeof kind }> => {
    return each.kind === kind;
  });
  if (!block) throw new WentWrongError(`the notification has no ${kind}: ${readable(notification)}`);
  const response = await fetch(block.href, { signal });
  if (!response.ok) throw new WentWrongError(`the link of ${block.name} answers ${response.status}`);
  const bytes = (await response.arrayBuffer()).byteLength;
  return { name: block.name, type: response.headers.get("content-type") ?? "", bytes };
}

function answers(post: Message, question: Message): boolean {
  return post.reply_to_message?.message_id === question.message_id;
}

const MEANINGS: Readonly<Record<string, string>> = { "👀": "accepted", "👍": "delivered" };

function meaning(emoji: string): string {
  return `${emoji} (${MEANINGS[emoji] ?? "?"})`;
}

/** Without its BB codes: the terminal shows plain text. */
function readable({ text }: Notification): string {
  return text.replaceAll(/\[\/?(?:b|i|u|s|url|code)(?:=[^\]\n]*)?\]/gu, "");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} kB`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
