import { isCode, type RichText, type Run } from "./richText.ts";
import { sameTag } from "./tags.ts";

const HASHTAG = /(?<![\p{L}\p{M}\p{N}_\\#&])#(?<tag>[\p{L}\p{M}\p{N}_]{1,256})(?![\p{L}\p{M}\p{N}_#])/gu;
const ADDRESS = /[\p{L}\p{N}+.-]+:\/\/\S+/gu;

/** Stands where something is that holds no tag, so that what is around it does not grow together. */
const GAP = "\u{FFFC}";

/**
 * Every hashtag, without `#`, each once, as it was first written. What stands in code, under a link or in an address is none, and
 * neither is one without a letter. A channel named in Discord stands for the tag of its name.
 */
export function hashtagsIn(text: RichText): readonly string[] {
  const found = new Map<string, string>();
  const add = (tag: string): void => {
    const key = sameTag(tag);
    if (/\p{L}/u.test(tag) && !found.has(key)) found.set(key, tag);
  };
  const shown = text.map((run) => (isSilent(run) ? GAP : run.text)).join("");
  for (const { groups } of shown.replaceAll(ADDRESS, GAP).matchAll(HASHTAG)) if (groups?.tag) add(groups.tag);
  for (const run of text) if (run.channel && !isCode(run)) add(run.text.trim().replace(/^#/u, ""));
  return [...found.values()];
}

const isSilent = (run: Run): boolean =>
  isCode(run) || run.link !== undefined || run.mention !== undefined || run.channel === true;
