import type { Attach } from "./attach.ts";

/** A notification in a recipient's feed. */
export interface Notification {
  readonly id: number;
  readonly recipientId: number;
  /** 0 for a system notification. */
  readonly authorId: number;
  readonly type: "personal" | "system";
  /** As the reader sees it, entities decoded. */
  readonly text: string;
  readonly storedText: string;
  readonly messageOut: string | undefined;
  /** As stored: `MP|<5 hex>|<TAG>`; undefined when the portal kept none. */
  readonly tag: string | undefined;
  readonly subTag: string | undefined;
  readonly attach: Attach | undefined;
  /** Unix milliseconds. */
  readonly date: number;
  /** `replaced`: a newer one with the same tag took its place. */
  readonly state: "shown" | "replaced" | "deleted";
}

export type Draft = Omit<Notification, "id" | "state">;

export interface Feeds {
  /** Stores a notification and takes the older ones with its tag out of the recipient's feed. */
  add(draft: Draft): Notification;
  /** What the recipient sees, oldest first. */
  of(userId: number): readonly Notification[];
  deleteById(userId: number, id: number): boolean;
  /** In every recipient's feed; how many there were. */
  deleteTagged(tag: string): number;
  deleteSubTagged(subTag: string): number;
  /** Every notification ever stored, in order, gone ones included. */
  readonly all: readonly Notification[];
}

type Stored = { -readonly [Key in keyof Notification]: Notification[Key] };

interface Feed {
  readonly shown: Map<number, Stored>;
  readonly byTag: Map<string, Stored>;
}

export function openFeeds(firstId: number): Feeds {
  const feeds = new Map<number, Feed>();
  const all: Stored[] = [];
  const feedOf = (userId: number): Feed => {
    const feed = feeds.get(userId) ?? { shown: new Map(), byTag: new Map() };
    feeds.set(userId, feed);
    return feed;
  };
  return {
    add(draft) {
      const stored: Stored = { ...draft, id: firstId + all.length, state: "shown" };
      const feed = feedOf(draft.recipientId);
      const older = stored.tag === undefined ? undefined : feed.byTag.get(stored.tag);
      if (older !== undefined) remove(feed, older, "replaced");
      feed.shown.set(stored.id, stored);
      if (stored.tag !== undefined) feed.byTag.set(stored.tag, stored);
      all.push(stored);
      return stored;
    },
    of: (userId) => [...(feeds.get(userId)?.shown.values() ?? [])],
    deleteById(userId, id) {
      const feed = feedOf(userId);
      const stored = feed.shown.get(id);
      if (stored !== undefined) remove(feed, stored, "deleted");
      return stored !== undefined;
    },
    deleteTagged(tag) {
      const found = [...feeds.values()].flatMap((feed) => {
        const stored = feed.byTag.get(tag);
        return stored === undefined ? [] : [{ feed, stored }];
      });
      for (const { feed, stored } of found) remove(feed, stored, "deleted");
      return found.length;
    },
    deleteSubTagged(subTag) {
      const found = all.filter((stored) => stored.subTag === subTag && stored.state === "shown");
      for (const stored of found) remove(feedOf(stored.recipientId), stored, "deleted");
      return found.length;
    },
    all,
  };
}

function remove(feed: Feed, stored: Stored, state: "replaced" | "deleted"): void {
  stored.state = state;
  feed.shown.delete(stored.id);
  if (stored.tag !== undefined) feed.byTag.delete(stored.tag);
}
