import { marksOf } from "../../src/core/nesting.ts";
import { printable } from "../../src/core/printable.ts";
import { mapText, plainText, type RichText, type Run } from "../../src/core/richText.ts";
import { splitText } from "../../src/core/splitText.ts";
import { LONGEST, plainMarkdown } from "./outgoing.ts";

/** One post is at most so many messages; a flood of them helps nobody, and the link leads to the whole. */
const MOST_MESSAGES = 6;

/** Takes no room, and parts marks that would else be read as one. */
const PART = "\u200b";

/** Outermost first. Italics are the innermost, because their mark is half of the mark of bold. */
const AROUND = [
  ["bold", "**"],
  ["underline", "__"],
  ["strike", "~~"],
  ["spoiler", "||"],
  ["italic", "*"],
] as const;

interface Piece {
  readonly text: string;
  /** Marked up, so that a neighbour's marks would run into its own. */
  readonly isMarked: boolean;
}

interface Line {
  readonly runs: readonly Run[];
  readonly isBlock: boolean;
}

/** Text with its formatting as Discord's markdown, everything that a stranger wrote escaped. It is read as mentioning nobody. */
export function outgoingRich(rich: RichText): string {
  const lines = linesOf(mapText(rich, printable)).map(({ runs, isBlock }) => (isBlock ? fenced(runs) : lineText(runs)));
  // Once more over the whole: the name may have been put together of differently formatted parts, or stand in code.
  return lines.join("\n").replaceAll(MASS_NAME, `@${PART}`);
}

const MASS_NAME = /@(?=everyone|here)/giu;

/** In messages that Discord takes, in order. */
export const outgoingPieces = (rich: RichText): readonly RichText[] =>
  splitText(mapText(rich, printable), (piece) => outgoingRich(piece).length <= LONGEST, MOST_MESSAGES);

const isBlockRun = (run: Run): boolean => marksOf(run).includes("pre");

/** A block of code is its own line or several, whatever stood beside it. */
function linesOf(rich: RichText): readonly Line[] {
  const lines: { runs: Run[]; isBlock: boolean }[] = [];
  for (const run of rich) {
    const isBlock = isBlockRun(run);
    const last = lines.at(-1);
    if (isBlock) {
      if (last?.isBlock) last.runs.push(run);
      else lines.push({ runs: [run], isBlock });
      continue;
    }
    const [first = "", ...rest] = run.text.split("\n");
    // The line that a block ends is over with it.
    const isGoingOn = last && !last.isBlock;
    if (isGoingOn) last.runs.push({ ...run, text: first });
    else if (first !== "" || !last) lines.push({ runs: [{ ...run, text: first }], isBlock });
    for (const text of rest) lines.push({ runs: [{ ...run, text }], isBlock });
  }
  const ends = (index: number): boolean =>
    lines[index + 1]?.isBlock === true && plainText(lines[index]?.runs ?? []) === "";
  return lines.filter((line, index) => line.isBlock || !ends(index));
}

function fenced(runs: readonly Run[]): string {
  const code = plainText(runs)
    .replaceAll("`", `\`${PART}`)
    .replace(/^\n+|\n+$/gu, "");
  const language = runs[0]?.codeLanguage ?? "";
  return code.trim() === "" ? "" : `\`\`\`${language}\n${code}\n\`\`\``;
}

function lineText(runs: readonly Run[]): string {
  const isQuoted = runs.some((run) => marksOf(run).includes("quote") && run.text.trim() !== "");
  const pieces: Piece[] = [];
  for (const run of runs)
    pieces.push(
      ...piecesOf(
        run,
        pieces.every(({ text }) => text.trim() === ""),
      ),
    );
  const text = pieces.reduce((line, piece, index) => line + between(pieces[index - 1], piece) + piece.text, "");
  return isQuoted ? `> ${text}` : text;
}

/** An address goes on up to the next blank, whatever marks come behind it. */
const ENDS_IN_ADDRESS = /https?:\/\/\S*$/u;

function between(before: Piece | undefined, piece: Piece): string {
  if (!before || before.text === "" || piece.text === "") return "";
  if (!before.isMarked && ENDS_IN_ADDRESS.test(before.text)) return " ";
  const touches = !/\s$/u.test(before.text) && !/^\s/u.test(piece.text);
  const isMark = /[\\*_~|`]$/u.test(before.text) || /^[*_~|`]/u.test(piece.text);
  return (before.isMarked || piece.isMarked) && touches && isMark ? PART : "";
}

/** Blanks at the ends stand outside of the marks: within them they would undo them. */
function piecesOf(run: Run, isLineStart: boolean): readonly Piece[] {
  const marks = marksOf(run).filter((mark) => mark !== "quote");
  const {
    before = "",
    core = "",
    after = "",
  } = /^(?<before>\s*)(?<core>[\s\S]*?)(?<after>\s*)$/u.exec(run.text)?.groups ?? {};
  const plain = (text: string): Piece => ({ text, isMarked: false });
  if (core === "" || marks.length === 0) return [plain(plainMarkdown(run.text, isLineStart))];
  const inner = innerText(core, { run, marks, isLineStart });
  const styles = AROUND.filter(([style]) => marks.includes(style)).map(([, mark]) => mark);
  const text = styles.join("") + inner + styles.toReversed().join("");
  return [plain(before), { text, isMarked: true }, plain(after)].filter((piece) => piece.text !== "");
}

function innerText(
  core: string,
  { run, marks, isLineStart }: { run: Run; marks: readonly string[]; isLineStart: boolean },
): string {
  if (marks.includes("code")) return inlineCode(core);
  const text = plainMarkdown(core, isLineStart);
  return run.link === undefined ? text : masked(text, run.link);
}

function inlineCode(text: string): string {
  const parted = text.replaceAll(/`(?=`)/gu, `\`${PART}`);
  return parted.includes("`") ? `\`\` ${parted} \`\`` : `\`${parted}\``;
}

/** Where they would end the address, or style it. */
const HAZARDS = /[*~|`\\[\]()<>"\s]|(?<=_)_/gu;
const SHOWN_ADDRESS = /https?:\/\//iu;
/** Written out, so that a message has room for it and for what it stands behind. */
const LONGEST_ADDRESS = 1_500;

/** Discord masks no address by another: there both are shown. */
function masked(text: string, link: string): string {
  const address = link.replaceAll(HAZARDS, (hazard) =>
    encodeURIComponent(hazard).replace(/^[*~()_]$/u, (kept) => `%${kept.charCodeAt(0).toString(16).toUpperCase()}`),
  );
  if (!/^https?:\/\//iu.test(address) || address.length > LONGEST_ADDRESS) return text;
  return SHOWN_ADDRESS.test(text) ? `${text} ( ${address} )` : `[${text}](${address})`;
}
