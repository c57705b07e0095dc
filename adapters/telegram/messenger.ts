import type { Bot } from "grammy";
import type { ReactionTypeEmoji } from "grammy/types";
import type { ChatOutcome, Mark, Messenger, SayTarget } from "../../src/app/ports.ts";
import type { Button } from "../../src/app/store/queues.ts";
import { type Fault, faultOf, faultWords, unsaid } from "./fault.ts";
import { inertMentions } from "./inert.ts";
import { librarySignal } from "./signal.ts";

/** Bot API, ReactionTypeEmoji: ✅ and ❌ are not among the reactions. */
const EMOJI: Record<Mark, ReactionTypeEmoji["emoji"]> = { stored: "👀", delivered: "👍", failed: "😢", recalled: "🙈" };
/** Bot API, sendMessage: code points, after parsing; we send nothing to parse. */
const MAX_CODE_POINTS = 4_096;
/** What we say is worth no longer wait; afterwards nobody knows whether it was said. */
const ANSWER_WITHIN_MS = 30_000;

const TOPIC_GONE = /message thread not found|TOPIC_CLOSED|TOPIC_DELETED/u;
const NOT_MODIFIED = /message is not modified/u;
const MESSAGE_GONE = /message to delete not found/u;
const REACTION_TARGET_GONE = /message to react not found|MESSAGE_ID_INVALID/u;
const NOT_ALLOWED_HERE = /REACTION_INVALID/u;
const CHAT_GONE = /chat not found|PEER_ID_INVALID|CHAT_WRITE_FORBIDDEN|not enough rights|need administrator rights/u;

type Method = keyof Messenger;

export function openMessenger({ api }: Bot): Messenger {
  const within = () => librarySignal(AbortSignal.timeout(ANSWER_WITHIN_MS));
  return {
    mark: (target, mark) =>
      attempt("mark", target, async ({ chatId, messageId }) => {
        const show = async (emoji: readonly ReactionTypeEmoji["emoji"][]): Promise<void> => {
          const reactions = emoji.map((each) => ({ type: "emoji" as const, emoji: each }));
          await api.setMessageReaction(chatId, Number(messageId), reactions, {}, within());
        };
        await show([EMOJI[mark]]).catch(async (error: unknown) => {
          // A chat may allow some reactions and not this one; the former one would go on saying what is not so any more.
          if (mark !== "stored" && NOT_ALLOWED_HERE.test(faultWords(faultOf(error)))) await show([]);
          throw error;
        });
        return { kind: "done" };
      }),
    post: (target, text, buttons) =>
      attempt("post", target, async (to) => {
        const shown = cut(text);
        const sent = await api.sendMessage(
          to.chatId,
          shown,
          { ...placeOf(to), ...plainly(shown), ...markup(buttons) },
          within(),
        );
        return { kind: "done", messageId: String(sent.message_id) };
      }),
    edit: (target, messageId, text, buttons) =>
      attempt("edit", target, async ({ chatId }) => {
        const shown = cut(text);
        await api.editMessageText(
          chatId,
          Number(messageId),
          shown,
          { ...plainly(shown), ...markup(buttons) },
          within(),
        );
        return { kind: "done" };
      }),
    remove: (target) =>
      attempt("remove", target, async ({ chatId, messageId }) => {
        await api.deleteMessage(chatId, Number(messageId), within());
        return { kind: "done" };
      }),
  };
}

/** As many as can be read side by side on a telephone. */
const MOST_IN_ROW = 2;

/** Bot API: `callback_data` holds 1 to 64 bytes; an empty keyboard takes away the one that was there. */
const markup = (buttons: readonly Button[] = []) => ({
  reply_markup: {
    inline_keyboard: Array.from({ length: Math.ceil(buttons.length / MOST_IN_ROW) }, (_, row) =>
      buttons
        .slice(row * MOST_IN_ROW, (row + 1) * MOST_IN_ROW)
        .map(({ label: text, data }) => ({ text, callback_data: data })),
    ),
  },
});

function plainly(text: string) {
  const entities = inertMentions(text);
  return { link_preview_options: { is_disabled: true }, ...(entities.length === 0 ? {} : { entities }) };
}

/** Bot API: "message thread not found" answers the number 1 of General, where messages have no thread. */
function placeOf({ threadId, messageId }: SayTarget) {
  const thread = threadId !== "" && threadId !== "1" ? { message_thread_id: Number(threadId) } : {};
  const reply = { message_id: Number(messageId), allow_sending_without_reply: true };
  return { ...thread, ...(messageId === undefined ? {} : { reply_parameters: reply }) };
}

type Say = (target: SayTarget) => Promise<ChatOutcome>;

/** Says it, and once more where Telegram names another place for it. */
async function attempt(method: Method, target: SayTarget, say: Say): Promise<ChatOutcome> {
  try {
    return await say(target);
  } catch (error) {
    const fault = faultOf(error);
    const elsewhere = method === "post" ? otherPlace(fault, target) : undefined;
    if (!elsewhere) return outcomeOf(method, fault);
    return say(elsewhere).catch((again: unknown) => outcomeOf(method, faultOf(again)));
  }
}

/** Message ids start anew in a supergroup: the number of the source message would name another one there. */
function otherPlace(fault: Fault, { messageId, ...target }: SayTarget): SayTarget | undefined {
  if (fault.kind === "migrated") return { ...target, chatId: fault.to, threadId: "" };
  if (fault.kind !== "refused" || !TOPIC_GONE.test(fault.description)) return undefined;
  return { ...target, threadId: "", ...(messageId === undefined ? {} : { messageId }) };
}

function outcomeOf(method: Method, fault: Fault): ChatOutcome {
  switch (fault.kind) {
    case "migrated":
      return { kind: method === "post" ? "impossible" : "not-allowed", reason: faultWords(fault) };
    case "refused":
      return refusal(method, fault.description);
    default:
      return unsaid(fault, method !== "post");
  }
}

function refusal(method: Method, reason: string): ChatOutcome {
  if (method === "edit" && NOT_MODIFIED.test(reason)) return { kind: "done" };
  if (method === "remove" && MESSAGE_GONE.test(reason)) return { kind: "done" };
  if (method === "post" || CHAT_GONE.test(reason)) return { kind: "impossible", reason };
  const isGone = method === "mark" && REACTION_TARGET_GONE.test(reason);
  return { kind: isGone ? "impossible" : "not-allowed", reason };
}

function cut(text: string): string {
  const points = [...text];
  return points.length <= MAX_CODE_POINTS ? text : `${points.slice(0, MAX_CODE_POINTS - 1).join("")}…`;
}
