/** Control characters except newline and tab, and marks that reorder the text around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu;
const LINE_ENDS = /\r\n?|[\u2028\u2029\u0085]/gu;

/** What of a stranger's text is to be read, in the order in which it stands there: nothing makes it look like another one. */
export const printable = (text: string): string =>
  text.toWellFormed().replaceAll(LINE_ENDS, "\n").replaceAll(UNPRINTABLE, "");
