import fc from "fast-check";
import { marksOf } from "../../src/core/nesting.ts";
import { plainText, type RichText, type Run, type Style } from "../../src/core/richText.ts";

const STYLES: readonly Style[] = ["bold", "italic", "underline", "strike", "spoiler", "code", "pre", "quote"];

/** Text as hostile as people and monitors write it: markup, mentions, wide and joined characters, blanks and breaks. */
const pieces = [
  "a",
  "Ж",
  "b c",
  " ",
  "\n",
  "*",
  "_",
  "__",
  "~~",
  "||",
  "`",
  "```",
  "\\",
  "<@123>",
  "[x](y)",
  "#",
  "- ",
  "> ",
  "🚀",
  "👩‍🚒",
  "é",
  "@everyone",
  "@anna_k",
  "@",
  ">",
  ":",
  "1. ",
  "<",
  "(",
  ")",
  "]",
];

const runs: fc.Arbitrary<Run> = fc.record({
  text: fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((all) => all.join("")),
  styles: fc.subarray([...STYLES], { maxLength: 3 }),
});
const links: fc.Arbitrary<Run> = fc.record({
  text: fc.constantFrom("here", "Ж b", "a*b", "x_y_"),
  link: fc.constantFrom("https://example.org/a_b?c=d", "http://example.org/x"),
});

export const richTexts: fc.Arbitrary<RichText> = fc.array(fc.oneof({ weight: 5, arbitrary: runs }, links), {
  maxLength: 8,
});

/** Nothing that is only there to part markup, or to make a name inert. */
export const visible = (text: string): string => text.replaceAll(/[\u200B\u2060]/gu, "");

/** Every visible character with the formatting that a chat shows it in; blanks show none. */
export function shownAs(text: RichText, drop: (mark: string) => boolean = () => false): readonly string[] {
  const shown = text.flatMap((run) =>
    Array.from(
      visible(run.text),
      (character) =>
        `${character} ${marksOf(run)
          .filter((mark) => !drop(mark))
          .toSorted()
          .join()}`,
    ),
  );
  return shown.filter((each) => !/^\s/u.test(each));
}

export const shownText = (text: RichText): string => visible(plainText(text)).replaceAll(/\s+/gu, " ").trim();
