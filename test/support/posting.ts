import { onTestFinished } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import type { Poster, PostOutcome, PostPlace, PostSaying } from "../../src/app/poster.ts";
import { showPosts } from "../../src/app/posts.ts";
import { plainText } from "../../src/core/richText.ts";
import { splitText } from "../../src/core/splitText.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openAlerts } from "./alerts.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

interface SeenPost {
  readonly id: string;
  readonly place: string;
  text: string;
  buttons: readonly string[];
  files: readonly string[];
  readonly silent: boolean;
  readonly replyTo?: string;
}

/** `said`: as if nothing had been told beforehand. */
type Answer = PostOutcome | "said" | "lost" | "thrown";

interface BoardOptions {
  readonly repeatableMs?: number;
  /** Files in one message. */
  readonly mostFiles?: number;
  /** The first text carries files. */
  readonly isTogether?: boolean;
}

type Call = "post" | "edit" | "remove";

/** A platform that shows at most 90 characters in a message. What it answers next can be told beforehand. */
export function openBoard({ repeatableMs = 0, mostFiles = 10, isTogether = false }: BoardOptions = {}) {
  const messages: SeenPost[] = [];
  const calls: { call: Call; text: string }[] = [];
  const answers: Partial<Record<Call, Answer[]>> = {};
  const keys = new Map<string, string>();
  const answered = (call: Call, text: string): Exclude<Answer, "said"> | undefined => {
    calls.push({ call, text });
    const answer = answers[call]?.shift();
    return answer === "said" ? undefined : answer;
  };
  const say = (place: PostPlace, saying: PostSaying): string => {
    const known = repeatableMs > 0 ? keys.get(saying.key) : undefined;
    if (known !== undefined) return known;
    const id = String(1_000 + messages.length);
    keys.set(saying.key, id);
    messages.push({
      id,
      place: `${place.platform}/${place.chatId}`,
      text: plainText(saying.text),
      buttons: saying.buttons.map(({ data }) => data),
      files: saying.files.map(({ name }) => name),
      silent: saying.silent,
      ...(saying.replyTo === undefined ? {} : { replyTo: saying.replyTo }),
    });
    return id;
  };
  const poster: Poster = {
    maxFileBytes: 1_000,
    repeatableMs: () => repeatableMs,
    arrange: ({ text, files }) => {
      const pieces = splitText(text, (piece) => plainText(piece).length <= 90, 5);
      const groups = Array.from({ length: Math.ceil(files.length / mostFiles) }, (_, index) =>
        files.slice(index * mostFiles, (index + 1) * mostFiles),
      );
      const head = isTogether && pieces.length > 0 ? groups.splice(0, 1) : [];
      const texts = pieces.map((piece, index) => ({ text: piece, files: head[index] ?? [] }));
      return [...texts, ...groups.map((group) => ({ text: [], files: group }))];
    },
    post: async (place, saying) => {
      const answer = answered("post", plainText(saying.text));
      if (answer === "thrown") throw new TypeError("a bug");
      if (answer === "lost") {
        say(place, saying);
        return { kind: "unknown", reason: "lost" };
      }
      return answer ?? { kind: "done", messageIds: [say(place, saying)] };
    },
    edit: async (_, messageId, { text, buttons, bare }) => {
      const answer = answered("edit", plainText(text));
      if (answer !== undefined && typeof answer !== "string") return answer;
      const message = messages.find(({ id }) => id === messageId);
      if (!message) return { kind: "gone", reason: "gone" };
      message.text = plainText(text);
      message.buttons = buttons.map(({ data }) => data);
      if (bare) message.files = [];
      return { kind: "done", messageIds: [messageId] };
    },
    remove: async (_, messageId) => {
      const answer = answered("remove", messageId);
      if (answer !== undefined && typeof answer !== "string") return answer;
      const index = messages.findIndex(({ id }) => id === messageId);
      if (index >= 0) messages.splice(index, 1);
      return { kind: "done", messageIds: [] };
    },
  };
  return { poster, messages, calls, answers };
}

export const TARGET = { platform: "discord", chatId: "500", threadId: "501" } as const;

/** Alerts as `openAlerts` makes them, a bound Discord channel that shows them, and the loop that sees to it. */
export async function openPosting(board = openBoard(), { publicUrl }: { publicUrl?: string } = {}) {
  const alerts = await openAlerts();
  const { store, workspace, clock } = alerts;
  await store.tx((tx) => tx.chats.bind({ ...TARGET, workspaceId: workspace.id, senders: "everyone" }, clock.now));
  const alarm = createAlarm();
  const unused = async () => undefined;
  const files = {
    store,
    files: {
      keep: async ({ stream }: { stream: AsyncIterable<Buffer> }) => {
        let size = 0;
        for await (const bytes of stream) size += bytes.length;
        return { kind: "kept", file: { sha256: "a".repeat(64), size, mime: "text/plain" } } as const;
      },
      open: unused,
      has: async () => true,
      remove: unused,
      list: async function* () {},
    },
    preparePicture: unused,
    openers: {},
    canRelay: publicUrl !== undefined,
    quotaBytes: 1_000_000,
    report() {},
    clock: () => clock.now,
    log: SILENT,
  };
  const start = (given = board) => {
    const stop = new AbortController();
    const address = publicUrl === undefined ? {} : { publicUrl };
    const parts = { store, poster: given.poster, files, ...address, wordsIn, clock: () => clock.now, log: SILENT };
    const running = showPosts("discord", { ...parts, alarm, quietUntil: new Map() }, stop.signal);
    const end = async (): Promise<void> => {
      stop.abort();
      await running;
    };
    // Before the store is closed under it.
    onTestFinished(end);
    return { end };
  };
  /** Until nothing is due at this moment. */
  const settled = async () => {
    const { expect } = await import("vitest");
    alarm.ring();
    await expect.poll(async () => (await store.read.posts.due("discord", clock.now, 10)).length).toBe(0);
  };
  return { ...alerts, board, alarm, start, settled };
}
