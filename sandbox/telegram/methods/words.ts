import { type Args, isRecord, listArg, textArg } from "../args.ts";
import { recogniseEntities } from "../entities.ts";
import { badRequest } from "../errors.ts";
import { type Formatted, parseHtml } from "../markup.ts";
import type { Entity } from "../shapes.ts";

export interface Words {
  readonly text: string;
  readonly entities: readonly Entity[] | undefined;
}

function readEntity(value: unknown): Entity {
  if (!isRecord(value)) throw badRequest("can't parse MessageEntity: object expected");
  const { type, offset, length, ...rest } = value;
  if (typeof type !== "string" || !Number.isInteger(offset) || !Number.isInteger(length)) {
    throw badRequest("can't parse MessageEntity: Can't find field");
  }
  return { ...rest, type, offset: Number(offset), length: Number(length) };
}

function checkRanges(text: string, entities: readonly Entity[]): void {
  for (const { offset, length } of entities) {
    if (offset < 0 || length <= 0 || offset + length > text.length) {
      throw badRequest("can't parse entities: entity is out of the text range");
    }
  }
}

function formatted(args: Args, source: string, entitiesName: string): Formatted {
  const mode = textArg(args, "parse_mode")?.toLowerCase() ?? "";
  if (mode === "html") return parseHtml(source);
  if (mode !== "") throw badRequest("unsupported parse_mode");
  const entities = (listArg(args, entitiesName) ?? []).map(readEntity);
  checkRanges(source, entities);
  return { text: source, entities };
}

/** The server strips white space at the ends; formatting that reached into it shrinks along. */
function trimmed({ text, entities }: Formatted): Formatted {
  const front = text.length - text.trimStart().length;
  const kept = text.trim();
  const moved = entities.map((entity) => {
    const start = Math.max(entity.offset - front, 0);
    const end = Math.min(entity.offset + entity.length - front, kept.length);
    return { ...entity, offset: start, length: end - start };
  });
  return { text: kept, entities: moved.filter((entity) => entity.length > 0) };
}

function readWords(args: Args, source: string, entitiesName: string): Words {
  const { text, entities } = trimmed(formatted(args, source, entitiesName));
  const all = recogniseEntities(text, entities);
  return { text, entities: all.length > 0 ? all : undefined };
}

function codePoints(text: string): number {
  return [...text].length;
}

/** Bot API, sendMessage: 1 to 4096 characters after entities parsing. */
export function textWords(args: Args): Words {
  const source = textArg(args, "text") ?? "";
  if (source === "") throw badRequest("message text is empty");
  const words = readWords(args, source, "entities");
  if (words.text === "") throw badRequest("text must be non-empty");
  if (codePoints(words.text) > 4_096) throw badRequest("message is too long");
  return words;
}

/** Bot API, sendDocument: 0 to 1024 characters after entities parsing. */
export function captionWords(args: Args): Words | undefined {
  const source = textArg(args, "caption") ?? "";
  if (source === "") return undefined;
  const words = readWords(args, source, "caption_entities");
  if (codePoints(words.text) > 1_024) throw badRequest("message caption is too long");
  return words;
}
