import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { errorName } from "../../src/app/errorName.ts";
import { HEAD_BYTES } from "./sniff.ts";

/** What was learnt about bytes while they passed. */
export interface Passed {
  readonly sha256: string;
  readonly size: number;
  readonly head: Uint8Array;
  readonly isText: boolean;
}

export type WriteOutcome =
  | { readonly kind: "written"; readonly passed: Passed }
  | { readonly kind: "too-big" }
  | { readonly kind: "no-space" }
  | { readonly kind: "broken"; readonly reason: string };

/** Streams into a new file at `path`, durable when this resolves; the source is destroyed whatever happens. */
export async function write(stream: Readable, path: string, maxBytes: number): Promise<WriteOutcome> {
  const gauge = openGauge();
  let isTooBig = false;
  async function* measured(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      const bytes = bytesOf(chunk);
      if (gauge.size() + bytes.length > maxBytes) {
        isTooBig = true;
        throw new Error("larger than allowed");
      }
      gauge.take(bytes);
      yield bytes;
    }
  }
  try {
    await pipeline(stream, measured, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }));
    return { kind: "written", passed: gauge.result() };
  } catch (error) {
    return isTooBig ? { kind: "too-big" } : failure(error);
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk, "utf8");
  throw new TypeError("the source yields neither bytes nor text");
}

/** Code or name, never the message: those of HTTP clients and of the file system may hold addresses and paths. */
export function failure(error: unknown): WriteOutcome & { kind: "no-space" | "broken" } {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") return { kind: "no-space" };
  return { kind: "broken", reason: code ?? errorName(error) };
}

function openGauge(): { take(bytes: Uint8Array): void; size(): number; result(): Passed } {
  const hash = createHash("sha256");
  const text = openTextCheck();
  const heads: Uint8Array[] = [];
  let headSize = 0;
  let size = 0;
  return {
    take: (bytes) => {
      hash.update(bytes);
      text.take(bytes);
      size += bytes.length;
      if (headSize >= HEAD_BYTES) return;
      // Copied: the source may fill the same memory again.
      const part = Uint8Array.from(bytes.subarray(0, HEAD_BYTES - headSize));
      heads.push(part);
      headSize += part.length;
    },
    size: () => size,
    result: () => ({ sha256: hash.digest("hex"), size, head: Buffer.concat(heads), isText: text.result() }),
  };
}

function openTextCheck(): { take(bytes: Uint8Array): void; result(): boolean } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isText = true;
  const check = (look: () => boolean): void => {
    try {
      isText &&= look();
    } catch {
      isText = false;
    }
  };
  return {
    take: (bytes) => check(() => !bytes.includes(0) && decoder.decode(bytes, { stream: true }) !== undefined),
    result: () => {
      check(() => decoder.decode() !== undefined);
      return isText;
    },
  };
}
