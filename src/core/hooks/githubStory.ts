import type { AlertField } from "../alert.ts";
import { TITLE_LIMIT } from "./limits.ts";
import type { HookAlert } from "./parsed.ts";
import type { Node, Payload } from "./payload.ts";
import { oneLine } from "./prometheus.ts";

/** What one event tells; a text in place of it says why it tells nothing. */
export type GitHubStory = HookAlert | string;

export interface GitHubEvent {
  readonly payload: Payload;
  readonly root: Node;
  /** `owner/name`; of an organisation's event the organisation. */
  readonly place: string;
  readonly action: string;
}

export const titled = (payload: Payload, place: string, what: string): string =>
  payload.fit(oneLine(`[${place}] ${what}`), "title", TITLE_LIMIT);

export const fieldsOf = (
  payload: Payload,
  values: Readonly<Record<string, string | undefined>>,
): readonly AlertField[] =>
  payload.fields(
    Object.entries(values).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [{ name, value }])),
    "body",
  );

export function linkOf(node: Node, name: string): { link?: string } {
  const link = node.link(name);
  return link === undefined ? {} : { link };
}
