import type { ChatRef, IncomingMessage } from "../core/chat.ts";
import type { RuleFilter } from "../core/rule.ts";
import { filterText } from "../core/ruleText.ts";
import { shownName } from "../core/shownName.ts";
import { type TargetInput, writeTarget } from "../core/targetInput.ts";
import type { Words } from "./ports.ts";

/** What a rule forwards, in words. */
export const whatText = ({ say }: Words, filter: RuleFilter): string => filterText(filter) || say("forward-everything");

export const targetsText = (targets: readonly TargetInput[]): string => targets.map(targetText).join(", ");

/** Somebody whom the platform itself has named is called as the chat calls them. */
const targetText = (target: TargetInput): string =>
  target.kind === "somebody" && target.ref.kind === "account" ? shownName(target.ref.label) : writeTarget(target);

/** The chat that a rule listens to which is made here: this topic or channel, where there are such. */
export const sourceHere = ({ at }: Pick<IncomingMessage, "at">): ChatRef => ({
  platform: at.platform,
  chatId: at.chatId,
  threadId: at.threadId,
});
