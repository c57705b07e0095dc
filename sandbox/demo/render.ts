/** Text of a notification as a reader sees it: what may be shown and nothing else. */
export type RichNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "style"; readonly style: "b" | "i" | "u" | "s"; readonly children: readonly RichNode[] }
  | { readonly kind: "color"; readonly color: string; readonly children: readonly RichNode[] }
  | { readonly kind: "size"; readonly px: number; readonly children: readonly RichNode[] }
  | { readonly kind: "link"; readonly href: string; readonly children: readonly RichNode[] }
  | { readonly kind: "person"; readonly children: readonly RichNode[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "quote"; readonly children: readonly RichNode[] };

interface Frame {
  readonly name: string;
  readonly argument: string | undefined;
  /** The tag as it stood, shown literally when it is never closed. */
  readonly literal: string;
  readonly children: RichNode[];
}

const TAG = /\[(?<end>\/?)(?<name>b|i|u|s|color|size|url|user|code)(?:=(?<argument>[^\]\n]*))?\]|\[br\]/giu;
const ADDRESS = /https?:\/\/[^\s<>"[\]]+/giu;

/** Reads Bitrix24's BB codes. Codes it does not know, and those that make no sense, stay as they were typed. */
export function renderText(text: string): readonly RichNode[] {
  const nodes: RichNode[] = [];
  for (const { quoted, lines } of stretches(text)) {
    const children = inline(lines.join("\n"));
    if (quoted) nodes.push({ kind: "quote", children });
    else nodes.push(...children);
  }
  return nodes;
}

/** Runs of lines that are quoted (`>>` at the start) or not. */
function stretches(text: string): { quoted: boolean; lines: string[] }[] {
  const found: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quoted = line.startsWith(">>");
    const last = found.at(-1);
    const shown = quoted ? line.slice(2) : line;
    if (last?.quoted === quoted) last.lines.push(shown);
    else found.push({ quoted, lines: [shown] });
  }
  return found;
}

function inline(text: string): RichNode[] {
  const root: Frame = { name: "", argument: undefined, literal: "", children: [] };
  const open: Frame[] = [root];
  const top = (): Frame => open.at(-1) ?? root;
  let at = 0;
  for (const match of text.matchAll(TAG)) {
    if (match.index < at) continue;
    top().children.push(...plain(text.slice(at, match.index), open));
    at = match.index + match[0].length;
    const { end = "", name = "br", argument } = match.groups ?? {};
    const tag = name.toLowerCase();
    if (tag === "br") top().children.push({ kind: "text", text: "\n" });
    else if (end === "/") close(open, tag, match[0]);
    else if (tag === "code") at = takeCode(text, at, top());
    else open.push({ name: tag, argument, literal: match[0], children: [] });
  }
  top().children.push(...plain(text.slice(at), open));
  while (open.length > 1) giveUp(open);
  return root.children;
}

/** Nothing inside `[code]` is read. Returns where reading goes on. */
function takeCode(text: string, from: number, into: Frame): number {
  const end = text.toLowerCase().indexOf("[/code]", from);
  if (end < 0) {
    into.children.push({ kind: "text", text: "[code]" });
    return from;
  }
  into.children.push({ kind: "code", text: text.slice(from, end) });
  return end + "[/code]".length;
}

function close(open: Frame[], name: string, literal: string): void {
  if (!open.some((frame) => frame.name === name)) {
    open.at(-1)?.children.push({ kind: "text", text: literal });
    return;
  }
  while (open.at(-1)?.name !== name) giveUp(open);
  const frame = open.pop();
  const into = open.at(-1);
  if (!frame || !into) return;
  const node = nodeOf(frame);
  if (node) into.children.push(node);
  else into.children.push({ kind: "text", text: frame.literal }, ...frame.children, { kind: "text", text: literal });
}

function giveUp(open: Frame[]): void {
  const frame = open.pop();
  if (frame) open.at(-1)?.children.push({ kind: "text", text: frame.literal }, ...frame.children);
}

function nodeOf({ name, argument, children }: Frame): RichNode | undefined {
  switch (name) {
    case "b":
    case "i":
    case "u":
    case "s":
      return { kind: "style", style: name, children };
    case "color":
      return /^#(?:[\da-f]{3}|[\da-f]{6})$/iu.test(argument ?? "")
        ? { kind: "color", color: argument ?? "", children }
        : undefined;
    case "size": {
      const px = Number(argument);
      return px >= 8 && px <= 30 ? { kind: "size", px, children } : undefined;
    }
    case "url": {
      const href = safeAddress(argument ?? textOf(children));
      return href === undefined ? undefined : { kind: "link", href, children };
    }
    case "user":
      return /^(?:\d+|all)$/u.test(argument ?? "") ? { kind: "person", children } : undefined;
    default:
      return undefined;
  }
}

/** Only web addresses become links. */
export function safeAddress(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}

function textOf(nodes: readonly RichNode[]): string {
  return nodes.map((node) => ("text" in node ? node.text : textOf(node.children))).join("");
}

/** Bare addresses are links too, unless they stand in one. */
function plain(text: string, open: readonly Frame[]): RichNode[] {
  if (text === "") return [];
  if (open.some(({ name }) => name === "url")) return [{ kind: "text", text }];
  const nodes: RichNode[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const href = safeAddress(match[0]);
    if (href === undefined) continue;
    if (match.index > at) nodes.push({ kind: "text", text: text.slice(at, match.index) });
    nodes.push({ kind: "link", href, children: [{ kind: "text", text: match[0] }] });
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push({ kind: "text", text: text.slice(at) });
  return nodes;
}
