import { color, colorToken, readBlock } from "./blocks.ts";
import { RestError } from "./errors.ts";
import { parseJsObject } from "./js-object.ts";
import { castText, elements, isList, isMap, isTruthy, type PhpMap, type PhpValue } from "./php.ts";

/** `ATTACH` as it survived: only what the portal kept, every kind of block in its array form. */
export interface Attach {
  readonly colorToken: string;
  readonly color?: string;
  readonly description?: string;
  readonly blocks: readonly PhpMap[];
}

const MAX_CHARACTERS = 60_000;
/** What the portal's own id, colours and wrapping add to the serialised blocks, about. */
const WRAPPING_CHARACTERS = 110;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", '"': '"', "\\": "\\" };

/**
 * Reads `ATTACH` as `im.notify.*` does: bad blocks vanish in silence as long as one survives.
 *
 * @throws {RestError} `ATTACH_ERROR` when nothing survives, `ATTACH_OVERSIZE` from 60,000 characters on.
 */
export function readAttach(parameter: PhpValue | undefined): Attach | undefined {
  if (!isTruthy(parameter) || parameter === undefined) return undefined;
  const parsed = typeof parameter === "string" ? parseJsObject(parameter) : parameter;
  const attach = isList(parsed) || isMap(parsed) ? normalise(unescapeTexts(parsed)) : undefined;
  if (attach === undefined) throw new RestError("ATTACH_ERROR", "Incorrect attach params");
  if (serialisedCharacters(attach.blocks) >= MAX_CHARACTERS) {
    throw new RestError("ATTACH_OVERSIZE", "You have exceeded the maximum allowable size of attach");
  }
  return attach;
}

/** The form in which `im.notify.get` shows it under `params.ATTACH`. */
export function attachParameter(attach: Attach, id: number): PhpMap {
  return {
    ID: id,
    BLOCKS: attach.blocks,
    COLOR_TOKEN: attach.colorToken,
    ...(attach.color === undefined ? {} : { COLOR: attach.color }),
    DESCRIPTION: attach.description ?? "",
  };
}

function normalise(value: PhpValue): Attach | undefined {
  const full = isMap(value) && value.BLOCKS !== undefined ? value : undefined;
  const blocks = elements(full === undefined ? value : full.BLOCKS)
    .map(readBlock)
    .filter((block) => block !== undefined);
  if (blocks.length === 0) return undefined;
  const shade = color(full?.COLOR);
  const description = castText(full?.DESCRIPTION);
  return {
    colorToken: colorToken(full?.COLOR_TOKEN),
    ...(shade === undefined ? {} : { color: shade }),
    ...(description === "" ? {} : { description }),
    blocks,
  };
}

/** The portal's serialiser leaves UTF-8 alone and escapes slashes too. */
function serialisedCharacters(blocks: readonly PhpMap[]): number {
  const json = JSON.stringify(blocks);
  let characters = WRAPPING_CHARACTERS;
  for (const character of json) characters += character === "/" ? 2 : 1;
  return characters;
}

/** The two characters `\n` in any text become a newline, likewise `\t`, `\"` and `\\`. */
function unescapeTexts(value: PhpValue): PhpValue {
  if (typeof value === "string") {
    return value.replaceAll(/\\([nt"\\])/gu, (whole, escaped: string) => ESCAPES[escaped] ?? whole);
  }
  if (isList(value)) return value.map(unescapeTexts);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unescapeTexts(inner)]));
}
