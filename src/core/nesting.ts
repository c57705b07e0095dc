import type { RichText, Run, Style } from "./richText.ts";

/** A stretch of a text under one kind of formatting, in UTF-16 code units of the plain text. */
export interface Stretch {
  readonly mark: Style | { readonly link: string };
  readonly start: number;
  readonly end: number;
}

/** Outermost first: a quote may hold everything, code nothing. */
const ORDER: readonly Style[] = ["quote", "bold", "italic", "underline", "strike", "spoiler", "code", "pre"];

type Key = string;

const LINK = "link:";

/** What a run is formatted with, outermost first. Code holds no other formatting but that it may be quoted; of a link and code the link stays. */
export function marksOf({ styles = [], link }: Run): readonly Key[] {
  const wanted = ORDER.filter((style) => styles.includes(style));
  const quote = wanted.filter((style) => style === "quote");
  if (link !== undefined)
    return [...quote, `${LINK}${link}`, ...wanted.filter((style) => !isAtomic(style)).slice(quote.length)];
  const atom = wanted.find(isAtomic);
  // What is hidden stays hidden; that it is code matters less.
  if (atom === undefined || styles.includes("spoiler")) return wanted.filter((style) => !isAtomic(style));
  return [...quote, atom];
}

const isAtomic = (style: Style | "quote"): boolean => style === "code" || style === "pre";

/** Runs as stretches of which any two either lie apart or one within the other. */
export function stretchesOf(text: RichText): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const open: { readonly key: Key; readonly start: number }[] = [];
  let place = 0;
  const close = (keep: number): void => {
    for (const { key, start } of open.splice(keep).reverse())
      if (start < place) stretches.push({ mark: markOf(key), start, end: place });
  };
  for (const run of text) {
    const wanted = marksOf(run);
    const kept = open.findIndex(({ key }, depth) => wanted[depth] !== key);
    close(kept < 0 ? open.length : kept);
    for (const key of wanted.slice(open.length)) open.push({ key, start: place });
    place += run.text.length;
  }
  close(0);
  return stretches.sort((one, other) => one.start - other.start || other.end - one.end);
}

const markOf = (key: Key): Stretch["mark"] =>
  key.startsWith(LINK) ? { link: key.slice(LINK.length) } : (ORDER.find((style) => style === key) ?? "bold");
