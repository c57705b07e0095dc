/** Discord: characters of a message's content. */
export const LONGEST = 2000;

/** An address is shown whole, so it goes out unescaped; what could end it or style it is percent-encoded instead. */
const ADDRESS = /https?:\/\/[^\s<>]+/y;
const HAZARDS = /[*~|`\\[\]()@]|(?<=_)_/g;
const MARKUP = /[\\*_~|`<>[\]()]/;
/** Marks that mean something only where a line begins. */
const LINE_MARK = /[#\-+]/;

/**
 * Only these are shown as mentions without an id; pinging itself is ruled out by `allowed_mentions`. Any other `@name` stays
 * as it is, because people copy it from our examples back into a command.
 */
const MASS_MENTION = /@(?=everyone|here)/iy;
const AFTER_AT = "\u200b";

const encoded = (hazard: string): string => `%${hazard.charCodeAt(0).toString(16).toUpperCase()}`;

function isAt(pattern: RegExp, text: string, place: number): boolean {
  pattern.lastIndex = place;
  return pattern.test(text);
}

const CLOSING = /[)\].,:;!?'"*~|`]+$/;

/** What closes a sentence or a bracket is not the address's own. */
function ownPart(address: string | undefined): string | undefined {
  const part = address?.replace(CLOSING, (end) => (address.includes("(") && end.startsWith(")") ? ")" : ""));
  return part && /^https?:\/\/./.test(part) ? part : address;
}

/** Between angle brackets it ends where it should, whatever stands behind it. */
function shownAddress(address: string, next: string | undefined): string {
  const safe = address.replace(HAZARDS, encoded);
  return next === undefined || next.trim() === "" ? safe : `<${safe}>`;
}

function* tokens(text: string, startsLine = true): Generator<string> {
  let isLineStart = startsLine;
  for (let place = 0; place < text.length; ) {
    ADDRESS.lastIndex = place;
    const address = ownPart(ADDRESS.exec(text)?.[0]);
    const character = address ?? String.fromCodePoint(text.codePointAt(place) ?? 0);
    if (address !== undefined) yield shownAddress(address, text[place + address.length]);
    else if (MARKUP.test(character) || (isLineStart && LINE_MARK.test(character))) yield `\\${character}`;
    else yield isAt(MASS_MENTION, text, place) ? `@${AFTER_AT}` : character;
    isLineStart = character === "\n" || (isLineStart && character.trim() === "");
    place += character.length;
  }
}

/**
 * Plain text in a form that Discord shows as it is: no markup, no mention, no link but a bare address, at most 2000 characters.
 * Cut between characters, never within an escape, and the cut shows.
 */
export function outgoing(text: string): string {
  const pieces: string[] = [];
  let length = 0;
  for (const piece of tokens(text)) {
    if (length + piece.length > LONGEST - 1) return `${pieces.join("")}…`;
    pieces.push(piece);
    length += piece.length;
  }
  return pieces.join("");
}

/** The same for a part of a text, of any length. */
export const plainMarkdown = (text: string, startsLine: boolean): string => [...tokens(text, startsLine)].join("");
