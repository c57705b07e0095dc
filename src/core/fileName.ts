/** Longest name of a file on the file systems in use, in bytes of UTF-8 (ext4, NTFS in practice, APFS). */
const MOST_BYTES = 200;

/** Longer endings are no extensions but sentences with a dot. */
const EXTENSION = /\.[\p{L}\p{N}]{1,10}$/u;

// Separators and what Windows refuses; control and line-separating characters; marks that turn the reading direction,
// so that "gpj.exe" cannot be shown as "exe.jpg"; invisible characters; halves of surrogate pairs.
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

const encoder = new TextEncoder();

/**
 * A sender's name of a file, fit for links, headers and disks: one path segment that names no directory, in at most 200
 * bytes of UTF-8, its extension kept when it must be cut.
 *
 * @returns `file`, with the extension if there is one, when nothing readable is left.
 */
export function safeFileName(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(FORBIDDEN, "_")
    .trim()
    .replace(/^\.+/u, "")
    .replace(/[. ]+$/u, "");
  const extension = EXTENSION.exec(clean)?.[0] ?? "";
  const stem = cutTo(clean.slice(0, clean.length - extension.length), MOST_BYTES - encoder.encode(extension).length);
  return /[^\s_.]/u.test(stem) ? stem + extension : `file${extension}`;
}

const FITTING: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "image/jpeg": [".jpg", ".jpeg"],
  "image/png": [".png"],
  "image/gif": [".gif"],
};

const PICTURE_EXTENSION = /\.(?:jpe?g|jfif|a?png|gif|webp|avif|tiff?|bmp|hei[cf])$/iu;

/** A picture's name with the extension of what is served in its place: a sticker that was WebP is a PNG for its recipients. */
export function pictureName(name: string, mime: string): string {
  const fitting = FITTING[mime];
  if (!fitting || fitting.some((extension) => name.toLowerCase().endsWith(extension))) return name;
  return safeFileName(name.replace(PICTURE_EXTENSION, "") + fitting[0]);
}

function cutTo(text: string, maxBytes: number): string {
  if (encoder.encode(text).length <= maxBytes) return text;
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept.replace(/[. ]+$/u, "");
}
