import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { REST } from "discord.js";
import { z } from "zod";
import type { Poster, PostFile, PostMessage, PostOutcome, PostPlace, PostSaying } from "../../src/app/poster.ts";
import { rowsOf } from "./buttons.ts";
import { type Failure, failureOf, outcomeOf } from "./failures.ts";
import { createLanes } from "./lanes.ts";
import { type FormFile, multipartOf } from "./multipart.ts";
import { outgoingPieces, outgoingRich } from "./outgoingRich.ts";
import { readWebhook, type Webhook, webhookName } from "./webhook.ts";

export interface PosterParts {
  /** The client's REST side; the same one for all, so that its rate limits hold. */
  rest(): Promise<REST>;
  /** One that asks once: Discord knows no key by which it would tell a webhook's repeated post. */
  restOnce(): Promise<REST>;
  readonly apiRoot: string;
}

/** Discord: files of a message, the largest of them without boosts, and one request of a bot. */
const MOST_FILES = 10;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_REQUEST_BYTES = 24 * 1024 * 1024;
/** Discord: messages a few minutes old are still found by their nonce. */
const NONCE_LIFE_MS = 120_000;
/** Discord: no previews of links; nobody's phone rings. */
const NO_PREVIEW = 1 << 2;
const SILENT = 1 << 12;

const NO_PINGS = { parse: [] };
const created = z.object({ id: z.string() });

/** Discord: the channel, the message, or the webhook is unknown; the webhook's token is wrong. */
const GONE_CODES: ReadonlySet<number> = new Set([10003, 10008, 10015, 50027]);

type Way =
  | { readonly kind: "bot"; readonly path: `/${string}` }
  | { readonly kind: "webhook"; readonly path: `/${string}`; readonly query: URLSearchParams };

export function createPoster(parts: PosterParts): Poster {
  // Files of one message at a time are held in memory, whatever the number of channels.
  const lanes = createLanes();

  async function send(act: "post" | "edit" | "remove", work: () => Promise<readonly string[]>): Promise<PostOutcome> {
    try {
      return { kind: "done", messageIds: await work() };
    } catch (error) {
      return said(act, failureOf(error));
    }
  }

  const ask = async (way: Way) => {
    const rest = way.kind === "webhook" ? await parts.restOnce() : await parts.rest();
    return { rest, options: way.kind === "webhook" ? { auth: false, query: way.query } : {} };
  };

  async function post(way: Way, saying: PostSaying): Promise<readonly string[]> {
    const files = await Promise.all(saying.files.map(readFile));
    const { rest, options } = await ask(way);
    const path = way.kind === "bot" ? (`${way.path}/messages` as const) : way.path;
    const create = (what: PostSaying) => rest.post(path, { ...options, ...requestOf(bodyOf(way, what), files) });
    const sent = await create(saying).catch((error: unknown) => {
      const { replyTo, ...alone } = saying;
      if (replyTo === undefined || !isNoReply(failureOf(error))) throw error;
      return create(alone);
    });
    return [created.parse(sent).id];
  }

  return {
    maxFileBytes: MAX_FILE_BYTES,
    arrange,
    repeatableMs: ({ webhook }) => (webhook === undefined ? NONCE_LIFE_MS : 0),
    post: async (place, saying) => {
      const way = wayTo(place, parts.apiRoot);
      if (!way) return NO_WAY;
      if (saying.files.length === 0) return send("post", () => post(way, saying));
      let outcome: PostOutcome = NO_WAY;
      await lanes.run("files", async () => {
        outcome = await send("post", () => post(way, saying));
      });
      return outcome;
    },
    edit: async (place, messageId, saying) => {
      const way = wayTo(place, parts.apiRoot);
      if (!way) return NO_WAY;
      return send("edit", async () => {
        const { rest, options } = await ask(way);
        await rest.patch(`${way.path}/messages/${messageId}`, { ...options, body: editedBody(way, saying) });
        return [messageId];
      });
    },
    remove: async (place, messageId) => {
      const way = wayTo(place, parts.apiRoot);
      if (!way) return NO_WAY;
      return send("remove", async () => {
        const { rest, options } = await ask(way);
        await rest.delete(`${way.path}/messages/${messageId}`, options);
        return [];
      });
    },
  };
}

