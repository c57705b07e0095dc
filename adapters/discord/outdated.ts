import { z } from "zod";
import type { CommandForm } from "./commands.ts";

const SLASH = 1;

const dictionary = z.record(z.string(), z.string()).nullish();
const registeredOption = z.object({
  type: z.number(),
  name: z.string(),
  name_localizations: dictionary,
  description: z.string(),
  description_localizations: dictionary,
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  max_length: z.number().nullish(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
  choices: z.array(z.object({ name: z.string(), name_localizations: dictionary, value: z.string() })).nullish(),
});
const registeredForm = z.object({
  type: z.number().default(SLASH),
  name: z.string(),
  name_localizations: dictionary,
  description: z.string().nullish(),
  description_localizations: dictionary,
  options: z.array(registeredOption).nullish(),
  contexts: z.array(z.number()).nullish(),
  integration_types: z.array(z.number()).nullish(),
  default_member_permissions: z.string().nullish(),
});

/** Keys in one order and nothing empty, so that Discord's defaults do not look like a difference. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([, inner]) =>
      inner !== null &&
      inner !== undefined &&
      inner !== false &&
      inner !== "" &&
      !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]));
}

/** Discord lists these in an order of its own. */
const sets = ({ contexts, integration_types: types }: z.infer<typeof registeredForm>) => ({
  contexts: contexts?.toSorted(),
  integration_types: types?.toSorted(),
});

/** True when the registered list (read with its localisations) differs from the wanted one in anything we set. */
export function isOutdated(registered: unknown, wanted: readonly CommandForm[]): boolean {
  const read = z.array(registeredForm).safeParse(registered);
  if (!read.success) return true;
  const sorted = (forms: readonly { type: number; name: string }[]) =>
    JSON.stringify([...forms].sort((a, b) => (`${a.type}${a.name}` < `${b.type}${b.name}` ? -1 : 1)).map(canonical));
  return sorted(read.data.map((form) => ({ ...form, ...sets(form) }))) !== sorted(wanted);
}
