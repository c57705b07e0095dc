/** A name and a description, as Discord's command list shows them. Names lower case, at most 32; descriptions at most 100. */
export interface Labelled {
  readonly name: string;
  readonly description: string;
}

export type SlashName =
  | "notify"
  | "recall"
  | "status"
  | "ack"
  | "link"
  | "unlink"
  | "whoami"
  | "help"
  | "connect"
  | "disconnect"
  | "people"
  | "map"
  | "unmap"
  | "group"
  | "senders"
  | "role"
  | "rules"
  | "forward"
  | "mute"
  | "quiet"
  | "oncall";
export type FieldName =
  | "user"
  | "to"
  | "text"
  | "tag"
  | "file"
  | "confirm"
  | "search"
  | "page"
  | "member"
  | "person"
  | "account"
  | "named"
  | "members"
  | "remove"
  | "who"
  | "given"
  | "workspace"
  | "incident"
  | "tags"
  | "severity"
  | "words"
  | "switch"
  | "for"
  | "what"
  | "end"
  | "hours"
  | "zone"
  | "rotation";
/** Values that a field offers. What is sent is the word itself; people read its translation. */
export type ChoiceName =
  | "everyone"
  | "linked"
  | "list"
  | "owner"
  | "admin"
  | "sender"
  | "none"
  | "critical"
  | "error"
  | "warning"
  | "info";

/** Everything a person reads that comes from this adapter itself, in one language. */
export interface DiscordTexts {
  readonly commands: Readonly<Record<SlashName, Labelled>>;
  /** `file` is also the name of `file2` … `file5`, with the digit appended. */
  readonly fields: Readonly<Record<FieldName, Labelled>>;
  /** At most 100 characters. */
  readonly choices: Readonly<Record<ChoiceName, string>>;
  /** Of the message menu, at most 32 characters. */
  readonly menu: string;
  readonly form: {
    /** At most 45 characters, as the labels. */
    readonly title: string;
    readonly to: string;
    readonly text: string;
    readonly tag: string;
    /** At most 100 characters. */
    readonly toHint: string;
    readonly textHint: string;
  };
  /** The forms that link an account: who somebody is, and then the code they were sent. Titles and labels at most 45 characters. */
  readonly link: {
    readonly title: string;
    readonly who: string;
    readonly whoHint: string;
    readonly codeTitle: string;
    readonly code: string;
    readonly codeHint: string;
    readonly again: string;
  };
  /** The form in which a webhook is handed over. Title and labels at most 45 characters. */
  readonly connect: {
    readonly title: string;
    readonly webhook: string;
    readonly webhookHint: string;
    readonly code: string;
    readonly codeHint: string;
    readonly name: string;
  };
  /** The command was acknowledged, but could not be kept: nothing will be sent. */
  readonly notStored: string;
  /** The form's message cannot be read any more: call the menu again. */
  readonly formExpired: string;
}

/** English names the commands; the others are localisations by Discord's own locale keys. */
export interface DiscordWords {
  readonly en: DiscordTexts;
  readonly ru: DiscordTexts;
}

export const textsFor = (words: DiscordWords, locale: string): DiscordTexts =>
  locale.startsWith("ru") ? words.ru : words.en;
