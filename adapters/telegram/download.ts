import type { Bot } from "grammy";
import { type Dispatcher, request } from "undici";
import type { OpenedMedia, OpenMedia } from "../../src/app/ports.ts";
import { codeOf, faultOf, faultWords } from "./fault.ts";
import { librarySignal } from "./signal.ts";

export interface DownloadParts {
  readonly bot: Bot;
  readonly token: string;
  /** Checked: https, or a host that is listed as private. */
  readonly apiRoot: string;
  readonly dispatcher: Dispatcher;
}

/** Bot API, getFile: what a bot may download from the public server. */
const LIMIT_BYTES = 20 * 1_024 * 1_024;

type Located = { readonly kind: "at"; readonly path: string; readonly size?: number } | Exclude<OpenedMedia, OpenFile>;
type OpenFile = { readonly kind: "open" };
/** `stale`: another look-up may give a path that works. */
type Tried = OpenedMedia | { readonly kind: "stale"; readonly reason: string };

/** Streams the bytes; the address holds the token, so it never leaves this file. */
export function openDownload(parts: DownloadParts): OpenMedia {
  return async (source, signal) => {
    if (source.kind !== "telegram") return { kind: "gone", reason: `a ${source.kind} source is not Telegram's` };
    const first = await fetchOnce(source.fileId, parts, signal);
    const last = first.kind === "stale" ? await fetchOnce(source.fileId, parts, signal) : first;
    return last.kind === "stale" ? { kind: "gone", reason: last.reason } : last;
  };
}

async function fetchOnce(fileId: string, parts: DownloadParts, signal: AbortSignal): Promise<Tried> {
  const located = await locate(fileId, parts, signal);
  return located.kind === "at" ? openBytes(located, parts, signal) : located;
}

async function locate(
  fileId: string,
  { bot }: DownloadParts,
  signal: AbortSignal,
): Promise<Located | { readonly kind: "stale"; readonly reason: string }> {
  try {
    const { file_path: path, file_size: size } = await bot.api.getFile(fileId, librarySignal(signal));
    if (path === undefined) return { kind: "later", reason: "Telegram names no path for the file" };
    if (/^(?:\/|file:|[a-z]:\\)/iu.test(path)) {
      return { kind: "gone", reason: "the Bot API server keeps its files on its own disk (--local)" };
    }
    return { kind: "at", path, ...(size === undefined ? {} : { size }) };
  } catch (error) {
    signal.throwIfAborted();
    return refusedFile(error);
  }
}

function refusedFile(error: unknown): Exclude<Tried, OpenFile> {
  const fault = faultOf(error);
  const reason = faultWords(fault);
  if (fault.kind !== "refused") return { kind: "later", reason };
  if (/file is too big/u.test(reason)) return { kind: "too-big", limitBytes: LIMIT_BYTES };
  // Telegram's own words leave open whether the id is wrong or the file only away for a moment.
  return /temporarily unavailable/u.test(reason) ? { kind: "stale", reason } : { kind: "gone", reason };
}

async function openBytes(
  { path, size }: { readonly path: string; readonly size?: number },
  { token, apiRoot, dispatcher }: DownloadParts,
  signal: AbortSignal,
): Promise<Tried> {
  const segments = path.split("/").map(encodeURIComponent);
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    return { kind: "gone", reason: "Telegram names a path that leads elsewhere" };
  }
  try {
    const address = `${apiRoot}/file/bot${token}/${segments.join("/")}`;
    const { statusCode: status, headers, body } = await request(address, { dispatcher, signal });
    if (status === 200) return { kind: "open", stream: body, ...sizeOf(headers["content-length"], size) };
    await body.dump();
    const reason = `Telegram answered the download with status ${status}`;
    return { kind: status === 429 || status >= 500 ? "later" : "stale", reason };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "later", reason: codeOf(error) ?? "the download could not be started" };
  }
}

function sizeOf(announced: string | string[] | undefined, reported: number | undefined): { readonly size?: number } {
  const length = typeof announced === "string" && /^\d+$/u.test(announced) ? Number(announced) : reported;
  return length === undefined ? {} : { size: length };
}
