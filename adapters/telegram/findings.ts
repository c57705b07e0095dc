import type { Bot } from "grammy";
import type { UserFromGetMe, WebhookInfo } from "grammy/types";
import type { Finding } from "../../src/app/ports.ts";
import { type Fault, faultOf, faultWords } from "./fault.ts";
import type { TelegramMode } from "./run.ts";

/** What `doctor` says about Telegram. Resolves whatever Telegram does. */
export async function telegramFindings({ api }: Bot, mode: TelegramMode): Promise<readonly Finding[]> {
  try {
    const me = await api.getMe();
    return [tokenFinding(me), privacyFinding(me), ...webhookFindings(await api.getWebhookInfo(), mode)];
  } catch (error) {
    return [failure(faultOf(error))];
  }
}

const tokenFinding = (me: UserFromGetMe): Finding => ({
  subject: "telegram token",
  state: "ok",
  detail: `the bot is @${me.username}`,
});

function failure(fault: Fault): Finding {
  const detail = faultWords(fault);
  if (fault.kind !== "token") {
    const fix = "check TELEGRAM_API_ROOT, PROXY_URL and the network";
    return { subject: "telegram", state: "broken", detail: `no answer: ${detail}`, fix };
  }
  return { subject: "telegram token", state: "broken", detail, fix: "set TELEGRAM_BOT_TOKEN to what @BotFather shows" };
}

/** Bot API: with privacy mode on, plain commands and the other members of an album do not arrive in groups. */
function privacyFinding(me: UserFromGetMe): Finding {
  const subject = "telegram privacy mode";
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
  const subject = "telegram updates";
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
