import fc from "fast-check";
import type { RichText, Run, Style } from "../../src/core/richText.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  nbsp: " ",
  lsqb: "[",
  rsqb: "]",
};
const CODES = "b|i|u|s|size|color|url|user|chat|context|send|put|call|img|icon|disk|code|timestamp|br";

/** What a portal does to a message, in its own order, without our knowing any of its parsers. */
function asPortalShows(message: string): string {
  const broken = message.replaceAll(/\[br\]|#br#/giu, "\n");
  const html = broken
    .replaceAll(/<\s*(\/?)\s*(b|i|u|s|br|hr|a|font|span|div)\b[^>]*>?/giu, "[$1$2]")
    .replaceAll(/&nbsp;?/giu, " ");
  return decoded(decoded(html));
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));?/giu, (whole, decimal, hex, name) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}

/** Everything of a stranger's that is still alive at the portal; nothing when the text was neutralised well. */
export function alive(text: string): readonly string[] {
  const shown = asPortalShows(text);
  const dangers: readonly (readonly [string, RegExp, string])[] = [
    ["code", new RegExp(`\\[/?(?:${CODES})\\b`, "iu"), shown],
    ["bracket", /[[\]]/u, shown],
    ["html", /<(?!\u2060)/u, text],
    ["break", /#br#/iu, text],
    ["entity", /&(?:#\d|#x[\da-f]|[a-z][a-z\d]*;)/iu, text],
    ["reference", /\$(?:result|next|total|time|error)/iu, text],
    ["quotation", /^\s*>>/mu, shown],
    ["rule", /-{20}/u, shown.replaceAll(/https?:\/\/\S+/giu, "")],
    ["scheme", /(?<![a-z\d])(?:javascript|vbscript|data|tg|tel|file):\S/iu, shown.replaceAll(/https?:\/\/\S+/giu, "")],
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    ["control", /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/u, text],
    ["surrogate", /\p{Cs}/u, text],
  ];
  return dangers.filter(([, pattern, where]) => pattern.test(where)).map(([name]) => name);
}

const HOSTILE = [
  "[url=https://evil.example]",
  "[/url]",
  "[b]",
  "[/b]",
  "[user=1]CEO[/user]",
  "[send=/x]",
  "[img ]",
  "[",
  "]",
  "[br]",
  "[/code]",
  '<a href="https://evil.example">',
  "</a>",
  "<b>",
  "<br>",
  "<",
  ">",
  ">>",
  "\n>>",
  "#BR#",
  "#",
  "BR#",
  "#br",
  "&#91;",
  "&#x5d",
  "&lt;",
  "&",
  "&amp;#91;",
  "amp;",
  "lt;",
  "$result[a][0]",
  "$",
  "result[",
  "$Next[",
  "$time",
  "javascript:",
  "java",
  "script:x",
  "data:text",
  "tg://x",
  "HTTPS://",
  "https://a.example/?a=1&b=2",
  "https://a.example/[x]$result[b]",
  "\u202E",
  "\u2066",
  "\u0000",
  "\r\n",
  "\n\n\n\n",
  "\n",
  "\t",
  " ",
  "\u2028",
  "----------",
  "-",
  "\\",
  "\\n",
  "\uD800",
  "\uDC00",
  "😀",
  "👩‍👩‍👧",
  "и\u0306",
  "\u037E",
  "\u2060",
  "\u200B",
  "@everyone",
  "company.com",
  "Build",
  "собрано",
  "100 %",
  "||",
  "a",
];

export const hostileText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...HOSTILE) }, fc.string({ unit: "binary", maxLength: 4 })), {
    maxLength: 14,
  })
  .map((parts) => parts.join(""));

const STYLES: readonly Style[] = ["bold", "italic", "underline", "strike", "spoiler", "code", "pre", "quote"];
const LINKS = [
  "https://a.example/x",
  "http://a.example/?a=1&lt;=2",
  "javascript:alert(1)",
  "https://company.com@evil.example/",
  "tg://user?id=1",
  "https://a.example/]x[/url]",
  "https://a.example/$result[a]",
  "//evil.example",
  "",
  "https://a.example/#br#BR#",
];

const hostileRun: fc.Arbitrary<Run> = fc
  .record({
    text: hostileText,
    styles: fc.subarray([...STYLES]),
    link: fc.option(fc.constantFrom(...LINKS), { nil: undefined }),
  })
  .map(({ text, styles, link }) => ({ text, styles, ...(link === undefined ? {} : { link }) }));

export const hostileRichText: fc.Arbitrary<RichText> = fc.array(hostileRun, { maxLength: 8 });
