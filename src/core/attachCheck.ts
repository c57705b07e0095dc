import { ATTACH_LIMIT, type Attach, type AttachBlock, attachSize } from "./attach.ts";

export interface AttachProblem {
  readonly code:
    | "not-blocks"
    | "not-an-object"
    | "unknown-type"
    | "several-types"
    | "lower-case-key"
    | "empty-block"
    | "no-link"
    | "bad-link"
    | "secret-link"
    | "too-big";
  /** Such as `blocks[1].IMAGE[0].LINK`. */
  readonly path: string;
  /** What stands there, shortened; hidden where it holds a credential. */
  readonly value: string;
  /** What the portal demands, and what it does otherwise. */
  readonly rule: string;
  /** The one thing to do about it. */
  readonly remedy: string;
}

export type CheckedAttach =
  | { readonly kind: "ok"; readonly attach: Attach }
  | { readonly kind: "wrong"; readonly problem: AttachProblem };

/** Every key that can hold a link, and whether its item is lost without one. */
const TYPES: Readonly<Record<string, { readonly required?: "LINK" | "NAME"; readonly links: readonly string[] }>> = {
  MESSAGE: { links: [] },
  LINK: { required: "LINK", links: ["LINK", "PREVIEW"] },
  RICH_LINK: { required: "LINK", links: ["LINK", "PREVIEW", "EXTRA_IMAGE"] },
  IMAGE: { required: "LINK", links: ["LINK", "PREVIEW"] },
  FILE: { required: "LINK", links: ["LINK"] },
  USER: { required: "NAME", links: ["AVATAR", "LINK"] },
  GRID: { links: ["LINK"] },
  DELIMITER: { links: [] },
};
const INTERNAL_IDS = ["NETWORK_ID", "USER_ID", "CHAT_ID"];
/** Browsers take tabs and line breaks out of an address, which makes another address of it. */
const CONTROLS = /\p{Cc}/u;
const SECRETS = /\/rest\/\d+\/[a-z\d]{8,}\/|\/bot\d+:[\w-]{20,}/iu;

class WrongAttach extends Error {
  readonly problem: AttachProblem;

  constructor(problem: AttachProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/**
 * What a script gives as blocks: a list, one block alone, or the full form. Refuses whatever the portal would refuse or,
 * worse, drop in silence (Bitrix24, `ATTACH`). Links come back with a lower-case scheme and without blanks around them.
 */
export function checkAttach(value: unknown): CheckedAttach {
  try {
    const attach = readAttach(value);
    const size = attachSize(attach);
    if (size < ATTACH_LIMIT) return { kind: "ok", attach };
    const rule = `a portal counts the characters of the whole ATTACH, and ${ATTACH_LIMIT} is the most that is surely taken`;
    return wrong("too-big", "blocks", {
      value: `${size} characters`,
      rule,
      remedy: "send fewer blocks or shorter texts",
    });
  } catch (error) {
    if (error instanceof WrongAttach) return { kind: "wrong", problem: error.problem };
    throw error;
  }
}

function wrong(code: AttachProblem["code"], path: string, about: { value: unknown; rule: string; remedy: string }) {
  return { kind: "wrong", problem: { ...about, code, path, value: shown(about.value) } } as const;
}

function refuse(
  code: AttachProblem["code"],
  path: string,
  about: { value: unknown; rule: string; remedy: string },
): never {
  throw new WrongAttach(wrong(code, path, about).problem);
}

function shown(value: unknown): string {
  const text = (typeof value === "string" ? value : JSON.stringify(value)) ?? "undefined";
  if (SECRETS.test(text)) return "(hidden: it holds a credential)";
  const characters = Array.from(text);
  return characters.length <= 200 ? text : `${characters.slice(0, 199).join("")}…`;
}

function readAttach(value: unknown): Attach {
  if (Array.isArray(value)) return value.map((block, index) => readBlock(block, `blocks[${index}]`));
  if (isRecord(value)) {
    refuseLowerCase(value, ["BLOCKS", ...Object.keys(TYPES)], "blocks");
    if (Array.isArray(value.BLOCKS)) {
      return { ...value, BLOCKS: value.BLOCKS.map((block, index) => readBlock(block, `blocks.BLOCKS[${index}]`)) };
    }
    if (!("BLOCKS" in value)) return [readBlock(value, "blocks")];
  }
  const rule = "blocks are a JSON list of blocks, one block, or the full form with a list in BLOCKS";
  return refuse("not-blocks", "blocks", { value, rule, remedy: 'write [{"IMAGE":{"NAME":"…","LINK":"https://…"}}]' });
}

function readBlock(block: unknown, path: string): AttachBlock {
  const rule = `a block is an object with one key of ${Object.keys(TYPES).join(", ")}; the portal drops anything else`;
  const remedy = 'write a block as {"FILE":{"NAME":"…","LINK":"https://…"}}';
  if (!isRecord(block)) return refuse("not-an-object", path, { value: block, rule, remedy });
  refuseLowerCase(block, Object.keys(TYPES), path);
  const keys = Object.keys(block);
  const type = keys.find((key) => Object.hasOwn(TYPES, key));
  if (type === undefined) return refuse("unknown-type", path, { value: keys.join(", ") || "{}", rule, remedy });
  if (keys.length > 1) {
    return refuse("several-types", path, { value: keys.join(", "), rule, remedy: "make a block of each of them" });
  }
  return { [type]: readItems(type, block[type], `${path}.${type}`) };
}

function readItems(type: string, value: unknown, path: string): unknown {
  if (type === "DELIMITER" && isRecord(value)) return value;
  if (type === "MESSAGE") {
    const text = isRecord(value) ? value.TEXT : value;
    return typeof text === "string" && text.trim() !== "" ? value : refuseEmpty(value, path);
  }
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item, index) => readItem(type, item, `${path}[${index}]`));
  }
  return isRecord(value) && type !== "GRID" ? readItem(type, value, path) : refuseEmpty(value, path);
}

