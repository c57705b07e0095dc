import { safeFileName } from "../../src/core/fileName.ts";

/** Shown in place: browsers draw these and run nothing in them. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/** Downloaded under their own type; everything that a browser might run or render goes as unknown bytes. */
const KEPT_TYPES =
  /^(?:audio|video)\/[\w.+-]+$|^application\/(?:pdf|zip|ogg|vnd\.openxmlformats-officedocument\.[\w.-]+)$/u;

/** Which type, and whether shown or downloaded, bytes of a sniffed type are served with. */
export function servedAs(mime: string): {
  readonly contentType: string;
  readonly disposition: "inline" | "attachment";
} {
  if (PICTURES.has(mime)) return { contentType: mime, disposition: "inline" };
  if (mime === "text/plain") return { contentType: "text/plain; charset=utf-8", disposition: "attachment" };
  return { contentType: KEPT_TYPES.test(mime) ? mime : "application/octet-stream", disposition: "attachment" };
}

/** RFC 6266, with the name for old clients in ASCII and the real one after RFC 8187 (which replaced RFC 5987). */
export function contentDisposition(disposition: "inline" | "attachment", name: string): string {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]/gu, "_").replace(/[%"\\]/gu, "_");
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export type AskedRange =
  | { readonly kind: "whole" }
  /** `end` is exclusive. */
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  | { readonly kind: "unsatisfiable" };

/** RFC 9110, 14: one range of bytes; several, another unit or a malformed header may be answered with the whole. */
export function askedRange(header: string | undefined, size: number): AskedRange {
  const { first, last } = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/u.exec(header?.trim() ?? "")?.groups ?? {};
  if (first === undefined || last === undefined || (first === "" && last === "")) return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "part", start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return { kind: "whole" };
  if (start >= size) return { kind: "unsatisfiable" };
  return { kind: "part", start, end: last === "" ? size : Math.min(Number(last) + 1, size) };
}

/** RFC 9110, 13.1.2: weak comparison against a list, or any. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? "")
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//u, ""))
    .some((tag) => tag === etag || tag === "*");
}
