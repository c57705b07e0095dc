import type { DiscordTexts } from "./words.ts";

/** Of both forms: which chat and whose account it is about is known from where and by whom it is sent in. */
export const LINK_FORM = "link";

/** Ids of their fields. */
export const LINK_FIELDS = ["who", "code"] as const;

const SHORT = 1;

const field = (id: (typeof LINK_FIELDS)[number], more: object) => ({
  type: 1,
  components: [{ type: 4, style: SHORT, custom_id: id, ...more }],
});

/** @param step What is asked for: with the code, beginning again is offered too. */
export function linkFormFor(step: "who" | "code", { link }: DiscordTexts): object {
  const who = { max_length: 200, placeholder: link.whoHint };
  if (step === "who") {
    const components = [field("who", { ...who, label: link.who, required: true })];
    return { custom_id: LINK_FORM, title: link.title, components };
  }
  const code = { label: link.code, required: false, max_length: 20, placeholder: link.codeHint };
  const components = [field("code", code), field("who", { ...who, label: link.again, required: false })];
  return { custom_id: LINK_FORM, title: link.codeTitle, components };
}
