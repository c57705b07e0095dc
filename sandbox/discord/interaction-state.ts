import type { Channel, Json, Message, User } from "./model.ts";

/** Interaction types. */
export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
export type InteractionType = (typeof INTERACTION)[keyof typeof INTERACTION];

export interface Callback {
  /** 4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices, 9 modal. */
  readonly type: number;
  readonly data: Json;
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly createdAt: number;
  readonly user: User;
  readonly channel: Channel;
  /** Message type of the answers: 20 for slash commands, 23 for menus, 19 otherwise. */
  readonly answerType: number;
  /** The message whose button was pressed, or where the modal came from. */
  readonly source?: Message | undefined;
  callback: Callback | undefined;
  acknowledgedAt: number | undefined;
  /** The message `@original` stands for. */
  original: Message | undefined;
  readonly followups: Message[];
}

/** The first answer must come within three seconds. */
export const ANSWER_WITHIN_MS = 3_000;
/** Afterwards the token serves for fifteen minutes. */
export const TOKEN_LIFE_MS = 15 * 60_000;
