import { castInt, castText, elements, isList, isMap, type PhpMap, type PhpValue, trim } from "./php.ts";

const BLOCK_ORDER = ["USER", "LINK", "RICH_LINK", "MESSAGE", "GRID", "IMAGE", "FILE", "DELIMITER"] as const;
type BlockType = (typeof BLOCK_ORDER)[number];

const GRID_DISPLAYS: Readonly<Record<string, string>> = {
  BLOCK: "BLOCK",
  LINE: "LINE",
  ROW: "ROW",
  TABLE: "TABLE",
  CARD: "LINE",
  COLUMN: "ROW",
};
const COLOR_TOKENS = ["primary", "secondary", "alert", "base"];
const AVATAR_TYPES = ["USER", "CHAT", "BOT"];
const DEFAULT_DELIMITER_PX = 200;

/** A field is left out when its value is undefined. */
type Fields = Readonly<Record<string, PhpValue | undefined>>;

/** One block as it survives; undefined when the portal drops it without a word. */
export function readBlock(block: PhpValue): PhpMap | undefined {
  if (!isMap(block)) return undefined;
  const type = BLOCK_ORDER.find((name) => block[name] !== undefined && block[name] !== null);
  if (type === undefined) return undefined;
  const value = readValue(type, block[type] ?? null);
  return value === undefined ? undefined : { [type]: value };
}

function readValue(type: BlockType, value: PhpValue): PhpValue | undefined {
  switch (type) {
    case "MESSAGE":
      return readMessage(value);
    case "DELIMITER":
      return readDelimiter(value);
    case "GRID":
      return survivors(elements(value), readGridItem);
    case "USER":
      return survivors(oneOrMany(value), readUser);
    case "LINK":
    case "RICH_LINK":
      return survivors(oneOrMany(value), (item) => readLink(item, type));
    case "IMAGE":
      return survivors(oneOrMany(value), readImage);
    case "FILE":
      return survivors(oneOrMany(value), readFile);
    default:
      return type satisfies never;
  }
}

/** Accepted are a lower-case http(s) scheme or a leading slash; nothing is trimmed and nothing fetched. */
function link(value: PhpValue | undefined): string | undefined {
  return typeof value === "string" && /^(?:https?:\/\/|\/)/u.test(value) ? value : undefined;
}

export function colorToken(value: PhpValue | undefined): string {
  const token = castText(value).toLowerCase();
  return COLOR_TOKENS.includes(token) ? token : "base";
}

/** Text that is no colour gets a random one; no text gets none. */
export function color(value: PhpValue | undefined): string | undefined {
  const text = castText(value);
  if (text === "") return undefined;
  if (/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/iu.test(text)) return text;
  if (text === "TRANSPARENT" || text === "CHAT") return text.toLowerCase();
  return `#${Math.floor(Math.random() * 0x1_00_00_00)
    .toString(16)
    .padStart(6, "0")}`;
}

function survivors(items: readonly PhpValue[], read: (item: PhpMap) => Fields | undefined): PhpValue | undefined {
  const kept = items.flatMap((item) => {
    const fields = isMap(item) ? read(item) : undefined;
    return fields === undefined ? [] : [present(fields)];
  });
  return kept.length === 0 ? undefined : kept;
}

function present(fields: Fields): PhpMap {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function oneOrMany(value: PhpValue): readonly PhpValue[] {
  if (isList(value)) return value;
  return isMap(value) && value["0"] !== undefined ? elements(value) : [value];
}

function filled(value: PhpValue | undefined): string | undefined {
  const text = typeof value === "object" ? "" : trim(castText(value));
  return text === "" ? undefined : text;
}

function positive(value: PhpValue | undefined): number | undefined {
  const number = castInt(value);
  return number > 0 ? number : undefined;
}

function size(item: PhpMap): Fields {
  return { WIDTH: positive(item.WIDTH), HEIGHT: positive(item.HEIGHT) };
}

function readMessage(value: PhpValue): PhpValue | undefined {
  return isMap(value) ? filled(value.TEXT) : filled(value);
}

function readDelimiter(value: PhpValue): PhpValue {
  const item = isMap(value) ? value : {};
  return present({ SIZE: positive(item.SIZE) ?? DEFAULT_DELIMITER_PX, COLOR: color(item.COLOR) });
}

function readLink(item: PhpMap, type: "LINK" | "RICH_LINK"): Fields | undefined {
  const target = link(item.LINK);
  const name = filled(item.NAME);
  const internal = type === "LINK" ? internalId(item, ["NETWORK_ID", "USER_ID", "CHAT_ID"]) : {};
  if (target === undefined && (name === undefined || Object.keys(internal).length === 0)) return undefined;
  const html = filled(item.HTML);
  const preview = link(item.PREVIEW) ?? (type === "RICH_LINK" ? link(item.EXTRA_IMAGE) : undefined);
  return {
    NAME: name ?? target,
    LINK: target,
    ...internal,
    ...(html === undefined ? { DESC: filled(item.DESC), PREVIEW: preview, ...size(item) } : { HTML: html }),
  };
}

function internalId(item: PhpMap, names: readonly string[]): Fields {
  const name = names.find((candidate) => filled(item[candidate]) !== undefined && item[candidate] !== "0");
  return name === undefined ? {} : { [name]: name === "NETWORK_ID" ? filled(item[name]) : positive(item[name]) };
}

function readImage(item: PhpMap): Fields | undefined {
  const target = link(item.LINK);
  if (target === undefined) return undefined;
  return { NAME: filled(item.NAME), LINK: target, PREVIEW: link(item.PREVIEW), ...size(item) };
}

function readFile(item: PhpMap): Fields | undefined {
  const target = link(item.LINK);
  if (target === undefined) return undefined;
  const name = filled(item.NAME)?.replaceAll(/\r?\n/gu, " ");
  return { NAME: name, LINK: target, SIZE: positive(item.SIZE) };
}

function readUser(item: PhpMap): Fields | undefined {
  const name = filled(item.NAME);
  if (name === undefined) return undefined;
  const internal = internalId(item, ["NETWORK_ID", "USER_ID", "CHAT_ID", "BOT_ID"]);
  const avatarType = castText(item.AVATAR_TYPE);
  return {
    NAME: name,
    AVATAR: link(item.AVATAR),
    AVATAR_TYPE: AVATAR_TYPES.includes(avatarType) ? avatarType : undefined,
    ...(Object.keys(internal).length === 0 ? { LINK: link(item.LINK) } : internal),
  };
}

function readGridItem(item: PhpMap): Fields | undefined {
  const display = GRID_DISPLAYS[castText(item.DISPLAY)] ?? "BLOCK";
  const name = filled(item.NAME);
  const value = filled(item.VALUE);
  if (name === undefined && value === undefined && display !== "LINE") return undefined;
  return {
    DISPLAY: display,
    NAME: name,
    VALUE: value,
    ...size(item),
    COLOR_TOKEN: item.COLOR_TOKEN === undefined ? undefined : colorToken(item.COLOR_TOKEN),
    COLOR: color(item.COLOR),
    LINK: link(item.LINK),
    USER_ID: positive(item.USER_ID),
    CHAT_ID: positive(item.CHAT_ID),
  };
}
