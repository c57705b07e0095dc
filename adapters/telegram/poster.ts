import { type Bot, InputFile } from "grammy";
import type { InputMediaDocument, InputMediaPhoto } from "grammy/types";
import type { Poster, PostFile, PostMessage, PostOutcome, PostPlace, PostSaying } from "../../src/app/poster.ts";
import type { Button } from "../../src/app/store/queues.ts";
import { type Fault, faultOf, LATER_MS, unsaid } from "./fault.ts";
import { outgoingPieces, outgoingText } from "./outgoing.ts";
import { librarySignal } from "./signal.ts";

/** Bot API, "Sending files": by multipart, photos and everything else. */
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** Bot API, sendMediaGroup. */
const MOST_IN_ALBUM = 10;
const SHOWN_AS_PHOTO = new Set(["image/jpeg", "image/png", "image/webp"]);

const ANSWER_WITHIN_MS = 30_000;
const UPLOAD_WITHIN_MS = 180_000;

const NOT_MODIFIED = /message is not modified/u;
const GONE = /message to (?:edit|delete) not found|MESSAGE_ID_INVALID/u;
const TOPIC_GONE = /message thread not found|TOPIC_CLOSED|TOPIC_DELETED/u;
const NO_PHOTO = /PHOTO_INVALID_DIMENSIONS|IMAGE_PROCESS_FAILED|PHOTO_SAVE_FILE_INVALID/u;

type Act = "post" | "edit" | "remove";
type Api = Bot["api"];

export function openPoster({ api }: Bot): Poster {
  return {
    maxFileBytes: MAX_FILE_BYTES,
    arrange,
    // Bot API: there is no key by which a repeated call would be known.
    repeatableMs: () => 0,
    post: (place, saying) => attempt("post", () => post(api, place, saying)),
    edit: ({ chatId }, messageId, { text: rich, buttons }) =>
      attempt("edit", async () => {
        const { text, entities } = outgoingText(rich);
        const rest = { entities: [...entities], ...PLAIN, ...markup(buttons) };
        await api.editMessageText(chatId, Number(messageId), text, rest, within(ANSWER_WITHIN_MS));
        return [messageId];
      }),
    remove: ({ chatId }, messageId) =>
      attempt("remove", async () => {
        await api.deleteMessage(chatId, Number(messageId), within(ANSWER_WITHIN_MS));
        return [];
      }),
  };
}

const PLAIN = { link_preview_options: { is_disabled: true } };

const within = (ms: number) => librarySignal(AbortSignal.timeout(ms));

/** Text by itself, so that it can be edited whatever became of the files, and because no album carries buttons. */
function arrange({ text, files }: PostMessage): readonly PostMessage[] {
  return [...outgoingPieces(text).map((piece) => ({ text: piece, files: [] })), ...albumsOf(files)];
}

const isPhoto = ({ picture, mime, size }: PostFile): boolean =>
  picture && SHOWN_AS_PHOTO.has(mime) && size <= MAX_PHOTO_BYTES;

/** Bot API, sendMediaGroup: documents share an album only with documents. */
function albumsOf(files: readonly PostFile[]): readonly PostMessage[] {
  const albums: PostFile[][] = [];
  for (const file of files) {
    const last = albums.at(-1);
    const bytes = last?.reduce((sum, { size }) => sum + size, file.size) ?? 0;
    const fits =
      last?.[0] && isPhoto(last[0]) === isPhoto(file) && last.length < MOST_IN_ALBUM && bytes <= MAX_FILE_BYTES;
    if (fits) last.push(file);
    else albums.push([file]);
  }
  return albums.map((album) => ({ text: [], files: album }));
}

async function post(api: Api, place: PostPlace, saying: PostSaying): Promise<readonly string[]> {
  try {
    return await postIn(api, place, saying);
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind !== "refused") throw error;
    if (TOPIC_GONE.test(fault.description) && place.threadId !== "")
      return postIn(api, { ...place, threadId: "" }, saying);
    if (!NO_PHOTO.test(fault.description)) throw error;
    return postIn(api, place, { ...saying, files: saying.files.map((file) => ({ ...file, picture: false })) });
  }
}

async function postIn(api: Api, place: PostPlace, saying: PostSaying): Promise<readonly string[]> {
  const { chatId } = place;
  const where = { ...threadOf(place), ...replyOf(saying), disable_notification: saying.silent };
  const [file, ...others] = saying.files;
  if (!file) {
    const { text, entities } = outgoingText(saying.text);
    const rest = { ...where, ...PLAIN, entities: [...entities], ...markup(saying.buttons) };
    return idsOf([await api.sendMessage(chatId, text, rest, within(ANSWER_WITHIN_MS))]);
  }
  const signal = within(UPLOAD_WITHIN_MS);
  if (others.length > 0) return idsOf(await api.sendMediaGroup(chatId, albumOf([file, ...others]), where, signal));
  if (isPhoto(file)) return idsOf([await api.sendPhoto(chatId, inputOf(file), { ...where, ...hidden(file) }, signal)]);
  return idsOf([await api.sendDocument(chatId, inputOf(file), where, signal)]);
}

const idsOf = (messages: readonly { readonly message_id: number }[]): readonly string[] =>
  messages.map(({ message_id: id }) => String(id));

/** Bot API: General has the number 1 in links only; as a parameter it is refused. */
const threadOf = ({ threadId }: PostPlace) =>
  threadId === "" || threadId === "1" ? {} : { message_thread_id: Number(threadId) };

const replyOf = ({ replyTo }: PostSaying) =>
  replyTo === undefined ? {} : { reply_parameters: { message_id: Number(replyTo), allow_sending_without_reply: true } };

const hidden = ({ spoiler }: PostFile) => (spoiler ? { has_spoiler: true } : {});

function albumOf(files: readonly PostFile[]): InputMediaPhoto[] | InputMediaDocument[] {
  if (files.every(isPhoto)) return files.map((file) => ({ type: "photo", media: inputOf(file), ...hidden(file) }));
  return files.map((file) => ({ type: "document", media: inputOf(file) }));
}

/** Opened when its turn comes, and streamed. */
const inputOf = ({ name, open }: PostFile): InputFile =>
  new InputFile(async () => {
    const stream = await open();
    if (!stream) throw new Error("the file is not kept any more");
    return stream;
  }, name);

const markup = (buttons: readonly Button[]) => ({
  reply_markup: {
    inline_keyboard:
      buttons.length === 0 ? [] : [buttons.map(({ label: text, data }) => ({ text, callback_data: data }))],
  },
});

async function attempt(act: Act, say: () => Promise<readonly string[]>): Promise<PostOutcome> {
  try {
    return { kind: "done", messageIds: await say() };
  } catch (error) {
    return outcomeOf(act, faultOf(error));
  }
}

function outcomeOf(act: Act, fault: Fault): PostOutcome {
  switch (fault.kind) {
    // The group's new id comes with an update of its own, and the post then goes there.
    case "migrated":
      return { kind: "later", afterMs: LATER_MS, reason: fault.description };
    case "refused":
      return refusal(act, fault.description);
    default:
      return unsaid(fault, act !== "post");
  }
}

function refusal(act: Act, reason: string): PostOutcome {
  if (NOT_MODIFIED.test(reason)) return { kind: "done", messageIds: [] };
  return { kind: act !== "post" && GONE.test(reason) ? "gone" : "impossible", reason };
}
