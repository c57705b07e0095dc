import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";

/** What the service talks to in `bench/media.ts`, in a process of its own: a source of large files, a portal, a recipient. */
const CHUNK = randomBytes(256 * 1024);

/** As many bytes as asked for, no two chunks alike; what a chat platform's file server sends. */
function* content(size: number): Generator<Uint8Array> {
  for (let sent = 0, number = 0; sent < size; number += 1) {
    const chunk = Buffer.from(CHUNK.subarray(0, Math.min(CHUNK.length, size - sent)));
    if (chunk.length >= 4) chunk.writeUInt32LE(number);
    sent += chunk.length;
    yield chunk;
  }
}

async function sendContent(size: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-length": size });
  await pipeline(Readable.from(content(size), { objectMode: false }), response);
}

const source = createServer((request, response) => {
  const size = Number(request.url?.split("/").at(-1));
  sendContent(size, response).catch(() => response.destroy());
}).listen(0, "127.0.0.1");
await once(source, "listening");
const portal = await startPortal({
  limits: "off",
  operatingLimitSeconds: "off",
  webhooks: [{ userId: 1, code: randomBytes(8).toString("hex"), scopes: ["im", "user_basic", "disk"] }],
});

const asked = z.object({ id: z.number(), what: z.enum(["hash", "fetch", "uploads"]), argument: z.string() });

async function answer({ what, argument }: z.infer<typeof asked>): Promise<string> {
  switch (what) {
    case "hash": {
      const hash = createHash("sha256");
      for (const chunk of content(Number(argument))) hash.update(chunk);
      return hash.digest("hex");
    }
    case "fetch": {
      const hash = createHash("sha256");
      const { body } = await fetch(argument);
      for await (const chunk of body ?? []) hash.update(chunk);
      return hash.digest("hex");
    }
    case "uploads":
      return portal.drive.files.find(({ id }) => id === Number(argument))?.sha256 ?? "";
    default:
      return what satisfies never;
  }
}

process.on("message", (message) => {
  const question = asked.parse(message);
  answer(question).then(
    (text) => process.send?.({ id: question.id, text }),
    (error: unknown) => process.send?.({ id: question.id, text: `failed: ${error}` }),
  );
});
process.on("disconnect", () => process.exit(0));
const address = source.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
process.send?.({ id: 0, text: JSON.stringify({ source: `http://127.0.0.1:${port}`, webhook: portal.webhookUrl(1) }) });
