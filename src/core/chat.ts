import type { Mention, RichText } from "./richText.ts";

export type Platform = "telegram" | "discord";

/**
 * A place where people write. Telegram: chat and forum topic. Discord: guild and channel (a private dialogue has the guild
 * `@me`). `threadId` is empty where there is none. Ids are the platform's own, as decimal text: Discord's do not fit a number.
 */
export interface ChatRef {
  readonly platform: Platform;
  readonly chatId: string;
  readonly threadId: string;
}

/** `telegram:-1001234/5`: as commands and rules take it. */
export const writeChat = ({ platform, chatId, threadId }: Readonly<Record<keyof ChatRef, string>>): string =>
  `${platform}:${chatId}${threadId === "" ? "" : `/${threadId}`}`;

/** One word for a chat, to tell it from others by; platform and ids hold no slash. */
export const chatKey = ({ platform, chatId, threadId }: Readonly<Record<keyof ChatRef, string>>): string =>
  `${platform}/${chatId}/${threadId}`;

/** Where a notification may come from: a chat platform, or another program by a hook. */
export const SOURCE_PLATFORMS = ["telegram", "discord", "hook"] as const;

/** As a {@link MessageRef}; of a hook, `chatId` is the hook's id, and `messageId` what tells its deliveries apart. */
export interface SourceRef extends Omit<MessageRef, "platform"> {
  readonly platform: (typeof SOURCE_PLATFORMS)[number];
}

/** The key of a message on its platform: Discord's ids are unique by themselves, Telegram's only within a chat. */
export interface MessageRef extends ChatRef {
  readonly messageId: string;
}

/** Messages of one chat, from `first` to `last`, both included, as their ids compare as texts. */
export interface MessageRange {
  readonly chat: ChatRef;
  readonly first: string;
  readonly last: string;
}

/** Who wrote. Only a `person` can be linked to a Bitrix24 person; the others have an id that many share. */
export interface Sender {
  readonly kind: "person" | "anonymous-admin" | "channel" | "bot";
  readonly userId: string;
  /** Without `@`, as the platform writes it. */
  readonly username?: string;
  readonly name: string;
  /** Whether this person administers the very chat; absent where nobody has asked the platform. */
  readonly chatAdmin?: boolean;
  /** IETF language tag that the platform reports for this person. */
  readonly language?: string;
  /** What spoke where nobody's account did; `name` is then whatever was put there, and only the ids mean something. */
  readonly via?: Via;
}

export type Via =
  /** Anybody who has its address may have posted. */
  | { readonly kind: "webhook" }
  /** An announcement channel of another server that this one follows. */
  | { readonly kind: "followed-channel"; readonly channelId: string };

/** Enough to fetch the bytes later. Holds no credential, but Discord's address is signed, so it is sealed at rest. */
export type MediaSource =
  | { readonly kind: "telegram"; readonly fileId: string; readonly uniqueId: string }
  | {
      readonly kind: "discord";
      readonly url: string;
      readonly attachmentId: string;
      /** Absent for the file of a slash command, which belongs to no message and cannot be read again. */
      readonly message?: { readonly channelId: string; readonly messageId: string };
    }
  /** An address inside a message that neither platform keeps for us. A stranger may have chosen it, so it is only fetched with care. */
  | { readonly kind: "remote"; readonly url: string }
  /** Written by ourselves: the whole of an over-long text. */
  | { readonly kind: "text"; readonly text: string };

export interface IncomingMedia {
  readonly kind: "picture" | "file";
  /** The sender's claim, or a name made from the kind of media. */
  readonly name: string;
  readonly mime?: string;
  /** Bytes, as the platform reports them before any download. */
  readonly size?: number;
  /** The sender hid it behind a spoiler: never shown as an open picture. */
  readonly spoiler?: true;
  readonly source: MediaSource;
}

