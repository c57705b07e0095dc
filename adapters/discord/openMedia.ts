import type { REST } from "discord.js";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import type { OpenedMedia, OpenMedia } from "../../src/app/ports.ts";
import { isRest, resuming } from "../../src/app/resume.ts";
import { failureOf } from "./failures.ts";
import type { Spot } from "./place.ts";

export interface MediaParts {
  rest(): Promise<REST>;
  /** `host[:port]` that may be asked besides Discord's own, and without TLS. */
  readonly privateHosts: readonly string[];
  /** The way out, where a proxy is configured. */
  readonly dispatcher?: Dispatcher;
}

/** Discord's own; any other host in a payload was chosen by a stranger. */
const CDN_HOSTS: readonly string[] = ["cdn.discordapp.com", "media.discordapp.net"];

const CONNECT_MS = 10_000;
const PAUSE_MS = 60_000;

const attachment = z.object({ id: z.string(), url: z.string() });
const holder = z.object({ attachments: z.array(attachment).optional() });
const messageForm = holder.extend({ message_snapshots: z.array(z.object({ message: holder })).optional() });

function isAllowed(address: string, privateHosts: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, hostname, username } = new URL(address);
  if (username !== "") return false;
  if (privateHosts.includes(host) || privateHosts.includes(hostname))
    return protocol === "http:" || protocol === "https:";
  return protocol === "https:" && CDN_HOSTS.includes(host);
}

function sizeOf(header: string | string[] | undefined): number | undefined {
  const size = Number(header);
  return typeof header === "string" && Number.isSafeInteger(size) ? size : undefined;
}

const mimeOf = (header: string | string[] | undefined): { mime?: string } =>
  typeof header === "string" ? { mime: header } : {};

/** Opens attachments where Discord keeps them. The address is signed and lives about a day; no credential goes along. */
export function createOpenMedia(parts: MediaParts): OpenMedia {
  const ask = (url: string, signal: AbortSignal, headers: Record<string, string> = {}) =>
    request(url, {
      signal,
      headers,
      headersTimeout: CONNECT_MS,
      bodyTimeout: PAUSE_MS,
      ...(parts.dispatcher ? { dispatcher: parts.dispatcher } : {}),
    });

  async function downloadRest(
    url: string,
    { from, size, signal }: { from: number; size: number; signal: AbortSignal },
  ) {
    const { statusCode: status, headers, body } = await ask(url, signal, { range: `bytes=${from}-` });
    if (isRest({ status, contentRange: headers["content-range"] }, { from, size })) return body;
    await body.dump();
    return undefined;
  }

  async function download(url: string, signal: AbortSignal): Promise<OpenedMedia> {
    if (!isAllowed(url, parts.privateHosts)) return { kind: "gone", reason: "the address is not one of Discord's CDN" };
    try {
      const reply = await ask(url, signal);
      if (reply.statusCode === 200) {
        const { "content-length": length, "content-type": type } = reply.headers;
        const size = sizeOf(length);
        if (size === undefined) return { kind: "open", stream: reply.body, ...mimeOf(type) };
        const openAt = (from: number) => downloadRest(url, { from, size, signal });
        return { kind: "open", stream: resuming(reply.body, { size, openAt }), size, ...mimeOf(type) };
      }
      await reply.body.dump();
      const reason = `Discord's CDN answered ${reply.statusCode}`;
      return reply.statusCode >= 500 || reply.statusCode === 429 ? { kind: "later", reason } : { kind: "gone", reason };
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      return { kind: "later", reason: "reason" in failure ? failure.reason : failure.kind };
    }
  }

  /** Every reading of a message gives new links. */
  async function freshAddress(spot: Spot, attachmentId: string): Promise<string | OpenedMedia> {
    try {
      const rest = await parts.rest();
      const message = messageForm.parse(await rest.get(`/channels/${spot.channelId}/messages/${spot.messageId}`));
      const files = [message, ...(message.message_snapshots ?? []).map((each) => each.message)];
      const file = files.flatMap((each) => each.attachments ?? []).find((each) => each.id === attachmentId);
      return file?.url ?? { kind: "gone", reason: "the message has lost this attachment" };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "refused")
        return { kind: "gone", reason: `the message cannot be read again (${failure.code})` };
      return { kind: "later", reason: "reason" in failure ? failure.reason : failure.kind };
    }
  }

  return async (source, signal) => {
    if (source.kind !== "discord") return { kind: "gone", reason: "not an attachment of Discord" };
    const first = await download(source.url, signal);
    if (first.kind !== "gone" || !source.message) return first;
    const fresh = await freshAddress(source.message, source.attachmentId);
    return typeof fresh === "string" ? download(fresh, signal) : fresh;
  };
}
