import { neutralise, neutraliseName } from "./neutralise.ts";
import { plainText, type RichText, type Run } from "./richText.ts";

/** How far around a link its surroundings are read: what is glued to it reads as part of it. */
const GLUED = 300;
const SHOWN_LINK = 500;
const ADDRESS_LIKE = /(?<![a-z\d+.-])[a-z][a-z\d+.-]*:\/\/|[\p{L}\p{N}]\.\p{L}{2,}|\d+\.\d+\.\d+\.\d+/u;

/**
 * Keeps a link only where what is shown cannot be taken for another address; otherwise the address itself is shown behind
 * the text and nothing is hidden. Links that remain lead to http or https and hold nothing that the portal would interpret.
 */
export function withHonestLinks(text: RichText): RichText {
  const flat = plainText(text);
  const result: Run[] = [];
  let offset = 0;
  for (const group of linkGroups(text)) {
    const shown = plainText(group);
    const link = group[0]?.link;
    const end = offset + shown.length;
    if (link === undefined) result.push(...group);
    else result.push(...honest(group, link, `${gluedBefore(flat, offset)}${shown}${gluedAfter(flat, end)}`));
    offset = end;
  }
  return result;
}

function honest(group: RichText, link: string, context: string): RichText {
  const target = safeTarget(link);
  const shown = legible(plainText(group));
  if (target !== undefined && shown !== "" && readsAs(legible(context), target)) {
    return group.map((run) => ({ ...run, link: target }));
  }
  const bare = group.map(({ link: _, ...run }) => run);
  const styles = group.at(-1)?.styles;
  return [...bare, { text: ` (${neutraliseName(link, SHOWN_LINK)})`, ...(styles ? { styles } : {}) }];
}

/** Consecutive runs that lead to the same place, or nowhere. */
function linkGroups(text: RichText): readonly RichText[] {
  const groups: Run[][] = [];
  for (const run of text) {
    const group = groups.at(-1);
    if (group && group[0]?.link === run.link) group.push(run);
    else groups.push([run]);
  }
  return groups;
}

const gluedBefore = (flat: string, end: number): string =>
  /\S*$/u.exec(visible(flat.slice(Math.max(0, end - GLUED), end)))?.[0] ?? "";
const gluedAfter = (flat: string, start: number): string =>
  /^\S*/u.exec(visible(flat.slice(start, start + GLUED)))?.[0] ?? "";

const visible = (text: string): string => text.replaceAll(/\p{Cf}/gu, "");

/** As the eye reads it: no invisible characters, look-alike dots and wide letters as plain ones. */
function legible(text: string): string {
  return visible(text.normalize("NFKC"))
    .replaceAll(/[。｡․]/gu, ".")
    .toLowerCase()
    .trim();
}

function readsAs(shown: string, target: string): boolean {
  if (!ADDRESS_LIKE.test(shown)) return true;
  const address = shown.replaceAll(/^["'(]+|["').,;:!?]+$/gu, "");
  const parsed = URL.parse(/^https?:\/\//u.test(address) ? address : `https://${address}`);
  const meant = URL.parse(target);
  return parsed !== null && meant !== null && place(parsed) === place(meant);
}

function place(url: URL): string {
  const path = `${url.pathname.replace(/\/$/u, "")}${url.search}${url.hash}`;
  return `${url.username}@${url.host.replace(/^www\./u, "")}${path}`.toLowerCase();
}

/** A name before the host is refused: `https://company.com@evil.com` leads to the latter. */
function safeTarget(link: string): string | undefined {
  const url = URL.parse(link.trim());
  if (!url || !/^https?:$/u.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  const target = url.href
    .replaceAll("[", "%5B")
    .replaceAll("]", "%5D")
    .replaceAll("$", "%24")
    .replaceAll(/(?<=&#?[a-z\d]+);/giu, "%3B")
    .replaceAll(/(?<=#.*)#/gu, "%23");
  return neutralise(target) === target ? target : undefined;
}
