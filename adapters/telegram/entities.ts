import type { MessageEntity } from "grammy/types";
import { codeLanguageOf, type Mention, type RichText, type Run, type Style } from "../../src/core/richText.ts";

const STYLES: Partial<Record<MessageEntity["type"], Style>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strikethrough: "strike",
  spoiler: "spoiler",
  code: "code",
  pre: "pre",
  blockquote: "quote",
  expandable_blockquote: "quote",
};

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Named extends Span {
  readonly mention: Mention;
}

/**
 * Turns Telegram's text into runs. Entities may overlap and nest; those of a kind we do not know are plain text, and a name
 * is never cut in two by formatting that covers only part of it.
 *
 * Bot API, MessageEntity: offsets and lengths count UTF-16 code units, as JavaScript's strings do.
 */
export function richText(text: string, entities: readonly MessageEntity[] = []): RichText {
  const inside = entities.filter((entity) => entity.offset >= 0 && entity.offset < text.length && entity.length > 0);
  const names = namesIn(text, inside);
  const formats = inside.filter((entity) => STYLES[entity.type] !== undefined || entity.type === "text_link");
  const edges = edgesOf(text, names, formats);
  const runs: Run[] = [];
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    if (to === undefined) break;
    runs.push(runOf(text, { from, to }, names, formats));
  }
  return runs;
}

function namesIn(text: string, entities: readonly MessageEntity[]): readonly Named[] {
  const names: Named[] = [];
  for (const entity of entities) {
    const mention = mentionOf(text, entity);
    const from = entity.offset;
    if (mention && from >= (names.at(-1)?.to ?? 0)) names.push({ ...spanOf(text, entity), mention });
  }
  return names;
}

function mentionOf(text: string, entity: MessageEntity): Mention | undefined {
  if (entity.type === "mention") return { username: text.slice(entity.offset + 1, entity.offset + entity.length) };
  if (entity.type !== "text_mention" || !entity.user) return undefined;
  const { id, username } = entity.user;
  return { userId: String(id), ...(username ? { username } : {}) };
}

function spanOf(text: string, entity: MessageEntity): Span {
  return { from: entity.offset, to: Math.min(text.length, entity.offset + entity.length) };
}

function edgesOf(text: string, names: readonly Named[], formats: readonly MessageEntity[]): readonly number[] {
  const spans: readonly Span[] = [...names, ...formats.map((entity) => spanOf(text, entity))];
  const edges = new Set([0, text.length, ...spans.flatMap(({ from, to }) => [from, to])]);
  const within = (edge: number): boolean => names.some(({ from, to }) => edge > from && edge < to);
  return [...edges].filter((edge) => !within(edge)).sort((a, b) => a - b);
}

function runOf(text: string, span: Span, names: readonly Named[], formats: readonly MessageEntity[]): Run {
  const covering = formats.filter((entity) => {
    const { from, to } = spanOf(text, entity);
    return from <= span.from && to >= span.to;
  });
  const styles = [...new Set(covering.flatMap((entity) => STYLES[entity.type] ?? []))];
  const link = covering.flatMap((entity) => (entity.type === "text_link" ? entity.url : []))[0];
  const codeLanguage = covering.flatMap((entity) =>
    entity.type === "pre" ? (codeLanguageOf(entity.language) ?? []) : [],
  )[0];
  const mention = names.find(({ from }) => from === span.from)?.mention;
  return {
    text: text.slice(span.from, span.to),
    ...(styles.length > 0 ? { styles } : {}),
    ...(codeLanguage ? { codeLanguage } : {}),
    ...(link ? { link } : {}),
    ...(mention ? { mention } : {}),
  };
}
