/**
 * Which messages a post consists of, as its row keeps it in one list: the messages of its text in order, an empty entry, then what
 * became of its files. An entry is a message's id; `?<epoch ms>` for one that was being posted then and may stand there; `?` for one
 * of which nobody will ever know; of the files also `!<index>:<reason>` for what was left out.
 */
export interface PostIds {
  readonly texts: readonly string[];
  /** Absent as long as nothing was decided about the files. */
  readonly files?: readonly string[];
}

export function readIds(list: readonly string[]): PostIds {
  const border = list.indexOf("");
  return border < 0 ? { texts: list } : { texts: list.slice(0, border), files: list.slice(border + 1) };
}

export const writeIds = ({ texts, files }: PostIds): readonly string[] => (files ? [...texts, "", ...files] : texts);

export const LOST = "?";
export const pendingSince = (now: number): string => `?${now}`;

/** When it was being posted, in epoch milliseconds. */
export const pendingOf = (entry: string): number | undefined =>
  /^\?\d+$/u.test(entry) ? Number(entry.slice(1)) : undefined;

export const isKnown = (entry: string | undefined): entry is string => entry !== undefined && /^\d/u.test(entry);

export interface LeftOut {
  /** Of the alert's media. */
  readonly index: number;
  readonly reason: string;
}

export const leftOutEntry = ({ index, reason }: LeftOut): string => `!${index}:${reason}`;

export const leftOutOf = (entries: readonly string[] = []): readonly LeftOut[] =>
  entries.flatMap((entry) => {
    const { index, reason } = /^!(?<index>\d+):(?<reason>.+)$/u.exec(entry)?.groups ?? {};
    return index === undefined || reason === undefined ? [] : [{ index: Number(index), reason }];
  });
