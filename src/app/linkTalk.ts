import type { IncomingMessage } from "../core/chat.ts";
import { languageOf } from "../core/language.ts";
import { type ReceiveParts, tell } from "./command.ts";
import type { Words } from "./ports.ts";
import type { AccountRef, LinkAttempt } from "./store/linking.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Talking with one account about linking it in one workspace, wherever that is. */
export interface LinkTalk {
  readonly tx: Repositories;
  readonly message: IncomingMessage;
  readonly workspace: Workspace;
  /** In the asker's language. */
  readonly words: Words;
  readonly parts: ReceiveParts;
}

export const accountOf = ({ at, sender }: IncomingMessage): AccountRef => ({
  platform: at.platform,
  userId: sender.userId,
});

/** Undefined when the workspace is gone. */
export async function talkAbout(
  tx: Repositories,
  message: IncomingMessage,
  { workspaceId, parts }: { workspaceId: number; parts: ReceiveParts },
): Promise<LinkTalk | undefined> {
  const workspace = await tx.workspaces.byId(workspaceId);
  if (!workspace) return undefined;
  const words = parts.wordsIn(languageOf(message.sender.language, workspace.settings.language));
  return { tx, message, workspace, words, parts };
}

export const answerLink = (talk: LinkTalk, id: string, args: Readonly<Record<string, string | number>> = {}) =>
  tell(talk.tx, talk.message, { text: talk.words.say(id, { workspace: talk.workspace.name, ...args }) }, talk.parts);

/** Who did what about linking, never with a code or with what somebody typed. */
export const note = (
  tx: Repositories,
  { platform, userId, workspaceId }: Pick<LinkAttempt, "platform" | "userId" | "workspaceId">,
  { action, subject, at }: { action: string; subject: string; at: number },
): Promise<void> => tx.audit.append({ at, workspaceId, actor: `${platform}:${userId}`, action, subject });

export const noteOf = (talk: LinkTalk, action: string, subject: string): Promise<void> =>
  note(
    talk.tx,
    { ...accountOf(talk.message), workspaceId: talk.workspace.id },
    { action, subject, at: talk.parts.clock() },
  );
