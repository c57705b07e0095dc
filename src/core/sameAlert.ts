import type { Alert } from "./alert.ts";
import type { MediaSource } from "./chat.ts";

/** Whether two alerts tell the same: platforms report edits of which nobody sees anything, and members of an album come again. */
export const isSameAlert = (former: Alert | undefined, alert: Alert): boolean =>
  former !== undefined && contentOf(former) === contentOf(alert);

function contentOf({ at: _, startedAt: __, edited: ___, link: ____, media, ...content }: Alert): string {
  const files = media.map(({ source, ...file }) => ({ ...file, key: fileKey(source) }));
  return JSON.stringify({ ...content, files }, inOrder);
}

/** Keys of objects in the same order, whoever wrote them. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/** What tells a file of its kind apart from others: addresses of files are signed anew each time they are told. */
export function fileKey(source: MediaSource): string {
  switch (source.kind) {
    case "telegram":
      return source.uniqueId;
    case "discord":
      return source.attachmentId;
    case "remote":
      return source.url.split("?", 1)[0] ?? "";
    case "text":
      return source.text;
    default:
      return source satisfies never;
  }
}