/** A point on the map, with what the sender's platform says about it. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly title?: string;
  readonly address?: string;
}

/** What a message holds besides words, files and places. It is sent as words, so that nothing is dropped in silence. */
export type Part =
  | { readonly kind: "poll"; readonly question: string; readonly options: readonly string[] }
  | { readonly kind: "contact"; readonly name: string; readonly phone?: string }
  /** What stands under a member of an album other than the one whose words are the message's. */
  | { readonly kind: "caption"; readonly text: RichText }
  /** One that cannot be had as a picture; `label` is its emoji or name, or empty. */
  | { readonly kind: "sticker"; readonly label: string }
  /** Cannot be sent along. `name` is English and fixed, such as `story`; `label` is what the sender's platform says about it. */
  | { readonly kind: "other"; readonly name: string; readonly label?: string };

/** What a message brings along: its own words and media, or those of the message it replies to. */
export interface Content {
  readonly text: RichText;
  readonly media: readonly IncomingMedia[];
  readonly places?: readonly Place[];
  readonly parts: readonly Part[];
}

/** A part of a message that its platform sets apart, with a heading, a colour and named values: an embed of Discord. */
export interface Frame {
  readonly title?: string;
  /** Where the title leads. */
  readonly link?: string;
  /** What it says besides. */
  readonly text: RichText;
  readonly fields: readonly { readonly name: string; readonly value: string; readonly inline?: true }[];
  /** Red, green and blue, eight bits each. */
  readonly color?: number;
}

export interface RepliedMessage extends Content {
  readonly messageId: string;
  readonly author: string;
}

export interface IncomingMessage extends Content {
  readonly at: MessageRef;
  readonly place: { readonly kind: "private" | "group" | "channel"; readonly title: string };
  readonly sender: Sender;
  readonly repliedTo?: RepliedMessage;
  /** Where a member of the chat can open the message. */
  readonly link?: string;
  /** Epoch milliseconds, by the platform's clock. */
  readonly sentAt: number;
  readonly edited: boolean;
  /** Where it has frames: what stands outside of them, and each of them. `text` holds all of that once more. */
  readonly framed?: { readonly text: RichText; readonly frames: readonly Frame[] };
  /** Whose words these were before they were forwarded here; empty where nobody says. */
  readonly forwardedFrom?: string;
  /** Of an album: the ids of all its messages, `at` among them. */
  readonly members?: readonly string[];
  /** The channel of the thread it was said in, where `at` names the thread alone. */
  readonly within?: string;
  /** A button that was pressed where no message of the presser stands: they alone are answered, by words that pass. */
  readonly pressed?: true;
  /** How a Discord interaction is answered; absent for messages. */
  readonly interaction?: Interaction;
  /**
   * The command's name without prefix, given when a form was filled in instead of a line typed: a Discord slash command or
   * modal. `text` is then the notification's text alone, and no command, recipient or tag is to be looked for in it.
   */
  readonly command?: string;
  /** What the form's fields hold; present whenever `command` is. */
  readonly options?: FilledForm;
}

/** The fields of a form, as filled in and not yet understood. A field left empty is absent. */
export interface FilledForm {
  /** Picked from the platform's own list of users. */
  readonly user?: Mention & { readonly label: string };
  /** Recipients as typed or picked from the suggestions: `@anna, id:42`. */
  readonly to?: string;
  /** The platform's users that `to` names by their ids, as far as they are known. */
  readonly mentions?: readonly (Mention & { readonly userId: string; readonly label: string })[];
  /** The text as typed; `IncomingMessage.text` holds the same with its formatting. */
  readonly text?: string;
  /** With or without `#`. */
  readonly tag?: string;
  /** Of the form that links an account: who somebody is in Bitrix24, and the code they were sent. */
  readonly who?: string;
  readonly code?: string;
  /** What stands behind the command's word where it is typed: of forms whose fields are no more than parts of that line. */
  readonly line?: RichText;
}

/** A Discord interaction whose first answer was already a deferral. The token answers for 15 minutes. */
export interface Interaction {
  readonly applicationId: string;
  readonly token: string;
  readonly expiresAt: number;
}
