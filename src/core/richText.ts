/**
 * Text as both chat platforms mean it, in one shape: consecutive runs, each with its own formatting. Runs instead of a tree
 * because Telegram's entities may overlap, and because a command's recipients and tag are cut off the ends.
 */
export type RichText = readonly Run[];

export type Style = "bold" | "italic" | "underline" | "strike" | "spoiler" | "code" | "pre" | "quote";

export interface Run {
  readonly text: string;
  readonly styles?: readonly Style[];
  /** Where the run leads when its text is not itself the address. */
  readonly link?: string;
  /** Somebody named by the platform itself; `text` is how the chat shows the name. */
  readonly mention?: Mention;
  /** A channel named in Discord, shown as `#name`: where a tag is expected it stands for the tag of that name. */
  readonly channel?: true;
}

/** At least one of the two is known: Telegram's `@name` gives no id, a person without a username gives no name. */
export interface Mention {
  readonly userId?: string;
  readonly username?: string;
}

export const plain = (text: string): RichText => (text === "" ? [] : [{ text }]);

/** What remains when all formatting is taken away. */
export const plainText = (text: RichText): string => text.map((run) => run.text).join("");

export const isBlank = (text: RichText): boolean => plainText(text).trim() === "";
