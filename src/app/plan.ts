import type { Content, IncomingMedia, IncomingMessage, Part, RepliedMessage } from "../core/chat.ts";
import { isOverlong } from "../core/compose.ts";
import { safeFileName } from "../core/fileName.ts";
import { isBlank, plain, plainText, type RichText } from "../core/richText.ts";
import { messageTag, sourceSubTag, userTag } from "../core/tags.ts";
import { randomToken, sha256 } from "./hash.ts";
import type { Words } from "./ports.ts";
import type { Attachment, NewNotification, Notification } from "./store/notifications.ts";
import type { Person } from "./store/people.ts";
import type { Binding, Workspace } from "./store/workspaces.ts";
import { unedited } from "./versions.ts";

const HOUR_MS = 3_600_000;

/** A whole text that does not fit goes along as a file of at most this many characters. */
const LONGEST_FILE_TEXT = 1_000_000;

/** What goes along besides the command's own text: the words and media of the message replied to. */
export function gather(own: Content & { repliedTo?: RepliedMessage }, text: RichText, words: Words): Content {
  const replied = own.repliedTo;
  const places = [...(own.places ?? []), ...(replied?.places ?? [])];
  const more = places.length === 0 ? {} : { places };
  if (!replied) return { text, media: own.media, parts: own.parts, ...more };
  return {
    text: isBlank(replied.text) ? text : withReplied(text, replied, words),
    media: [...own.media, ...replied.media],
    parts: [...own.parts, ...replied.parts],
    ...more,
  };
}

function withReplied(text: RichText, replied: RepliedMessage, words: Words): RichText {
  const author: RichText = [
    { text: words.say("replied-author", { author: replied.author }), styles: ["bold"] },
    { text: "\n" },
  ];
  if (isBlank(text)) return [...author, ...replied.text];
  const quoted = replied.text.map((run) => ({ ...run, styles: [...(run.styles ?? []), "quote" as const] }));
  return [...text, { text: "\n\n" }, ...author, ...quoted];
}

/** What a member of an album that came late sends after the rest of it. */
export function latecomers(
  content: Content,
  sent: {
    notifications: readonly [Notification, ...Notification[]];
    attachments: readonly Pick<Attachment, "source">[];
  },
  words: Words,
): Content | undefined {
  const known = new Set(sent.attachments.map((attachment) => JSON.stringify(attachment.source)));
  const media = content.media.filter((item) => !known.has(JSON.stringify(item.source)));
  if (media.length === 0) return undefined;
  const said = sent.notifications.map(({ text }) => plainText(text));
  const parts = content.parts.filter(
    (part) => part.kind === "caption" && !said.some((text) => text.includes(plainText(part.text))),
  );
  const first = said[0]?.slice(0, SHOWN_OF_FIRST) ?? "";
  return { text: plain(words.say("late-files", { text: first })), media, parts };
}

const SHOWN_OF_FIRST = 60;

/** Everything that one command asks for, ready to be written in one transaction. */
export function planNotification(
  request: {
    message: IncomingMessage;
    content: Content;
    tag: string | undefined;
    people: readonly Person[];
    senderNote: string | undefined;
    words: Words;
  },
  where: { workspace: Workspace; binding: Binding; workspaceWords: Words },
  now: number,
): NewNotification {
  const { message, content, tag, people, senderNote, words } = request;
  const { workspace, binding, workspaceWords } = where;
  const source = message.at;
  const scope = workspace.settings.tagScope === "workspace" ? "workspace" : binding.tagScope;
  const text = withParts(content, workspaceWords);
  const tagFor = (recipient: number): string =>
    tag === undefined
      ? messageTag({ hash: sha256, source: unedited(source), recipient })
      : userTag({ hash: sha256, scope, tag, recipient });
  return {
    uid: randomToken(),
    workspaceId: workspace.id,
    source,
    senderUserId: message.sender.userId,
    senderName: message.sender.name,
    origin: originOf(message, workspaceWords),
    ...(message.link === undefined ? {} : { link: message.link }),
    text,
    ...(content.places === undefined ? {} : { places: content.places }),
    ...(tag === undefined ? {} : { tag }),
    ...(senderNote === undefined ? {} : { senderNote }),
    senderLanguage: words.language,
    createdAt: now,
    expiresAt: now + workspace.settings.deadlineHours * HOUR_MS,
    attachments: attachmentsFor({ media: content.media, text }, workspaceWords),
    recipients: people.map((person) => ({
      personId: person.id,
      bitrixId: person.bitrixId,
      tag: tagFor(person.bitrixId),
      subTag: sourceSubTag({ hash: sha256, source }),
    })),
  };
}

/** "Telegram, Ops chat": where the words come from, for somebody who has never seen the chat. */
function originOf(message: IncomingMessage, words: Words): string {
  const { place, at } = message;
  const title = place.kind === "private" ? words.say("origin-private") : place.title;
  return [words.say(`origin-${at.platform}`), title].filter((part) => part !== "").join(", ");
}

/** What goes along with a text: its media, and itself as a file where a notification may have to cut it. */
export function attachmentsFor({ media, text }: Pick<Content, "media" | "text">, words: Words): IncomingMedia[] {
  return [...media, ...wholeText(text, words)].map((each) => ({ ...each, name: safeFileName(each.name) }));
}

/** The text, and words for everything beside it that is sent as words. */
export function withParts({ text, parts }: Pick<Content, "text" | "parts">, words: Words): RichText {
  const told = parts.flatMap((part) => (part.kind === "other" ? [] : [wordsFor(part, words)]));
  const others = parts.flatMap((part) => (part.kind === "other" ? otherName(part, words) : []));
  const note: RichText = [{ text: words.say("note-unsupported", { what: others.join(", ") }), styles: ["italic"] }];
  const pieces = [text, ...told, others.length === 0 ? [] : note].filter((piece) => !isBlank(piece));
  return pieces.flatMap((piece, place) => (place === 0 ? piece : [{ text: "\n" }, ...piece]));
}

/** The words that stand for a part. */
function wordsFor(part: Exclude<Part, { kind: "other" }>, words: Words): RichText {
  switch (part.kind) {
    case "poll":
      return [
        { text: words.say("part-poll", { question: part.question }), styles: ["bold"] },
        ...part.options.map((option) => ({ text: `\n• ${option}` })),
      ];
    case "contact":
      return plain(
        words.say("part-contact", { name: [part.name, part.phone ?? ""].filter((it) => it !== "").join(", ") }),
      );
    case "caption":
      return part.text;
    case "sticker":
      return plain(words.say("part-sticker", { label: part.label }).trim());
    default:
      return part satisfies never;
  }
}

function otherName({ name, label }: Part & { kind: "other" }, words: Words): string {
  const named = words.say("part-other", { name });
  return label === undefined ? named : `${named} (${label})`;
}

function wholeText(text: RichText, words: Words): readonly IncomingMedia[] {
  if (!isOverlong(text)) return [];
  const whole = text
    .map((run) => run.text)
    .join("")
    .slice(0, LONGEST_FILE_TEXT);
  return [{ kind: "file", name: words.say("whole-text"), mime: "text/plain", source: { kind: "text", text: whole } }];
}
