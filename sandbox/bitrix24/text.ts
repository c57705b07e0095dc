import { castInt } from "./php.ts";

const MAX_CHARACTERS = 20_000;
const CUT_TOLERANCE = 6;
const RULE = "-".repeat(54);
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " " };

/** Replaces a mention by its inner text when this says undefined, and fills an empty one with the name. */
export type VisibleName = (userId: number) => string | undefined;

/** What the portal makes of `MESSAGE` before it stores it, in the portal's own order. */
export function storedText(message: string, visibleName: VisibleName): string {
  const broken = message.replaceAll(/\[br\]|#br#/giu, "\n");
  return htmlToCodes(resolveMentions(cut(broken), visibleName));
}

/** What the reader sees: entities are decoded when the text is formatted, so they are no defence. */
export function shownText(stored: string): string {
  return stored.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|amp|quot|nbsp));/giu, (whole, ...groups) => {
    const [decimal, hex, name] = groups;
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}

function cut(text: string): string {
  const characters = [...text];
  if (characters.length <= MAX_CHARACTERS + CUT_TOLERANCE) return text;
  return `${characters.slice(0, MAX_CHARACTERS).join("")} (...)`;
}

function resolveMentions(text: string, visibleName: VisibleName): string {
  return text.replaceAll(/\[user=(\d+)([^\]]*)\]([\s\S]*?)\[\/user\]/giu, (whole, id: string, rest: string, inner) => {
    const name = visibleName(castInt(id));
    if (name === undefined) return String(inner);
    return inner === "" ? `[USER=${id}${rest}]${name}[/USER]` : whole;
  });
}

function htmlToCodes(text: string): string {
  if (!/[<&]/u.test(text)) return text;
  return text
    .replaceAll(/<(\/?)([bius])(?:\s[^>]*)?>/giu, (_, slash: string, name: string) => `[${slash}${name.toLowerCase()}]`)
    .replaceAll(/<br\s*\/?>/giu, "\n")
    .replaceAll(/<hr(?:\s[^>]*)?\/?>/giu, `\n${RULE}\n`)
    .replaceAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>([\s\S]*?)<\/a>/giu, linkCode)
    .replaceAll(/<font\s([^>]*)>([\s\S]*?)<\/font>/giu, (_, attributes: string, inner: string) =>
      fontCode(attributes, inner),
    )
    .replaceAll(/<span\s[^>]*?color\s*:\s*(#[0-9a-f]{3,6})[^>]*>([\s\S]*?)<\/span>/giu, "[color=$1]$2[/color]")
    .replaceAll(/<\/?(?:div|span)(?:\s[^>]*)?>/giu, "")
    .replaceAll(/&nbsp;/giu, " ");
}

function linkCode(_: string, ...groups: readonly unknown[]): string {
  const [double, single, bare, inner] = groups;
  const target = [double, single, bare].find((candidate) => typeof candidate === "string");
  return `[url=${String(target)}]${String(inner)}[/url]`;
}

function fontCode(attributes: string, inner: string): string {
  const color = /color\s*=\s*["']?(#?\w+)/iu.exec(attributes)?.[1];
  const size = /size\s*=\s*["']?(\d+)/iu.exec(attributes)?.[1];
  const sized = size === undefined ? inner : `[size=${size}]${inner}[/size]`;
  return color === undefined ? sized : `[color=${color}]${sized}[/color]`;
}
