import type { AlertField } from "../alert.ts";
import { isBlank, plain } from "../richText.ts";
import { DELIVERY_LIMIT, KEY_LIMIT, LINK_LIMIT, MOST_TAGS, TAG_LIMIT, TEXT_LIMIT, TITLE_LIMIT } from "./limits.ts";
import { lookUp, type Mapped, type Mapping } from "./mapping.ts";
import type { HookAlert, ParsedHook } from "./parsed.ts";
import { openPayload, type Payload, readTime, written } from "./payload.ts";
import { oneLine } from "./prometheus.ts";
import { readSeverity } from "./severity.ts";

/** Where things stand in JSON that nobody has mapped: the first of these paths that leads to something. */
const USUAL: Readonly<Record<Mapped, readonly string[]>> = {
  each: ["alerts"],
  title: ["title", "subject", "summary", "alertname", "alert_name", "name", "event"],
  text: ["text", "message", "msg", "body", "description", "content", "details"],
  severity: ["severity", "level", "priority"],
  status: ["status", "state"],
  key: ["key", "fingerprint", "dedup_key", "dedupKey", "incident_key", "incident_id", "alert_id", "event_id", "id"],
  link: ["link", "url", "html_url", "href"],
  picture: ["picture", "image", "image_url", "imageUrl"],
  tags: ["tags[*]", "tags"],
  startedAt: ["startedAt", "started_at", "startsAt", "starts_at", "timestamp", "time", "date", "created_at"],
  delivery: ["delivery", "delivery_id"],
};

const RESOLVED = new Set(
  "resolved ok okay up closed success successful succeeded passed recovered recovery normal fixed cleared clear inactive done solved false 0 green healthy".split(
    " ",
  ),
);

/** Any JSON: one object, or a list of them, of which each is an alert. */
export function parseGeneric(body: unknown, mapping: Mapping = {}): ParsedHook {
  const payload = openPayload(Array.isArray(body) ? {} : body);
  const entries = entriesOf(body, mapping, payload);
  return payload.result(entries.map(({ value, path }) => readAlert({ value, path, whole: body }, mapping, payload)));
}

interface Entry {
  readonly value: unknown;
  /** Of the entry, empty where it is the body itself. */
  readonly path: string;
  readonly whole: unknown;
}

function entriesOf(body: unknown, mapping: Mapping, payload: Payload): readonly Omit<Entry, "whole">[] {
  const { each } = mapping;
  const usual = Array.isArray(body) ? body : lookUp(body, USUAL.each[0] ?? "")[0];
  if (each === undefined && !Array.isArray(usual)) return [{ value: body, path: "" }];
  const path = each ?? (Array.isArray(body) ? "body" : "alerts");
  const list = each === undefined ? usual : lookUp(body, each.replace(/\[\*?\]$/u, ""))[0];
  return payload.nodes(list, path).map((node, index) => ({
    value: Array.isArray(list) ? list[index] : undefined,
    path: node.path,
  }));
}

