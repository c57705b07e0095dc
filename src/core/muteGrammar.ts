import { readDuration } from "./duration.ts";
import { plainText, type RichText } from "./richText.ts";
import type { RuleFilter } from "./rule.ts";

export type ParsedMute =
  | { readonly kind: "list" }
  | { readonly kind: "end"; readonly id: number }
  | {
      readonly kind: "mute";
      readonly seconds: number;
      readonly matcher: RuleFilter;
      /** A word alone, which may be a rule's name: then it stands for that. */
      readonly word?: string;
    }
  | { readonly kind: "malformed"; readonly value: string };

/** A silence that outlives its reason hides what nobody thinks of any more. */
const LONGEST_MUTE_SECONDS = 30 * 86_400;
const SHORTEST_MUTE_SECONDS = 60;

const END = /^(?:off|выкл)\s+#?(?<id>[1-9]\d{0,8})$/iu;
const HEAD = /^(?<span>\S+)(?:\s+(?<rest>\S.*))?$/su;
const TAG = /#(?<tag>[\p{L}\p{M}\p{N}_-]{1,256})(?=[\s,]|$)/gu;
const QUOTES = /^["“«„]|["”»“]$/gu;

/** What follows `/mute`: nothing, `off 3`, or how long and what: `2h #ci`, `30m disk full`, `1d RULE`. */
export function parseMute(text: RichText): ParsedMute {
  const said = plainText(text).trim();
  if (said === "") return { kind: "list" };
  const id = END.exec(said)?.groups?.id;
  if (id !== undefined) return { kind: "end", id: Number(id) };
  const { span = said, rest = "" } = HEAD.exec(said)?.groups ?? {};
  const seconds = readDuration(span);
  if (seconds === undefined || seconds < SHORTEST_MUTE_SECONDS || seconds > LONGEST_MUTE_SECONDS)
    return { kind: "malformed", value: span };
  const tags = [...rest.matchAll(TAG)].flatMap(({ groups }) => groups?.tag ?? []);
  const words = rest
    .replaceAll(TAG, " ")
    .replaceAll(/[\s,]+/gu, " ")
    .trim();
  const phrase = words.replaceAll(QUOTES, "").trim();
  // Whoever wrote something did not mean everything.
  if (rest !== "" && phrase === "" && tags.length === 0) return { kind: "malformed", value: rest };
  const isName = phrase !== "" && phrase === words && !/\s/u.test(phrase);
  return {
    kind: "mute",
    seconds,
    matcher: { ...(tags.length === 0 ? {} : { tags }), ...(phrase === "" ? {} : { words: [phrase] }) },
    ...(isName ? { word: phrase } : {}),
  };
}
