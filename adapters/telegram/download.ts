import type { Readable } from "node:stream";
import type { Bot } from "grammy";
import { type Dispatcher, request } from "undici";
import type { OpenedMedia, OpenMedia } from "../../src/app/ports.ts";
import { isRest, resuming } from "../../src/app/resume.ts";
import { codeOf, faultOf, faultWords } from "./fault.ts";
import { isLocalPath, openLocal } from "./localFile.ts";
import { librarySignal } from "./signal.ts";

export interface DownloadParts {
  readonly bot: { readonly api: Pick<Bot["api"], "getFile"> };
  readonly token: string;
  /** Checked: https, or a host that is listed as private. */
  readonly apiRoot: string;
  readonly dispatcher: Dispatcher;
  /** Where an own Bot API server in `--local` mode keeps its files. */
  readonly localDir?: string;
}

/** Bot API, getFile: what a bot may download from the public server. */
const LIMIT_BYTES = 20 * 1_024 * 1_024;

const PUBLIC_HOST = "api.telegram.org";

interface FoundFile {
  readonly kind: "at";
  readonly path: string;
  readonly size?: number;
}

type Located = FoundFile | Exclude<OpenedMedia, OpenFile>;
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
  if (located.kind !== "at") return located;
  if (!isLocalPath(located.path)) return openBytes(located, parts, signal);
  if (new URL(parts.apiRoot).host !== PUBLIC_HOST) return openLocal(located.path, parts);
  return { kind: "gone", reason: "Telegram's public server names a file on a disk" };
}

async function locate(
  fileId: string,
  { bot }: DownloadParts,
  signal: AbortSignal,
): Promise<Located | { readonly kind: "stale"; readonly reason: string }> {
  try {
    const { file_path: path, file_size: size } = await bot.api.getFile(fileId, librarySignal(signal));
    if (path === undefined) return { kind: "later", reason: "Telegram names no path for the file" };
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
  if (/file is too big/u.test(reason)) return { kind: "too-big", limitBytes: LIMIT_BYTES, code: "telegram-too-big" };
  // Telegram's own words leave open whether the id is wrong or the file only away for a moment.
  return /temporarily unavailable/u.test(reason) ? { kind: "stale", reason } : { kind: "gone", reason };
}

async function openBytes(
  { path, size: reported }: FoundFile,
  parts: DownloadParts,
  signal: AbortSignal,
): Promise<Tried> {
  const { token, apiRoot, dispatcher } = parts;
  const segments = path.split("/").map(encodeURIComponent);
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    return { kind: "gone", reason: "Telegram names a path that leads elsewhere" };
  }
  try {
    const address = `${apiRoot}/file/bot${token}/${segments.join("/")}`;
    const { statusCode: status, headers, body } = await request(address, { dispatcher, signal });
    const size = sizeOf(headers["content-length"]);
    if (status === 200 && size !== undefined) {
      const openAt = (from: number) => openRest(address, { from, size, dispatcher, signal });
      return { kind: "open", stream: resuming(body, { size, openAt }), size };
    }
    if (status === 200) return { kind: "open", stream: body, ...(reported === undefined ? {} : { size: reported }) };
    await body.dump();
    const reason = `Telegram answered the download with status ${status}`;
    return { kind: status === 429 || status >= 500 ? "later" : "stale", reason };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "later", reason: codeOf(error) ?? "the download could not be started" };
  }
}

/** What is left of a file from byte `from` on. */
async function openRest(
  address: string,
  { from, size, dispatcher, signal }: { from: number; size: number; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<Readable | undefined> {
  const {
    statusCode: status,
    headers,
    body,
  } = await request(address, {
    dispatcher,
    signal,
    headers: { range: `bytes=${from}-` },
  });
  if (isRest({ status, contentRange: headers["content-range"] }, { from, size })) return body;
  await body.dump();
  return undefined;
}

const sizeOf = (announced: string | string[] | undefined): number | undefined =>
  typeof announced === "string" && /^\d+$/u.test(announced) ? Number(announced) : undefined;
