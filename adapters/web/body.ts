import type { IncomingMessage } from "node:http";

/** The body as text; absent when it is larger than `maxBytes`. Rejects when the sender breaks off. */
export async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return (await readBytes(incoming, maxBytes))?.toString("utf8");
}

/** The body as it came, as {@link readBody} otherwise. */
export async function readBytes(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Left open when too large: the sender has yet to be told.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a request body must be read as bytes");
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
