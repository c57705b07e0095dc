import type { Readable } from "node:stream";
import type {
  ChatRef,
  IncomingMessage,
  Interaction,
  MediaSource,
  MessageRange,
  MessageRef,
  Platform,
} from "../core/chat.ts";
import type { CommandName } from "../core/command.ts";
import type { Language } from "../core/language.ts";
import type { PortalReply } from "../core/verdict.ts";
import type { Check } from "./checks.ts";
import type { Poster } from "./poster.ts";
import type { Button, InboxEntry, InboxRow } from "./store/queues.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Epoch milliseconds. */
export type Clock = () => number;

/** Structured, one line per event; fields must not hold texts of people or credentials. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What people read, in one language. */
export interface Words {
  readonly language: Language;
  readonly say: (id: string, args?: Readonly<Record<string, string | number>>) => string;
  /** What a code of the portal, or one of ours, means. */
  readonly reason: (code: string | undefined) => string;
}

export type WordsIn = (language: Language) => Words;

/**
 * What is counted for operators besides what the database counts; forgotten with the process. Labels are names of workspaces,
 * never people or texts.
 */
export interface Meter {
  /** A portal answered one request, or failed to, after `seconds`. */
  portalAnswered(workspace: string, seconds: number): void;
  /** The portal said how much of its time the method that notifies has used up in ten minutes. */
  operating(workspace: string, seconds: number): void;
}

export interface PortalCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Books a request of a portal host; resolves when there is room for it. */
export type SpendRequest = (host: string, signal: AbortSignal) => Promise<unknown>;

/** Calls one portal. Resolves whatever the portal or the network does; rejects only when aborted, or on a bug. */
export interface Portal {
  call(workspace: Workspace, call: PortalCall, signal: AbortSignal): Promise<PortalReply>;
  /**
   * One HTTP request for up to 50 calls, executed in order; the replies come back in the order of the calls. Where the
   * request as a whole failed, every call has that same reply.
   */
  batch(workspace: Workspace, calls: readonly PortalCall[], signal: AbortSignal): Promise<readonly PortalReply[]>;
}

/** What became of something we wanted to say in a chat. */
export type ChatOutcome =
  | { readonly kind: "done"; readonly messageId?: string }
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  /** This chat, or this way of answering, does not allow it; another way may. */
  | { readonly kind: "not-allowed"; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string }
  /** It may have been said: the answer was lost. */
  | { readonly kind: "unknown"; readonly reason: string };

/** Where something is said: as a reply to `messageId` when that is known, through `interaction` while that is open. */
export interface SayTarget extends ChatRef {
  readonly messageId?: string;
  readonly interaction?: Interaction;
  /** Who asked, for the direct message that follows a closed interaction. */
  readonly userId?: string;
  /** Names what is spoken about, where the words come to stand apart from what they answer. */
  readonly about?: string;
}

/** The state of a source message that a reaction shows. */
export type Mark = "stored" | "delivered" | "failed" | "recalled";

/** Says things in the chats of one platform. Plain text; the adapter escapes, splits nothing and pings nobody. */
export interface Messenger {
  /** Shows `mark` on the message replied to; repeating it is harmless. */
  mark(target: SayTarget, mark: Mark): Promise<ChatOutcome>;
  /** Says something new. May show twice when repeated, so the caller never repeats it blindly. */
  post(target: SayTarget, text: string, buttons?: readonly Button[]): Promise<ChatOutcome>;
  /** Also takes away the buttons that stood there, unless they are given again. */
  edit(target: SayTarget, messageId: string, text: string, buttons?: readonly Button[]): Promise<ChatOutcome>;
  /** Deletes somebody's message, the one that `target` names; one that is gone already counts as deleted. */
  remove(target: SayTarget): Promise<ChatOutcome>;
}

/** Bytes of an attachment at their source. */
export type OpenedMedia =
  | { readonly kind: "open"; readonly stream: Readable; readonly size?: number; readonly mime?: string }
  /** `code` says whose limit it is, where that is worth a word of its own: `reason-<code>` of the catalogue. */
  | { readonly kind: "too-big"; readonly limitBytes: number; readonly code?: string }
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "later"; readonly reason: string };

/** `trace` is that of the message, for the log. */
export type OpenMedia = (source: MediaSource, signal: AbortSignal, trace?: string) => Promise<OpenedMedia>;

export interface KeptFile {
  /** Of the bytes, lower-case hex. */
  readonly sha256: string;
  readonly size: number;
  /** By content, not by what the sender claimed. */
  readonly mime: string;
}

export type KeepOutcome =
  | { readonly kind: "kept"; readonly file: KeptFile }
  | { readonly kind: "too-big"; readonly limitBytes: number }
  /** The stream broke off or was shorter than announced. */
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "no-space" };

/** Files by content. */
export interface MediaStore {
  keep(media: { stream: Readable; size?: number; claimedName: string }, maxBytes: number): Promise<KeepOutcome>;
  /** Absent when the file is not kept any more. `end` is exclusive. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable | undefined>;
  has(sha256: string): Promise<boolean>;
  remove(sha256: string): Promise<void>;
  /** Everything that is kept, in no order; `keptAt` in epoch milliseconds. */
  list(): AsyncIterable<KeptFile & { readonly keptAt: number }>;
}

/** A picture made fit to be shown: what is served in its place, its size in pixels, and a small copy. */
export interface ShownPicture {
  readonly file: KeptFile;
  readonly width: number;
  readonly height: number;
  /** At most 400 px on its longer side; absent when the picture itself is that small. */
  readonly preview?: KeptFile;
}

/**
 * Turns a kept file that looks like a picture into one that every client shows, without its metadata. `undefined`: it is no
 * picture that can be shown (broken, lying, too many pixels, a format we cannot decode); it goes along as a file as it is.
 */
