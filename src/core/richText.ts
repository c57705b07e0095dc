/**
 * Text as both chat platforms mean it, in one shape: consecutive runs, each with its own formatting. Runs instead of a tree
 * because Telegram's entities may overlap, and because a command's recipients and tag are cut off the ends.
 */
export type RichText = readonly Run[];

export type Style = "bold" | "italic" | "underline" | "strike" | "spoiler" | "code" | "pre" | "quote";

export interface Run {
  readonly text: string;
  readonly styles?: readonly Style[];
  /** Of a block of code: what its writer said that it is written in, as `codeLanguageOf` lets through. */
  readonly codeLanguage?: string;
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

/** The same formatting around other words. */
export const mapText = (text: RichText, change: (words: string) => string): RichText =>
  text.map((run) => ({ ...run, text: change(run.text) }));

/** Marks of direction, joiners, fillers and the empty Braille pattern show nothing, so a text of them alone says nothing. */
const INVISIBLE = /^[\s\p{Default_Ignorable_Code_Point}\u{2800}]*$/u;

export const isBlank = (text: RichText): boolean => INVISIBLE.test(plainText(text));

/** From UTF-16 offset `start` to `end` of the plain text; every run keeps its formatting. */
export function slice(text: RichText, start: number, end = Number.POSITIVE_INFINITY): RichText {
  const kept: Run[] = [];
  let offset = 0;
  for (const run of text) {
    const part = run.text.slice(Math.max(0, start - offset), Math.max(0, end - offset));
    if (part !== "") kept.push(part === run.text ? run : { ...run, text: part });
    offset += run.text.length;
  }
  return kept;
}

export function trim(text: RichText): RichText {
  const flat = plainText(text);
  const start = flat.length - flat.trimStart().length;
  return slice(text, start, Math.max(start, flat.trimEnd().length));
}

/** One word that neither platform reads as the code itself, or as the end of its block. */
const CODE_LANGUAGE = /^[\w+#.-]{1,32}$/;

/** Undefined when it is not such a word: then the block goes without. */
export const codeLanguageOf = (named: string | undefined): string | undefined =>
  named !== undefined && CODE_LANGUAGE.test(named) ? named : undefined;

export const isCode = (run: Run): boolean => run.styles?.some((style) => style === "code" || style === "pre") ?? false;