function refuseEmpty(value: unknown, path: string): never {
  const rule = "a block without content is dropped by the portal in silence";
  return refuse("empty-block", path, { value, rule, remedy: "fill the block or leave it out" });
}

function readItem(type: string, item: unknown, path: string): AttachBlock {
  const { required, links } = TYPES[type] ?? { links: [] };
  if (!isRecord(item)) return refuseEmpty(item, path);
  refuseLowerCase(item, ["NAME", "VALUE", "DESC", "SIZE", "WIDTH", "HEIGHT", "DISPLAY", ...links], path);
  if (required === "NAME" && isAbsent(item.NAME)) return refuseEmpty(item, path);
  if (type === "GRID" && item.DISPLAY !== "LINE" && isAbsent(item.NAME) && isAbsent(item.VALUE))
    return refuseEmpty(item, path);
  if (required === "LINK" && isAbsent(item.LINK) && !(type === "LINK" && leadsInside(item))) {
    const rule = `a block ${type} without LINK is dropped by the portal in silence`;
    return refuse("no-link", `${path}.LINK`, { value: item, rule, remedy: 'add "LINK":"https://…"' });
  }
  const checked = links
    .filter((key) => !isAbsent(item[key]))
    .map((key) => [key, readLink(item[key], `${path}.${key}`)]);
  return { ...item, ...Object.fromEntries(checked) };
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || String(value).trim() === "";

function leadsInside(item: Readonly<Record<string, unknown>>): boolean {
  return !isAbsent(item.NAME) && INTERNAL_IDS.some((key) => !isAbsent(item[key]));
}

/** The portal's own test is of the first characters, and case-sensitive. */
function readLink(value: unknown, path: string): string {
  const link =
    typeof value === "string" ? value.trim().replace(/^https?(?=:)/iu, (scheme) => scheme.toLowerCase()) : "";
  if (SECRETS.test(link)) {
    const rule = "a link that holds a webhook code or a bot token hands it to every recipient";
    return refuse("secret-link", path, { value, rule, remedy: "publish the file and link to that" });
  }
  const wellBegun = /^https?:\/\/[^\s/]/u.test(link) || /^\/(?![/\\])/u.test(link);
  if (wellBegun && !CONTROLS.test(link)) return link;
  const rule =
    "a link starts with https://, http:// or one / (a path of the portal) and holds no line breaks; the portal drops any other in silence";
  return refuse("bad-link", path, {
    value,
    rule,
    remedy: "write the whole address, such as https://example.com/graph.png",
  });
}

function refuseLowerCase(value: object, known: readonly string[], path: string): void {
  const key = Object.keys(value).find((name) => !known.includes(name) && known.includes(name.toUpperCase()));
  if (key === undefined) return;
  const rule = "the portal reads keys inside ATTACH in upper case only";
  refuse("lower-case-key", `${path}.${key}`, { value: key, rule, remedy: `write ${key.toUpperCase()}` });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
