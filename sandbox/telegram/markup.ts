import { badRequest } from "./errors.ts";
import type { Entity } from "./shapes.ts";

export interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

interface Open {
  readonly tag: string;
  readonly start: number;
  readonly entity: Omit<Entity, "offset" | "length">;
}

const TYPES: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  code: "code",
  pre: "pre",
  "tg-spoiler": "spoiler",
};

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
const TAG = /<(\/?)([a-zA-Z0-9-]*)([^>]*)>/y;
const REFERENCE = /&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));?/y;

function unreadable(problem: string): Error {
  return badRequest(`can't parse entities: ${problem}`);
}

function attribute(source: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "u").exec(source);
  const raw = found?.[1] ?? found?.[2] ?? found?.[3];
  return raw?.replace(/&(lt|gt|amp|quot);/gu, (whole, key: string) => NAMED[key] ?? whole);
}

function opened(tag: string, attributes: string, offset: number): Open["entity"] {
  const type = TYPES[tag];
  if (type === "code") {
    const language = /^language-(.+)$/u.exec(attribute(attributes, "class") ?? "")?.[1];
    return language ? { type, language } : { type };
  }
  if (type) return { type };
  if (tag === "a") return { type: "text_link", url: attribute(attributes, "href") };
  if (tag === "blockquote")
    return { type: /\bexpandable\b/u.test(attributes) ? "expandable_blockquote" : "blockquote" };
  if (tag === "tg-emoji") return { type: "custom_emoji", custom_emoji_id: attribute(attributes, "emoji-id") };
  if (tag === "span" && attribute(attributes, "class") === "tg-spoiler") return { type: "spoiler" };
  if (tag === "span") throw unreadable(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
  throw unreadable(`Unsupported start tag "${tag}" at byte offset ${offset}`);
}

/** A link without an address, or an empty stretch, leaves no entity behind; `<pre><code class=…>` is one entity. */
function closed(open: Open, end: number, entities: Entity[]): void {
  const { entity, start: offset } = open;
  const length = end - offset;
  if (length === 0 || (entity.type === "text_link" && !entity.url)) return;
  if (entity.type === "pre") {
    const inner = entities.findIndex((e) => e.type === "code" && e.offset === offset && e.length === length);
    const [code] = inner < 0 ? [] : entities.splice(inner, 1);
    entities.push({ ...entity, language: code?.language, offset, length });
    return;
  }
  entities.push({ ...entity, offset, length });
}

/**
 * Bot API, "HTML style": only the supported tags, all closed in order, `<` `>` `&` of the text escaped.
 *
 * @throws {Refusal} 400 "can't parse entities: …", with the byte offset (UTF-8) of the problem.
 */
export function parseHtml(source: string): Formatted {
  let text = "";
  const entities: Entity[] = [];
  const stack: Open[] = [];
  const readTag = (at: number): number => {
    TAG.lastIndex = at;
    const [whole, slash, name = "", attributes = ""] = TAG.exec(source) ?? [];
    const offset = Buffer.byteLength(source.slice(0, at));
    if (whole === undefined) throw unreadable(`Unclosed start tag at byte offset ${offset}`);
    const tag = name.toLowerCase();
    if (!slash) {
      stack.push({ tag, start: text.length, entity: opened(tag, attributes, offset) });
      return at + whole.length;
    }
    const open = stack.pop();
    if (!open) throw unreadable(`Unexpected end tag at byte offset ${offset}`);
    if (tag !== "" && open.tag !== tag) {
      throw unreadable(`Unmatched end tag at byte offset ${offset}, expected "</${open.tag}>", found "</${tag}>"`);
    }
    closed(open, text.length, entities);
    return at + whole.length;
  };
  for (let at = 0; at < source.length; ) {
    if (source[at] === "<") {
      at = readTag(at);
      continue;
    }
    REFERENCE.lastIndex = at;
    const reference = source[at] === "&" ? REFERENCE.exec(source) : null;
    text += reference ? character(reference) : (source[at] ?? "");
    at += reference ? reference[0].length : 1;
  }
  const left = stack.at(-1);
  if (left) {
    throw unreadable(`Can't find end tag corresponding to start tag "${left.tag}"`);
  }
  return { text, entities };
}

function character([whole, decimal, hexadecimal, name]: RegExpExecArray): string {
  if (name) return NAMED[name] ?? whole;
  const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal ?? "", 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
