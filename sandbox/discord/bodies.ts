import { z } from "zod";
import { allowedMentionsForm } from "./mentions.ts";
import { FLAG, type Json } from "./model.ts";
import { isObject } from "./refusals.ts";

const embedText = (max: number) => z.string().max(max).nullish();
const embedForm = z.looseObject({
  title: embedText(256),
  description: embedText(4096),
  fields: z
    .array(z.looseObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
    .max(25)
    .nullish(),
  footer: z.looseObject({ text: z.string().max(2048) }).nullish(),
  author: z.looseObject({ name: z.string().max(256) }).nullish(),
});
type Embed = z.output<typeof embedForm>;

const embedLength = (embed: Embed): number =>
  [embed.title, embed.description, embed.footer?.text, embed.author?.name]
    .concat((embed.fields ?? []).flatMap((field) => [field.name, field.value]))
    .reduce((sum, text) => sum + (text?.length ?? 0), 0);

const embedsForm = z
  .array(embedForm)
  .max(10)
  .superRefine((embeds, context) => {
    if (embeds.reduce((sum, embed) => sum + embedLength(embed), 0) <= 6000) return;
    const params = { code: "MAX_EMBED_SIZE_EXCEEDED" };
    context.addIssue({ code: "custom", params, message: "Embed size exceeds maximum size of 6000" });
  });

/** Refuses what Discord refuses in buttons and text inputs; other kinds pass as they are. */
const componentsForm = z.array(z.json()).superRefine((components, context) => {
  const problem = (message: string) =>
    context.addIssue({ code: "custom", params: { code: "COMPONENT_INVALID" }, message });
  const ids: string[] = [];
  let count = 0;
  const walk = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isObject(value)) return;
    count += 1;
    if (typeof value.type !== "number") problem("A component needs a type");
    if (typeof value.custom_id === "string") ids.push(value.custom_id);
    if (value.type === 2 && typeof value.label === "string" && value.label.length > 80) problem("Button label over 80");
    if (value.type === 1 && Array.isArray(value.components) && value.components.length > 5) problem("Over 5 in a row");
    for (const part of [value.components, value.component, value.accessory]) walk(part);
  };
  components.forEach(walk);
  if (count > 40) problem("Over 40 components");
  if (new Set(ids).size !== ids.length) problem("Component custom id cannot be duplicated");
  if (ids.some((id) => id.length < 1 || id.length > 100)) problem("custom_id takes 1 to 100 characters");
});

const attachmentsForm = z.array(
  z.looseObject({
    id: z.union([z.string(), z.number()]).transform(String),
    filename: z.string().nullish(),
    description: z.string().max(1024).nullish(),
  }),
);

const common = {
  content: z.string().max(2000, "Must be 2000 or fewer in length.").nullish(),
  embeds: embedsForm.nullish(),
  components: componentsForm.nullish(),
  allowed_mentions: allowedMentionsForm.nullish(),
  attachments: attachmentsForm.nullish(),
  flags: z.number().int().nullish(),
};

export const messageForm = z.looseObject({
  ...common,
  nonce: z.union([z.string().max(25), z.number().int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  message_reference: z
    .looseObject({ message_id: z.string(), fail_if_not_exists: z.boolean().nullish(), type: z.number().nullish() })
    .nullish(),
  sticker_ids: z.array(z.string()).max(3).nullish(),
  poll: z.json().nullish(),
});
export type MessageForm = z.output<typeof messageForm>;

export const editForm = z.looseObject(common);
export type EditForm = z.output<typeof editForm>;

const choicesForm = z
  .array(
    z.looseObject({
      name: z.string().min(1).max(100),
      value: z.union([z.string().min(1).max(100), z.number()]),
    }),
  )
  .max(25);

export const autocompleteForm = z.looseObject({ choices: choicesForm });

export const modalForm = z.looseObject({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: componentsForm.min(1).max(5),
});

export const callbackForm = z.looseObject({
  type: z.union([z.literal(1), z.literal(4), z.literal(5), z.literal(6), z.literal(7), z.literal(8), z.literal(9)]),
  data: z.json().nullish(),
});

/** Flags a message may be created with; `FLAG.ephemeral` only on interaction answers. */
export const SETTABLE_FLAGS = FLAG.suppressEmbeds | FLAG.silent | FLAG.componentsV2;
