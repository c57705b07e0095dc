import { fileTypeFromBuffer } from "file-type";

/** How many first bytes the type is told from: enough for the first entries of an office document, which is a ZIP. */
export const HEAD_BYTES = 64 * 1024;

const UNKNOWN = "application/octet-stream";

/** Formats that are made of readable text; any other signature found in text is a coincidence ("BMW" begins like a bitmap). */
const MADE_OF_TEXT = new Set(["application/pdf", "application/postscript", "application/rtf", "application/xml"]);

/**
 * The MIME type by content.
 *
 * @param isText Whether the whole file, not only `head`, is UTF-8 without NUL.
 */
export async function sniff(head: Uint8Array, isText: boolean): Promise<string> {
  if (head.length === 0) return UNKNOWN;
  const markup = isText ? markupType(head) : undefined;
  if (markup !== undefined) return markup;
  const known = await signature(head);
  if (!isText) return known ?? UNKNOWN;
  return known !== undefined && (known.startsWith("text/") || MADE_OF_TEXT.has(known)) ? known : "text/plain";
}

async function signature(head: Uint8Array): Promise<string | undefined> {
  try {
    // Without parameters: "audio/ogg; codecs=opus" is a voice message like any other.
    const mime = (await fileTypeFromBuffer(head))?.mime.split(";")[0];
    // W3C PNG, third edition: an animated PNG is a PNG, and who cannot animate it shows its first frame.
    return mime === "image/apng" ? "image/png" : mime;
  } catch {
    // A file cut short or made to confuse the parser: its type is unknown, which is the safest answer.
    return undefined;
  }
}

/** WHATWG MIME Sniffing, 7.1: the first tags by which browsers recognise HTML. */
const HTML = /^<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)(?:[\s>/]|$)/iu;

const PROLOGUE = /^(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+svg.*?>)/isu;

function markupType(head: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(head);
  if (!text.trimStart().startsWith("<")) return undefined;
  let rest = text;
  for (let found = PROLOGUE.exec(rest); found; found = PROLOGUE.exec(rest)) rest = rest.slice(found[0].length);
  if (/^<(?:\w+:)?svg[\s>/]/iu.test(rest)) return "image/svg+xml";
  if (HTML.test(rest)) return "text/html";
  return /^\s*<\?xml[\s?]/iu.test(text) ? "application/xml" : undefined;
}
