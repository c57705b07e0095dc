import type { DiscordTexts } from "./words.ts";

/** The form in which a webhook's address is handed over: nobody else in the channel sees it. */
export const CONNECT_FORM = "connect";

/** Ids of its fields, in the order in which a typed command has them. */
export const CONNECT_FIELDS = ["code", "webhook", "name"] as const;

const SHORT = 1;

const field = (id: (typeof CONNECT_FIELDS)[number], more: object) => ({
  type: 1,
  components: [{ type: 4, style: SHORT, custom_id: id, ...more }],
});

export function connectFormFor({ connect }: DiscordTexts): object {
  const webhook = { label: connect.webhook, required: true, max_length: 500, placeholder: connect.webhookHint };
  const code = { label: connect.code, required: false, max_length: 100, placeholder: connect.codeHint };
  const name = { label: connect.name, required: false, max_length: 63 };
  return {
    custom_id: CONNECT_FORM,
    title: connect.title,
    components: [field("webhook", webhook), field("code", code), field("name", name)],
  };
}
