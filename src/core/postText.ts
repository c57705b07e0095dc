import type { Alert } from "./alert.ts";
import type { Place } from "./chat.ts";
import { withHonestLinks } from "./honestLink.ts";
import { isBlank, plain, type RichText } from "./richText.ts";

/** Stands before the line that says where a post comes from, whichever words follow; an echo is known by that line. */
export const ORIGIN_SIGN = "↳";

/** The words of a post that are ours, in the readers' language. */
export interface PostWords {
  /** How the incident stands, in one line; absent where nothing is to be said about it. */
  readonly state?: string;
  /** Where it comes from: author, place, platform, as {@link originLine} puts them together. */
  readonly origin: string;
  /** Named by the link to where it was said. */
  readonly open: string;
  /** What had to be left out and why, one line each, and where it can be had. */
  readonly notes: readonly {
    readonly text: string;
    readonly link?: { readonly name: string; readonly address: string };
  }[];
}

/** `↳ Grafana · Ops, Telegram`: one line. */
export function originLine(author: string, place: readonly string[]): string {
  const named = [author, place.filter((part) => part.trim() !== "").join(", ")];
  const shown = named.map(oneLine).filter((part) => part !== "");
  return `${ORIGIN_SIGN} ${[...new Set(shown)].join(" · ")}`;
}

const LONGEST_NAME = 100;
const oneLine = (name: string): string =>
  Array.from(name.replaceAll(/\s+/gu, " ").trim()).slice(0, LONGEST_NAME).join("");

/** What a post says of an alert: how it stands, where it comes from, then everything that its source has said. */
export function postText(
  alert: Pick<Alert, "title" | "text" | "fields" | "places" | "link">,
  { state, origin, open, notes }: PostWords,
): RichText {
  const { title, text, fields, places = [], link } = alert;
  const lines: readonly RichText[] = [
    state === undefined ? [] : [{ text: state, styles: ["bold"] }],
    [{ text: origin, styles: ["italic"] }],
    title === undefined ? [] : [{ text: title, styles: ["bold"] }],
    withHonestLinks(text),
    ...fields.map(({ name, value }): RichText => [{ text: `${name}:`, styles: ["bold"] }, { text: ` ${value}` }]),
    ...places.map((place) => plain(placeLine(place))),
    ...notes.map(({ text: note, link: kept }): RichText => {
      const said = { text: note, styles: ["italic"] } as const;
      return kept === undefined ? [said] : [said, { text: " · " }, ...linkLine(kept.address, kept.name)];
    }),
    link === undefined ? [] : linkLine(link, open),
  ];
  return lines
    .filter((line) => !isBlank(line))
    .flatMap((line, index) => (index === 0 ? line : [{ text: "\n" }, ...line]));
}

function placeLine({ latitude, longitude, title, address }: Place): string {
  const at = `${latitude}, ${longitude}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`;
  return `📍 ${[title, address, at, map].filter((part) => part !== undefined && part !== "").join(" · ")}`;
}

/** Our own word leads to the address that the source named; where that is none of the web, it is not a link. */
const linkLine = (link: string, open: string): RichText => {
  const protocol = URL.parse(link)?.protocol;
  return protocol === "https:" || protocol === "http:" ? [{ text: open, link }] : [];
};
