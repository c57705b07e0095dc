import type { SeenMessage } from "../discord/control/seen.ts";
import type { InteractionHandle } from "../discord/control/start-interaction.ts";
import type { FileInput } from "../discord/files.ts";
import type { Message, User } from "../telegram/shapes.ts";
import type { DiscordPerson } from "./cast.ts";
import type { House } from "./house.ts";
import { pictureType } from "./pictureType.ts";

export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Spoken {
  readonly text: string;
  readonly files?: readonly SentFile[];
  /** Message id in the same chat. */
  readonly replyTo?: string;
}

export interface SlashInput {
  readonly to: string;
  readonly text?: string;
  readonly tag?: string;
  readonly files?: readonly SentFile[];
}

/** A slash command as its caller sees it; the answer is for the caller alone. */
export interface Slash {
  readonly caller: DiscordPerson;
  readonly line: string;
  readonly files: readonly SentFile[];
  readonly handle: InteractionHandle;
}

/** What people do on the three sides, in the scene and on the page alike. */
export interface Stage {
  readonly house: House;
  readonly slashes: readonly Slash[];
  isPortalDown(): boolean;
  setPortalDown(isDown: boolean): void;
  /** Several files are one album, as a Telegram client sends them. */
  telegramSays(user: User, spoken: Spoken): Message;
  discordSays(user: DiscordPerson, spoken: Spoken): SeenMessage;
  slashNotify(user: DiscordPerson, input: SlashInput): Slash;
  /** The files of a Telegram message. */
  telegramFiles(messageId: number): readonly SentFile[];
  /** Called after each change on any side. */
  onChange(listener: () => void): () => void;
}

const FILE_OPTIONS = ["file", "file2", "file3", "file4", "file5"] as const;

export function openStage(house: House): Stage {
  const { discord, portal, cast } = house;
  const slashes: Slash[] = [];
  const files = new Map<number, readonly SentFile[]>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  for (const subscribe of house.changes) subscribe(changed);
  let isDown = false;
  return {
    house,
    slashes,
    isPortalDown: () => isDown,
    setPortalDown(wanted) {
      isDown = wanted;
      portal.setDown(wanted);
      changed();
    },
    telegramSays(user, spoken) {
      const sent = sendToTelegram(house, user, spoken);
      sent.forEach((message, index) => {
        const file = spoken.files?.[index];
        if (file) files.set(message.message_id, [file]);
      });
      changed();
      const [first] = sent;
      if (!first) throw new Error("nothing was sent");
      return first;
    },
    discordSays(user, { text, files: attached = [], replyTo }) {
      return discord.say(cast.discord.channel, user, {
        content: text,
        attachments: attached.map(discordFile),
        ...(replyTo === undefined ? {} : { replyTo }),
      });
    },
    slashNotify(user, input) {
      const slash = startSlash(house, user, input);
      slashes.push(slash);
      changed();
      return slash;
    },
    telegramFiles: (messageId) => files.get(messageId) ?? [],
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function discordFile({ name, bytes }: SentFile): FileInput {
  return { name, bytes };
}

function sendToTelegram({ telegram, cast }: House, user: User, spoken: Spoken): Message[] {
  const { chat } = cast.telegram;
  const { text, files = [] } = spoken;
  const reply = spoken.replyTo === undefined ? {} : { replyTo: Number(spoken.replyTo) };
  // Telegram shows an album as pictures only when all of it is pictures.
  const kind = files.every(({ bytes }) => isPhoto(bytes)) ? "photo" : "document";
  const media = files.map(({ name, bytes }, index) => ({
    kind,
    bytes,
    fileName: name,
    ...(index === 0 && text !== "" ? { caption: text } : {}),
    ...reply,
  })) satisfies { kind: "photo" | "document" }[];
  const [only] = media;
  if (!only) return [telegram.say(chat, user, { text, ...reply })];
  if (media.length > 1) return telegram.sendAlbum(chat, user, media);
  return [kind === "photo" ? telegram.sendPhoto(chat, user, only) : telegram.sendDocument(chat, user, only)];
}

/** Moving pictures become animations in Telegram, so they go as files here. */
function isPhoto(bytes: Uint8Array): boolean {
  const type = pictureType(bytes);
  return type === "image/png" || type === "image/jpeg" || type === "image/webp";
}

function startSlash({ discord, cast }: House, user: DiscordPerson, input: SlashInput): Slash {
  const { to, text = "", tag = "", files = [] } = input;
  const words = { to, ...(text === "" ? {} : { text }), ...(tag === "" ? {} : { tag }) };
  const attached = FILE_OPTIONS.flatMap((name, index) => {
    const file = files[index];
    return file ? [[name, discordFile(file)] as const] : [];
  });
  const handle = discord.interact.slash(cast.discord.channel, user, {
    name: "notify",
    locale: user.locale,
    options: { ...words, ...Object.fromEntries(attached) },
  });
  const line = Object.entries(words).map(([name, value]) => `${name}:${value}`);
  const names = attached.map(([name, file]) => `${name}:${file.name}`);
  return { caller: user, line: ["/notify", ...line, ...names].join(" "), files, handle };
}