export type PreparePicture = (file: KeptFile) => Promise<ShownPicture | undefined>;

/** A file of a Drive, uploaded for certain readers. */
export interface DriveFile {
  readonly fileId: number;
  /** Behind the portal's login; holds no credential. */
  readonly detailUrl: string;
  /** Open to whoever has it; only when the workspace asks for such links. */
  readonly externalUrl?: string;
}

export type DriveOutcome =
  | { readonly kind: "uploaded"; readonly file: DriveFile }
  /** `portalAway`: it takes no calls of ours at all now, so that a notification would not get through either. */
  | { readonly kind: "later"; readonly code: string; readonly reason: string; readonly portalAway?: true }
  /** The scope, the right or the space is missing. */
  | { readonly kind: "refused"; readonly code: string; readonly reason: string };

/** The Drive of the acting user of a workspace. */
export interface Drive {
  /**
   * Uploads into our folder there and lets exactly `readers` (Bitrix24 user ids) read it. `open` begins the bytes anew for each try;
   * `size` is exact.
   */
  upload(
    workspace: Workspace,
    upload: {
      name: string;
      size: number;
      open: () => Promise<Readable | undefined>;
      readers: readonly number[];
      externalLink: boolean;
      /** The same key, size and readers mean the same upload: a repetition finds what an earlier try has left. */
      key?: string;
      /** Of the message whose attachment it is, for the log. */
      trace?: string;
    },
    signal: AbortSignal,
  ): Promise<DriveOutcome>;
  /** Absent files count as removed. */
  remove(workspace: Workspace, fileId: number, signal: AbortSignal): Promise<"removed" | "later">;
}

export interface BoundChat extends ChatRef {
  /** When it was bound, in epoch milliseconds: what was said before that is not for us. */
  readonly createdAt?: number;
}

/** What a chat adapter hands inwards. Every method resolves once what it says is durable. */
export interface Intake {
  /** Before anything is confirmed to the platform. Entries seen before are ignored. */
  store(entries: readonly InboxEntry[]): Promise<void>;
  /**
   * `rows` are the inbox rows that this message is made of; they are done when this resolves. Of a button that was pressed, answers
   * the words that its presser alone is to see.
   */
  message(message: IncomingMessage, rows: readonly number[]): Promise<string | undefined>;
  /** Members of an album that were stored within the last day, dealt with or not. */
  album(albumKey: string): Promise<readonly InboxRow[]>;
  /** Messages were deleted on their platform: `of` each is the entry that told of it. Where there was none, it is nobody's business. */
  deletions(entries: readonly (InboxEntry & { readonly of: string })[]): Promise<void>;
  /** Takes back what a deleted message has sent, under whichever of these it is known, and drops what of it still waits in the inbox. */
  deleted(message: { readonly at: readonly MessageRef[]; readonly of: string }, rows: readonly number[]): Promise<void>;
  /** Ids of the messages of this range that something was made of: those of them that the chat does not have any more were deleted. */
  known(range: MessageRange): Promise<readonly string[]>;
  /** Whether an entry of this id, or a later version of it, was ever stored. */
  heard(platform: Platform, externalId: string): Promise<boolean>;
  /** The rows turned out not to concern us. */
  ignore(rows: readonly number[]): Promise<void>;
  /** Telegram turned a group into a supergroup with another id. */
  migrated(from: string, to: string, rows: readonly number[]): Promise<void>;
  /** Somebody was seen writing in a chat; cheap to call for every message. */
  sighted(seen: { chat: ChatRef; userId: string; username?: string; name: string }): Promise<void>;
  /** Chats of a platform that are bound at this moment: what a gap is filled for. Cheap to ask for every message. */
  bound(platform: Platform): Promise<readonly BoundChat[]>;
  /** Those of them, or parts of them, that rules listen to: every message there is taken in. */
  watched(platform: Platform): Promise<readonly BoundChat[]>;
  /** What could be meant in a form's field by what has been typed so far; at most 25, answered from the database within milliseconds. */
  suggest(asked: SuggestionAsk): Promise<readonly Suggestion[]>;
  /** Which form linking an account goes on with here: who they are, the code they were sent, or none where words are the answer. */
  linkForm(chat: ChatRef, userId: string): Promise<"who" | "code" | "none">;
}

/** A field of a command's form in which somebody types. */
export interface SuggestionAsk {
  readonly chat: ChatRef;
  readonly place: "group" | "private";
  readonly asker: { readonly userId: string; readonly chatAdmin?: boolean };
  readonly command: CommandName;
  readonly field: "recipients" | "tag" | "person" | "account" | "group" | "rotation";
  readonly typed: string;
}

export interface Suggestion {
  readonly label: string;
  readonly value: string;
}

/** One chat platform, as the rest of the house knows it. */
export interface ChatAdapter {
  readonly platform: Platform;
  /**
   * Takes updates in until `signal` aborts; rejects only on a fault that no waiting heals (token refused, two pollers).
   * `ready` is called when updates begin to come in, and again after every interruption.
   */
  run(signal: AbortSignal, ready?: () => void): Promise<void>;
  /** Turns stored rows into `Intake.message` and the like: one row, or all the members of one album. */
  dispatch(rows: readonly InboxRow[]): Promise<void>;
  readonly messenger: Messenger;
  readonly poster: Poster;
  readonly openMedia: OpenMedia;
}

/** One line of `doctor`: what was looked at, whether it is well, and the one thing that mends it, in the operator's language. */
export interface Finding {
  readonly check: Check;
  /** Which of several such things: a workspace's name, a chat's id. */
  readonly place?: string;
  readonly state: "ok" | "warning" | "broken";
  readonly detail: string;
  readonly fix?: string;
}
