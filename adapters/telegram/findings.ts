import type { Bot } from "grammy";
import type { UserFromGetMe, WebhookInfo } from "grammy/types";
import { networkWords } from "../../src/app/networkWords.ts";
import type { Finding, Words } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { type Fault, faultOf, faultWords } from "./fault.ts";
import type { TelegramMode } from "./run.ts";

export interface Looking {
  readonly mode: TelegramMode;
  readonly apiRoot: string;
  bound(): Promise<readonly ChatRef[]>;
  /** Chats that rules listen to. */
  watched(): Promise<readonly ChatRef[]>;
  readonly say: Say;
  /** Whether a poll of ours may show that another program polls: not beside a service of ours, whose poll it would end. */
  readonly mayPoll?: boolean;
}

type Say = Words["say"];

/** What `doctor` says about Telegram. Resolves whatever Telegram does. */
export async function telegramFindings(bot: Bot, looking: Looking): Promise<readonly Finding[]> {
  const { api } = bot;
  const { mode, bound, watched, say, mayPoll = false } = looking;
  try {
    const me = await api.getMe();
    const found = [tokenFinding(me, say), privacyFinding(me, say)];
    const info = await api.getWebhookInfo();
    found.push(...webhookFindings(info, mode, say));
    if (mayPoll && mode.kind === "polling" && !info.url) found.push(...(await pollFindings(bot, say)));
    const listening = new Set((await watched()).map(({ chatId }) => chatId));
    for (const chat of await bound()) {
      const isWatched = listening.has(chat.chatId);
      found.push(...(await chatFindings(bot, chat, { me, say, isWatched })));
    }
    return found;
  } catch (error) {
    return [failure(faultOf(error), looking)];
  }
}

/** Long enough for another program to come back, which ends ours: Telegram lets only the newest poll live. */
const POLL_SECONDS = 4;

/** Nothing is confirmed by it, so nothing is taken away from anybody. */
async function pollFindings({ api }: Bot, say: Say): Promise<readonly Finding[]> {
  try {
    await api.getUpdates({ limit: 1, timeout: POLL_SECONDS });
    return [];
  } catch (error) {
    if (faultOf(error).kind !== "conflict") throw error;
    const words = { detail: say("telegram-poller"), fix: say("telegram-poller-fix") };
    return [{ check: "telegram-poller", state: "broken", ...words }];
  }
}

/** A bot that was removed, or may not write, is deaf or dumb in a chat that is bound. */
async function chatFindings(
  { api }: Bot,
  { chatId }: ChatRef,
  { me, say, isWatched }: { me: UserFromGetMe; say: Say; isWatched: boolean },
): Promise<readonly Finding[]> {
  const about = { check: "telegram-chat", place: chatId } as const;
  const back = say("telegram-chat-gone-fix");
  try {
    const member = await api.getChatMember(chatId, me.id);
    if (member.status === "left" || member.status === "kicked")
      return [{ ...about, state: "broken", detail: say("telegram-chat-gone"), fix: back }];
    const isAdmin = member.status === "administrator" || member.status === "creator";
    if (isWatched && !isAdmin && !me.can_read_all_group_messages)
      return [{ ...about, state: "broken", detail: say("telegram-chat-blind"), fix: say("telegram-chat-blind-fix") }];
    const mayWrite = member.status !== "restricted" || member.can_send_messages;
    if (mayWrite) return [{ ...about, state: "ok", detail: say("telegram-chat-ok", { status: member.status }) }];
    return [{ ...about, state: "warning", detail: say("telegram-chat-mute"), fix: say("telegram-chat-mute-fix") }];
  } catch (error) {
    const fault = faultOf(error);
    const detail = say("chat-unseen", { reason: inWords(fault, say) });
    const state = fault.kind === "forbidden" || fault.kind === "refused" ? "broken" : "warning";
    return [{ ...about, state, detail, fix: back }];
  }
}

const tokenFinding = (me: UserFromGetMe, say: Say): Finding => ({
  check: "telegram-token",
  state: "ok",
  detail: say("telegram-token-ok", { name: me.username }),
});

/** Where Telegram itself gave the reason, its own words stand. */
function inWords(fault: Fault, say: Say): string {
  if (fault.kind === "token") return say("telegram-token-refused");
  if (fault.kind === "flood") return say("too-many-requests", { seconds: Math.ceil(fault.afterMs / 1_000) });
  return faultWords(fault);
}

function failure(fault: Fault, { apiRoot, say }: Looking): Finding {
  const reason = inWords(fault, say);
  if (fault.kind === "unsent" || fault.kind === "unanswered") {
    const { detail, fix } = networkWords({ say }, { host: new URL(apiRoot).host, reason });
    return { check: "telegram", state: "broken", detail: say("network-not-token", { detail }), fix };
  }
  if (fault.kind !== "token") {
    const words = { detail: say("no-answer", { reason }), fix: say("look-again") };
    return { check: "telegram", state: "broken", ...words };
  }
  return { check: "telegram-token", state: "broken", detail: reason, fix: say("telegram-token-fix") };
}

/** Bot API: with privacy mode on, plain commands and the other members of an album do not arrive in groups. */
function privacyFinding(me: UserFromGetMe, say: Say): Finding {
  const check = "telegram-privacy";
  if (me.can_read_all_group_messages) return { check, state: "ok", detail: say("telegram-privacy-off") };
  return { check, state: "warning", detail: say("telegram-privacy-on"), fix: say("telegram-privacy-fix") };
}

/** The path of a webhook is a secret: only its host is shown. */
function webhookFindings(info: WebhookInfo, mode: TelegramMode, say: Say): readonly Finding[] {
  const check = "telegram-updates";
  const host = info.url ? new URL(info.url).host : "";
  const error = info.last_error_message;
  if (mode.kind === "polling" && host) {
    const words = { detail: say("telegram-webhook-elsewhere", { host }), fix: say("telegram-webhook-elsewhere-fix") };
    return [{ check, state: "warning", ...words }];
  }
  if (mode.kind === "webhook" && info.url !== mode.url) {
    const detail = host ? say("telegram-webhook-other", { host }) : say("telegram-webhook-none");
    return [{ check, state: "warning", detail, fix: say("telegram-webhook-other-fix") }];
  }
  const count = info.pending_update_count ?? 0;
  if (mode.kind === "webhook" && error && info.pending_update_count) {
    const detail = say("telegram-webhook-failing", { count, error });
    return [{ check, state: "warning", detail, fix: say("telegram-webhook-failing-fix") }];
  }
  return [{ check, state: "ok", detail: say("telegram-updates-ok", { mode: mode.kind, count }) }];
}
