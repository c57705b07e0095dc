import { type ParsedNotify, parseRecipients, parseTag, type RecipientRef } from "../notifyGrammar.ts";
import { isBlank, plain } from "../richText.ts";
import { LINK_LIMIT } from "./limits.ts";
import type { Problem } from "./parsed.ts";
import { type Node, openPayload, type Payload } from "./payload.ts";

/** A notification as another program asks for it. */
export interface ApiNotification {
  readonly kind: "notification";
  readonly to: readonly RecipientRef[];
  readonly text: string;
  /** Without `#`. */
  readonly tag?: string;
  readonly attachments: readonly ApiAttachment[];
  readonly priority: "urgent" | "normal";
}

export interface ApiAttachment {
  readonly url: string;
  readonly name: string;
}

export type ParsedApi = ApiNotification | ({ readonly kind: "malformed" } & Problem);

const KNOWN = ["to", "text", "tag", "attachments", "priority"];
/** Longer than a notification: the whole of it then goes along as a file. */
const MOST_TEXT = 100_000;
const MOST_RECIPIENTS = 100;
const MOST_ATTACHMENTS = 10;

/** The body of `POST /api/v1/notifications`. Strict: a field that is misspelt would otherwise be left out in silence. */
export function parseApiNotification(body: unknown): ParsedApi {
  const payload = openPayload(body);
  const { root } = payload;
  for (const name of root.names)
    if (!KNOWN.includes(name)) payload.fail(name.slice(0, 100), `is no field; there is ${KNOWN.join(", ")}`);
  const to = readRecipients(root, payload);
  const attachments = readAttachments(root, payload);
  const text = readText(root, payload, attachments.length > 0);
  const tag = readTag(root, payload);
  const priority = root.raw("priority") ?? "normal";
  if (priority !== "urgent" && priority !== "normal") payload.fail("priority", `must be "urgent" or "normal"`);
  const read = payload.result([]);
  if (read.kind === "malformed") return read;
  return {
    kind: "notification",
    to,
    text,
    ...(tag === undefined ? {} : { tag }),
    attachments,
    priority: priority === "urgent" ? "urgent" : "normal",
  };
}

function readRecipients(root: Node, payload: Payload): readonly RecipientRef[] {
  const given = root.raw("to");
  const list: readonly unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (list.length === 0)
    payload.fail("to", `is absent: name somebody, such as ["@anna", "id:42", "anna@example.org", "@oncall"]`);
  if (list.length > MOST_RECIPIENTS)
    payload.fail("to", `has ${list.length} entries, at most ${MOST_RECIPIENTS}: make them a group`);
  return list.slice(0, MOST_RECIPIENTS).flatMap((each, index) => {
    const path = Array.isArray(given) ? `to[${index}]` : "to";
    const read: ParsedNotify =
      typeof each === "string" ? parseRecipients(each) : { kind: "malformed", problem: "bad-recipient" };
    if (read.kind === "notify") return read.recipients;
    payload.fail(path, "must name people: @name, @group, id:<Bitrix24 id> or an e-mail address");
    return [];
  });
}

function readText(root: Node, payload: Payload, mayBeEmpty: boolean): string {
  const given = root.raw("text") ?? "";
  if (typeof given !== "string") {
    payload.fail("text", "must be text");
    return "";
  }
  if (isBlank(plain(given)) && !mayBeEmpty) payload.fail("text", "is empty, and there is no attachment");
  if (given.length > MOST_TEXT) payload.fail("text", `has ${given.length} characters, at most ${MOST_TEXT}`);
  return given.trim().toWellFormed();
}

function readTag(root: Node, payload: Payload): string | undefined {
  const given = root.raw("tag");
  if (given === undefined || given === null || given === "") return undefined;
  const tag = typeof given === "string" ? parseTag(given) : undefined;
  if (tag === undefined)
    payload.fail("tag", `must be one word of up to 256 letters, digits, "_" and "-", with a letter in it`);
  return tag;
}

function readAttachments(root: Node, payload: Payload): readonly ApiAttachment[] {
  const given = root.raw("attachments");
  if (given === undefined || given === null) return [];
  const nodes = payload.nodes(given, "attachments");
  if (nodes.length > MOST_ATTACHMENTS)
    payload.fail("attachments", `has ${nodes.length} entries, at most ${MOST_ATTACHMENTS}`);
  return nodes.flatMap((node): ApiAttachment[] => {
    const url = node.raw("url");
    const isAddress =
      typeof url === "string" && url.length <= LINK_LIMIT && /^https?:\/\/\S+$/iu.test(url) && URL.canParse(url);
    if (!isAddress) {
      payload.fail(`${node.path}.url`, `must be an https:// address with at most ${LINK_LIMIT} characters`);
      return [];
    }
    return [{ url, name: node.text("name", 200) ?? lastPart(url) }];
  });
}

function lastPart(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || "file";
  } catch {
    return last;
  }
}
