import type { Attach } from "../bitrix24/attach.ts";
import { elements, isMap, type PhpMap, type PhpValue } from "../bitrix24/php.ts";
import { type RichNode, renderText, safeAddress } from "./render.ts";

/** A block below a notification as the page shows it. */
export type ShownBlock =
  | { readonly kind: "picture"; readonly name: string; readonly href: string; readonly src: string }
  | { readonly kind: "file"; readonly name: string; readonly href: string; readonly bytes: number | undefined }
  | { readonly kind: "link"; readonly name: string; readonly href: string; readonly about: string }
  | { readonly kind: "text"; readonly nodes: readonly RichNode[] }
  | { readonly kind: "cell"; readonly name: string; readonly nodes: readonly RichNode[] }
  | { readonly kind: "line" };

/** What the portal kept of `ATTACH`, ready to be shown; blocks of other kinds are left out. */
export function showBlocks(attach: Attach | undefined): readonly ShownBlock[] {
  return (attach?.blocks ?? []).flatMap((block) => Object.entries(block).flatMap(([type, value]) => show(type, value)));
}

function show(type: string, value: PhpValue): ShownBlock[] {
  switch (type) {
    case "IMAGE":
      return maps(value).flatMap(picture);
    case "FILE":
      return maps(value).flatMap(file);
    case "LINK":
    case "RICH_LINK":
      return maps(value).flatMap(link);
    case "GRID":
      return maps(value).map((item) => ({ kind: "cell", name: text(item.NAME), nodes: renderText(text(item.VALUE)) }));
    case "MESSAGE":
      return [{ kind: "text", nodes: renderText(text(value)) }];
    case "DELIMITER":
      return [{ kind: "line" }];
    default:
      return [];
  }
}

function picture(item: PhpMap): ShownBlock[] {
  const href = safeAddress(text(item.LINK));
  if (href === undefined) return [];
  return [{ kind: "picture", name: text(item.NAME), href, src: safeAddress(text(item.PREVIEW)) ?? href }];
}

function file(item: PhpMap): ShownBlock[] {
  const href = safeAddress(text(item.LINK));
  if (href === undefined) return [];
  const bytes = typeof item.SIZE === "number" ? item.SIZE : undefined;
  return [{ kind: "file", name: text(item.NAME), href, bytes }];
}

function link(item: PhpMap): ShownBlock[] {
  const href = safeAddress(text(item.LINK));
  return href === undefined ? [] : [{ kind: "link", name: text(item.NAME), href, about: text(item.DESC) }];
}

function maps(value: PhpValue): readonly PhpMap[] {
  return elements(value).filter(isMap);
}

function text(value: PhpValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