const NO_WAY: PostOutcome = { kind: "impossible", reason: "neither a channel nor a webhook of Discord" };

function wayTo({ threadId, webhook }: PostPlace, apiRoot: string): Way | undefined {
  if (webhook === undefined) return threadId === "" ? undefined : { kind: "bot", path: `/channels/${threadId}` };
  const read: Webhook | undefined = readWebhook(webhook, apiRoot);
  if (!read) return undefined;
  const thread = read.threadId === undefined ? {} : { thread_id: read.threadId };
  return { kind: "webhook", path: read.path, query: new URLSearchParams({ wait: "true", ...thread }) };
}

function arrange({ text, files }: PostMessage): readonly PostMessage[] {
  const [first = [], ...groups] = groupsOf(files);
  const [head = [], ...texts] = outgoingPieces(text);
  const messages = [{ text: head, files: first }, ...texts.map((piece) => ({ text: piece, files: [] }))];
  return [...messages, ...groups.map((group) => ({ text: [], files: group }))];
}

function groupsOf(files: readonly PostFile[]): readonly (readonly PostFile[])[] {
  const groups: PostFile[][] = [];
  for (const file of files) {
    const last = groups.at(-1);
    const bytes = last?.reduce((sum, { size }) => sum + size, file.size) ?? 0;
    if (last && last.length < MOST_FILES && bytes <= MAX_REQUEST_BYTES) last.push(file);
    else groups.push([file]);
  }
  return groups;
}

function requestOf(payload: object, files: readonly FormFile[]) {
  if (files.length === 0) return { body: payload };
  const { body, contentType } = multipartOf(payload, files);
  return { body, passThroughBody: true, headers: { "content-type": contentType } };
}

async function readFile({ name, mime, spoiler, open }: PostFile): Promise<FormFile> {
  const stream = await open();
  if (!stream) throw new Error("the file is not kept any more");
  // Discord: the beginning of the name says that it is hidden.
  return { name: spoiler ? `SPOILER_${name}` : name, contentType: mime, data: await buffer(stream) };
}

function bodyOf(way: Way, saying: PostSaying) {
  const flags = NO_PREVIEW | (saying.silent ? SILENT : 0);
  const common = { content: outgoingRich(saying.text), allowed_mentions: NO_PINGS, flags };
  // Discord: only webhooks of an application carry buttons that can be pressed, and none can reply.
  if (way.kind === "webhook") return { ...common, username: webhookName(saying.author) };
  const nonce = createHash("sha256").update(saying.key).digest("base64url").slice(0, 25);
  return {
    ...common,
    nonce,
    enforce_nonce: true,
    ...(saying.buttons.length > 0 ? { components: rowsOf(saying.buttons) } : {}),
    ...(saying.replyTo === undefined ? {} : { message_reference: referenceTo(saying.replyTo) }),
  };
}

/** Discord: a reply needs the right to read the history. */
const isNoReply = (failure: Failure): boolean => failure.kind === "refused" && failure.code === 160002;

/** What was replied to may be gone; then it is a message of its own. */
const referenceTo = (messageId: string) => ({ message_id: messageId, fail_if_not_exists: false });

/** Discord: files that are not spoken of stay, and an empty list of them takes them all away. */
const editedBody = (way: Way, { text, buttons, bare }: PostSaying) => ({
  ...(bare ? { attachments: [] } : {}),
  content: outgoingRich(text),
  allowed_mentions: NO_PINGS,
  ...(way.kind === "bot" ? { components: rowsOf(buttons) } : {}),
});

function said(act: "post" | "edit" | "remove", failure: Failure): PostOutcome {
  if (failure.kind === "refused" && GONE_CODES.has(failure.code))
    return { kind: "gone", reason: `Discord knows it no more: code ${failure.code}` };
  const outcome = outcomeOf(failure, act !== "post");
  switch (outcome.kind) {
    case "not-allowed":
      return { kind: "impossible", reason: outcome.reason };
    case "done":
      return { kind: "done", messageIds: [] };
    default:
      return outcome;
  }
}
