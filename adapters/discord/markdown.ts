import { codeLanguageOf, type RichText, type Style } from "../../src/core/richText.ts";
import { type Around, joined, type Names, readInline } from "./inlineMarkdown.ts";

interface Block {
  readonly style?: Style;
  readonly text: string;
}

const FENCE = /```(?:([\w+#.-]*)\n)?([\s\S]+?)```/g;
const REST_QUOTE = /^>>> ?/;
const QUOTE = /^> /;
const HEADING = /^#{1,3} +/;
const SMALL = /^-# +/;
const ITEM = /^(\s*)[-*] +/;

function blockOf(line: string): Block {
  if (QUOTE.test(line)) return { style: "quote", text: line.replace(QUOTE, "") };
  if (HEADING.test(line)) return { style: "bold", text: line.replace(HEADING, "") };
  if (SMALL.test(line)) return { text: line.replace(SMALL, "") };
  return { text: line.replace(ITEM, "$1• ") };
}

/** Lines of one kind belong together, because a style may span them; a line break between two kinds is nobody's. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (const [place, line] of lines.entries()) {
    if (REST_QUOTE.test(line)) {
      const rest = lines.slice(place).join("\n").replace(REST_QUOTE, "");
      return [...blocks, ...(place > 0 ? [{ text: "\n" }] : []), { style: "quote", text: rest }];
    }
    const next = blockOf(line);
    const last = blocks.at(-1);
    if (!last) blocks.push(next);
    else if (last.style === next.style) blocks[blocks.length - 1] = { ...last, text: `${last.text}\n${next.text}` };
    else blocks.push({ text: "\n" }, next);
  }
  return blocks;
}

function readBlocks(text: string, around: Around): RichText {
  return blocksOf(text).flatMap((block) =>
    readInline(block.text, { ...around, styles: block.style ? [block.style] : [] }),
  );
}

/**
 * Discord's markdown, as its clients understand it, with every id replaced by a name.
 *
 * @param keepsHashEscapes True for a typed command, whose grammar knows `\#` itself.
 */
export function readMarkdown(source: string, names: Names, keepsHashEscapes = false): RichText {
  const around: Around = { names, styles: [], keepsHashEscapes, depth: 0 };
  const runs: RichText[number][] = [];
  let place = 0;
  for (const fence of source.matchAll(FENCE)) {
    runs.push(...readBlocks(source.slice(place, fence.index), around));
    const codeLanguage = codeLanguageOf(fence[1]);
    const code = (fence[2] ?? "").replace(/\n$/, "");
    runs.push({ text: code, styles: ["pre"], ...(codeLanguage ? { codeLanguage } : {}) });
    place = fence.index + fence[0].length;
  }
  runs.push(...readBlocks(source.slice(place), around));
  return joined(runs);
}
