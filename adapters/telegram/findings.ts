import type { Bot } from "grammy";
import type { UserFromGetMe, WebhookInfo } from "grammy/types";
import type { Finding } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { networkFault } from "../../src/core/network.ts";
import { type Fault, faultOf, faultWords } from "./fault.ts";
import type { TelegramMode } from "./run.ts";

export interface Looking {
  readonly mode: TelegramMode;
  readonly apiRoot: string;
  bound(): Promise<readonly ChatRef[]>;
  /** Whether a poll of ours may show that another program polls: not beside a service of ours, whose poll it would end. */
  readonly mayPoll?: boolean;
}

/** What `doctor` says about Telegram. Resolves whatever Telegram does. */
export async function telegramFindings(bot: Bot, looking: Looking): Promise<readonly Finding[]> {
  const { api } = bot;
  const { mode, bound, mayPoll = false } = looking;
  try {
    const me = await api.getMe();
    const found = [tokenFinding(me), privacyFinding(me)];
    const info = await api.getWebhookInfo();
    found.push(...webhookFindings(info, mode));
    if (mayPoll && mode.kind === "polling" && !info.url) found.push(...(await pollFindings(bot)));
    for (const chat of await bound()) found.push(...(await chatFindings(bot, chat, me.id)));
    return found;
  } catch (error) {
    return [failure(faultOf(error), looking)];
  }
}

/** Long enough for another program to come back, which ends ours: Telegram lets only the newest poll live. */
const POLL_SECONDS = 4;

/** Nothing is confirmed by it, so nothing is taken away from anybody. */
async function pollFindings({ api }: Bot): Promise<readonly Finding[]> {
  try {
    await api.getUpdates({ limit: 1, timeout: POLL_SECONDS });
    return [];
  } catch (error) {
    if (faultOf(error).kind !== "conflict") throw error;
    const detail = "another program polls this bot too, so each gets only a part of the updates";
    const fix = "stop the other program, or give it a bot of its own (@BotFather, /newbot)";
    return [{ subject: "Telegram poller", state: "broken", detail, fix }];
  }
}

/** A bot that was removed, or may not write, is deaf or dumb in a chat that is bound. */
async function chatFindings({ api }: Bot, { chatId }: ChatRef, botId: number): Promise<readonly Finding[]> {
  const subject = `Telegram chat ${chatId}`;
  try {
    const member = await api.getChatMember(chatId, botId);
    if (member.status === "left" || member.status === "kicked") {
      const fix = "add the bot to the chat again, or unbind the chat";
      return [{ subject, state: "broken", detail: "the bot is not in this chat any more", fix }];
    }
    const mayWrite = member.status !== "restricted" || member.can_send_messages;
    if (mayWrite) return [{ subject, state: "ok", detail: `the bot is there as ${member.status}` }];
    const fix = "let the bot send messages: the chat's permissions, or make it an administrator";
    return [{ subject, state: "warning", detail: "the bot may not write here", fix }];
  } catch (error) {
    const fault = faultOf(error);
    const detail = `cannot be looked at: ${faultWords(fault)}`;
    const state = fault.kind === "forbidden" || fault.kind === "refused" ? "broken" : "warning";
    return [{ subject, state, detail, fix: "add the bot to the chat again, or unbind the chat" }];
  }
}

const tokenFinding = (me: UserFromGetMe): Finding => ({
  subject: "Telegram token",
  state: "ok",
  detail: `the bot is @${me.username}`,
});

function failure(fault: Fault, { apiRoot }: Looking): Finding {
  const detail = faultWords(fault);
  if (fault.kind === "unsent" || fault.kind === "unanswered") {
    const network = networkFault(new URL(apiRoot).host, detail);
    const said = `the network, not the token: ${network.detail}`;
    return { subject: "Telegram", state: "broken", detail: said, fix: network.fix };
  }
  if (fault.kind !== "token") {
    const fix = "wait a moment, and look again";
    return { subject: "Telegram", state: "broken", detail: `no answer: ${detail}`, fix };
  }
  return { subject: "Telegram token", state: "broken", detail, fix: "set TELEGRAM_BOT_TOKEN to what @BotFather shows" };
}

/** Bot API: with privacy mode on, plain commands and the other members of an album do not arrive in groups. */
function privacyFinding(me: UserFromGetMe): Finding {
  const subject = "Telegram privacy mode";
  if (me.can_read_all_group_messages) return { subject, state: "ok", detail: "off: all messages of groups arrive" };
  return {
    subject,
    state: "warning",
    detail: "on: in groups only commands to the bot arrive, and albums in part",
    fix: "@BotFather, /setprivacy, Disable; then remove the bot from each group and add it again, or make it an administrator",
  };
}

/** The path of a webhook is a secret: only its host is shown. */
function webhookFindings(info: WebhookInfo, mode: TelegramMode): readonly Finding[] {
  const subject = "Telegram updates";
  const host = info.url ? new URL(info.url).host : "";
  const error = info.last_error_message;
  if (mode.kind === "polling" && host) {
    const fix = "start removes it; if another program uses this bot, give that one a bot of its own";
    return [{ subject, state: "warning", detail: `a webhook at ${host} takes them`, fix }];
  }
  if (mode.kind === "webhook" && info.url !== mode.url) {
    const detail = host ? `the webhook points to ${host}` : "no webhook is set";
    return [{ subject, state: "warning", detail, fix: "start the service: it sets the webhook" }];
  }
  const waiting = `${info.pending_update_count ?? 0} waiting`;
  if (mode.kind === "webhook" && error && info.pending_update_count) {
    const fix = "see that PUBLIC_URL reaches this service from outside, with a valid certificate";
    return [{ subject, state: "warning", detail: `${waiting}; last error: ${error}`, fix }];
  }
  return [{ subject, state: "ok", detail: `${mode.kind}, ${waiting}` }];
}
