import { printable } from "./printable.ts";

const JOINER = "\u2060";
/** Named without `;` too: browsers decode these few even so. */
const BEFORE_ENTITY = /&(?=#\d|#x[\da-f]|[a-z][a-z\d]*;|(?:lt|gt|amp|quot|nbsp)(?![a-z\d=]))/giu;
/** What a batch replaces by results of other commands, once a bracket follows. */
const BEFORE_REFERENCE = /\$(?=result|next|total|time|error)/giu;
const ADDRESS = /(?<![a-z\d+.-])(https?:\/\/[^\s<>"]+)/giu;
const SCHEME = /(?<![a-z\d+.-])([a-z][a-z\d+.-]*)(?=:\/\/)/giu;
const BARE_SCHEME =
  /(?<![a-z\d])(javascript|vbscript|data|file|blob|about|view-source|intent|tg|bx|tel|callto|skype|sips?|sms|mailto)(?=:(?! ))/giu;
const DASHES = /-{20,}/gu;

/**
 * Makes text of a stranger into nothing but text, for all three readers at the portal: BB codes, the HTML that the server
 * turns into BB codes, and `$result[…]` references of a batch. Reads the same to people; doing it twice changes nothing.
 *
 * Entities would be no defence, since they are decoded when the text is shown (Bitrix24, formatting of notifications).
 */
export function neutralise(text: string): string {
  return composed(text)
    .split(ADDRESS)
    .map((part, index) => (index % 2 === 1 ? inertAddress(part) : inertWords(part)))
    .join("")
    .replaceAll(/^([^\S\n]*)(?=>>)/gmu, `$1${JOINER}`);
}

/** One line for `NAME` and the like, at most `limit` characters, cut with an ellipsis. */
export function neutraliseName(text: string, limit = 200): string {
  const line = neutralise(text).replaceAll(/\s+/gu, " ").trim();
  const characters = Array.from(line);
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join("")}…`;
}

/** For any string inside `ATTACH`: the portal reads `\n`, `\t`, `\"` and `\\` as escapes there, so `C:\new` would break. */
export function keepBackslashes(text: string): string {
  return text.replaceAll(/\\(?=[nt"\\]|$)/gu, `\\${JOINER}`);
}

const composed = (text: string): string =>
  printable(text)
    .normalize("NFC")
    .replaceAll(/\n{4,}/gu, "\n\n\n");

function inertWords(text: string): string {
  return inertMarkup(text)
    .replaceAll("[", "［")
    .replaceAll("]", "］")
    .replaceAll(BEFORE_REFERENCE, `$$${JOINER}`)
    .replaceAll(SCHEME, (scheme) => (/(?:^|[+.-])https?$/iu.test(scheme) ? scheme : scheme + JOINER))
    .replaceAll(BARE_SCHEME, `$1${JOINER}`)
    .replaceAll(DASHES, "-".repeat(19));
}

/** An address keeps leading where it did: brackets and dollars in it have a spelling that means nothing to the portal. */
function inertAddress(address: string): string {
  return inertMarkup(address).replaceAll("[", "%5B").replaceAll("]", "%5D").replaceAll(BEFORE_REFERENCE, "%24");
}

function inertMarkup(text: string): string {
  return text
    .replaceAll(/<(?!\u2060)/gu, `<${JOINER}`)
    .replaceAll(/#(?=BR#)/giu, `#${JOINER}`)
    .replaceAll(BEFORE_ENTITY, `&${JOINER}`);
}
