import type { Place } from "./chat.ts";
import { keepBackslashes, neutraliseName } from "./neutralise.ts";

/** One block: a type key in upper case with its value. */
export type AttachBlock = Readonly<Record<string, unknown>>;

/** Short form, a list of blocks; or full form, with `BLOCKS` beside colour and the like. */
export type Attach =
  | readonly AttachBlock[]
  | { readonly BLOCKS: readonly AttachBlock[]; readonly [key: string]: unknown };

/** By {@link attachSize}. The portal refuses from 60,000 on; the distance is for what its own serialising may add. */
export const ATTACH_LIMIT = 55_000;

/** A picture in the shape that scripts have always sent: one object with name and link. Text goes as it is. */
export function pictureBlock(name: string, url: string): AttachBlock {
  return { IMAGE: named(name, url) };
}

export function fileBlock(name: string, url: string): AttachBlock {
  return { FILE: named(name, url) };
}

export interface ImageOf {
  readonly name: string;
  readonly link: string;
  readonly preview?: string;
  /** Pixels of what `link` serves; of use only together. */
  readonly width?: number;
  readonly height?: number;
}

/** A picture with a name that a stranger chose: the name is neutralised. */
export function imageBlock(image: ImageOf): AttachBlock {
  return {
    IMAGE: [
      {
        NAME: attachName(image.name),
        LINK: image.link,
        ...(image.preview === undefined ? {} : { PREVIEW: image.preview }),
        ...(image.width && image.height ? { WIDTH: image.width, HEIGHT: image.height } : {}),
      },
    ],
  };
}

/** A file with a name that a stranger chose. `size` in bytes; without it the portal shows none. */
export function fileBlockOf(file: { name: string; link: string; size?: number }): AttachBlock {
  return { FILE: [{ NAME: attachName(file.name), LINK: file.link, ...(file.size ? { SIZE: file.size } : {}) }] };
}

/** A point on the map: a link that opens it, and its coordinates to copy. */
export function placeBlocks({ latitude, longitude, title, address }: Place): readonly AttachBlock[] {
  const at = `${latitude}, ${longitude}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const described = address === undefined ? {} : { DESC: attachName(address) };
  return [
    { LINK: [{ NAME: title === undefined ? at : attachName(title), LINK: map, ...described }] },
    { GRID: [{ DISPLAY: "LINE", NAME: "📍", VALUE: at }] },
  ];
}

/** As few groups as the size limit of one notification allows, in order; a block too big for any stands alone. */
export function splitBlocks(blocks: readonly AttachBlock[]): readonly (readonly AttachBlock[])[] {
  const groups: AttachBlock[][] = [[]];
  for (const block of blocks) {
    const last = groups.at(-1) ?? [];
    if (last.length > 0 && attachSize([...last, block]) >= ATTACH_LIMIT) groups.push([block]);
    else last.push(block);
  }
  return groups;
}

/** What a stranger calls something, for any string inside `ATTACH`: one line, of at most `limit` characters. */
export const attachName = (name: string, limit?: number): string => keepBackslashes(neutraliseName(name, limit)) || "—";

function named(name: string, url: string): AttachBlock {
  return { ...(name === "" ? {} : { NAME: name }), LINK: url };
}

/**
 * How many characters the portal counts for `attach`, never fewer: of its JSON in code points, where `/`, `"`, `\` and
 * newlines count twice, after its own normalising (items in lists, defaults filled in) and with what it adds itself.
 */
export function attachSize(attach: Attach): number {
  const full = isFull(attach) ? attach : { BLOCKS: attach };
  const json = JSON.stringify({ ...full, BLOCKS: full.BLOCKS.map(normalised) });
  let size = WRAPPING_CHARACTERS;
  for (const character of json) size += COUNTED[character] ?? 1;
  return size;
}

/** The portal's own id, colour token and description. */
const WRAPPING_CHARACTERS = 110;
/** PHP escapes slashes, and writes the two Unicode line ends as `\u2028`, where JavaScript leaves all three alone. */
const COUNTED: Readonly<Record<string, number>> = { "/": 2, "\u2028": 6, "\u2029": 6 };

function isFull(attach: Attach): attach is Extract<Attach, { readonly BLOCKS: unknown }> {
  return !Array.isArray(attach);
}

function normalised(block: AttachBlock): AttachBlock {
  return Object.fromEntries(
    Object.entries(block).map(([type, value]) => {
      if (typeof value === "string") return [type, value];
      const items = Array.isArray(value) ? value : [value];
      return [type, items.map((item) => withDefaults(type, item))];
    }),
  );
}

/** Numbers count as strings: in a batch they travel as such. */
function withDefaults(type: string, item: unknown): unknown {
  if (typeof item !== "object" || item === null) return item;
  const fields = { ...defaultsOf(type, item), ...item };
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === "number" ? String(value) : value]),
  );
}

function defaultsOf(type: string, item: object): object {
  if (type === "DELIMITER") return { SIZE: 200 };
  if (type === "GRID") return { DISPLAY: "BLOCK" };
  return (type === "LINK" || type === "RICH_LINK") && "LINK" in item ? { NAME: item.LINK } : {};
}
