import type { ChatRef } from "../../core/chat.ts";
import type { Language } from "../../core/language.ts";
import type { RecipientRef } from "../../core/notifyGrammar.ts";
import type { RuleFilter } from "../../core/rule.ts";
import type { TargetInput } from "../../core/targetInput.ts";
import type { SendingTime } from "../sendingTime.ts";
import type { NewNotification } from "./notifications.ts";

/** A question that somebody has been asked in a chat. */
interface Question extends ChatRef {
  readonly id: number;
  /** Names it in the buttons; not to be guessed. */
  readonly key: string;
  readonly workspaceId: number;
  /** Who alone may answer it. */
  readonly userId: string;
  /** Where the question stands. */
  readonly slot: string;
  readonly expiresAt: number;
}

/** A notification that is sent only when its sender says so once more. */
export interface Confirmation extends Question {
  readonly kind: "notification";
  readonly plan: NewNotification;
  /** Whom the sender named, as they did: before it is sent, it is looked up anew whom that means. */
  readonly named: readonly RecipientRef[];
  /** What the question said about how long sending takes. */
  readonly time: SendingTime;
}

/** A rule that somebody is making, step by step. */
export interface RuleQuestion extends Question {
  readonly kind: "rule";
  readonly draft: RuleDraft;
}

export interface RuleDraft {
  /** The message by which it began, and the language of whoever wrote it. */
  readonly messageId: string;
  readonly language: Language;
  /** Absent until it has been said what is forwarded. */
  readonly filter?: RuleFilter;
  /** Empty until it has been said to whom. */
  readonly targets: readonly TargetInput[];
  /** What the buttons stand for, in their order. */
  readonly choices: readonly RuleChoice[];
}

export type RuleChoice =
  | { readonly kind: "filter"; readonly filter: RuleFilter }
  | { readonly kind: "target"; readonly target: TargetInput }
  | { readonly kind: "make" }
  | { readonly kind: "cancel" };

export type AnyQuestion = Confirmation | RuleQuestion;
type Unasked<Q> = Q extends AnyQuestion ? Omit<Q, "id" | "key"> : never;

export interface ConfirmationRepository {
  /** In place of what the same person has not answered in this chat yet; answers its key. */
  put(asked: Unasked<AnyQuestion>): Promise<{ key: string; replaced?: AnyQuestion }>;
  byAsker(chat: ChatRef, userId: string): Promise<AnyQuestion | undefined>;
  /** What was asked about one message. */
  bySlot(slot: string): Promise<readonly AnyQuestion[]>;
  byKey(key: string): Promise<AnyQuestion | undefined>;
  /** Whose time is over. */
  expired(now: number): Promise<readonly AnyQuestion[]>;
  remove(id: number): Promise<void>;
}