function readAlert(entry: Entry, mapping: Mapping, payload: Payload): HookAlert {
  const at = (what: string): string => `${entry.path === "" ? "" : `${entry.path}.`}${mapping[what] ?? what}`;
  const all = (what: Mapped): readonly unknown[] => find(entry, mapping[what], USUAL[what]);
  const one = (what: Mapped): string | undefined => {
    const found = all(what)
      .map(written)
      .find((text) => text !== "");
    return found;
  };
  const title = oneLine(one("title") ?? "");
  const text = all("text")
    .map(written)
    .filter((each) => each !== "")
    .join("\n");
  if (isBlank(plain(title + text)))
    payload.fail(
      at(mapping.text === undefined ? "title" : "text"),
      "is absent or empty: map title or text to what says what happened",
    );
  const key = keyOf(entry, mapping, { said: one("key"), path: at("key"), payload });
  const optional = {
    severity: readSeverity(one("severity")),
    key,
    link: addressOf(one("link"), at("link"), payload),
    picture: addressOf(one("picture"), at("picture"), payload),
    startedAt: readTime(all("startedAt")[0], at("startedAt"), payload),
    delivery: deliveryOf(one("delivery")),
  };
  return {
    ...(title === "" ? {} : { title: payload.fit(title, at("title"), TITLE_LIMIT) }),
    text: payload.fit(text, at("text"), TEXT_LIMIT),
    fields: payload.fields(fieldsOf(entry, mapping), at("fields")),
    tags: tagsOf(all("tags"), at("tags"), payload),
    status: RESOLVED.has((one("status") ?? "").toLowerCase()) ? "resolved" : "firing",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/**
 * What tells incidents apart. Where somebody means it as the key, by its name or by the mapping, it must be one: a list or an object
 * may say something else each time.
 */
function keyOf(
  entry: Entry,
  mapping: Mapping,
  { said, path, payload }: { said: string | undefined; path: string; payload: Payload },
): string | undefined {
  const meant = lookUp(entry.value, "key");
  const found = mapping.key === undefined ? meant : find(entry, mapping.key, []);
  if (found.some((each) => typeof each === "object" && each !== null))
    payload.fail(path, "must be text, a number or a boolean to make a key");
  else if (said !== undefined && said.length > KEY_LIMIT)
    payload.fail(path, `has ${said.length} characters, at most ${KEY_LIMIT} make a key`);
  return said;
}

/** A path that begins with `$` counts from the body, any other from the entry. */
function find({ value, whole }: Entry, path: string | undefined, usual: readonly string[]): readonly unknown[] {
  if (path !== undefined) return lookUp(path.startsWith("$") ? whole : value, path);
  for (const each of usual) {
    const found = lookUp(value, each).filter((one) => one !== null && one !== "");
    if (found.length > 0) return found;
  }
  return [];
}

/** Mapped ones; where none is mapped, what an object called `fields` or `labels` holds. */
function fieldsOf(entry: Entry, mapping: Mapping): readonly AlertField[] {
  const mapped = Object.entries(mapping).filter(([what]) => what.startsWith("fields."));
  const pairs =
    mapped.length > 0
      ? mapped.map(([what, path]) => [what.slice("fields.".length), find(entry, path, [])] as const)
      : lookUp(entry.value, "fields")
          .concat(lookUp(entry.value, "labels"))
          .filter((each) => typeof each === "object" && each !== null && !Array.isArray(each))
          .flatMap((each) => Object.entries(each ?? {}).map(([name, value]) => [name, [value]] as const));
  return pairs
    .map(([name, values]) => ({
      name,
      value: values
        .map(written)
        .filter((each) => each !== "")
        .join(", "),
    }))
    .filter(({ value }) => value !== "");
}

function tagsOf(found: readonly unknown[], path: string, payload: Payload): readonly string[] {
  const scalars = found.filter((each) => typeof each === "string" || typeof each === "number");
  const tags = [
    ...new Set(scalars.flatMap((each) => String(each).split(/[\s,]+/u)).map((tag) => tag.replace(/^#/u, ""))),
  ]
    .filter((tag) => tag !== "")
    .map((tag) => payload.fit(tag, path, TAG_LIMIT));
  if (tags.length > MOST_TAGS) payload.note(`${path}: ${tags.length} tags, the first ${MOST_TAGS} are kept`);
  return tags.slice(0, MOST_TAGS);
}

function addressOf(text: string | undefined, path: string, payload: Payload): string | undefined {
  if (text === undefined) return undefined;
  if (text.length <= LINK_LIMIT && /^https?:\/\/\S+$/iu.test(text) && URL.canParse(text)) return text;
  payload.note(`${path}: is no address of the web with at most ${LINK_LIMIT} characters, left out`);
  return undefined;
}

/** One that is longer tells nothing apart, and is as good as none. */
const deliveryOf = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= DELIVERY_LIMIT ? text : undefined;
