import type { Alert } from "../core/alert.ts";
import { originLine, type PostWords, postText } from "../core/postText.ts";
import type { RichText } from "../core/richText.ts";
import { forgottenLine, stateLine } from "./incidentWords.ts";
import { withParts } from "./plan.ts";
import type { Words } from "./ports.ts";
import type { Incident } from "./store/incidents.ts";
import type { Button } from "./store/queues.ts";

/** How an incident looks in a chat. */
export interface PostView {
  readonly text: RichText;
  /** The line that says where it comes from; known again when it is echoed. */
  readonly origin: string;
  readonly author: string;
  readonly buttons: readonly Button[];
  readonly silent: boolean;
}

interface Reading {
  readonly words: Words;
  readonly now: number;
  readonly timeZone: string;
  /** What had to be left out and why, one line each. */
  readonly notes: PostWords["notes"];
}

export function postView(incident: Incident, alert: Alert, reading: Reading): PostView {
  const { words, notes } = reading;
  const origin = originOf(alert, words);
  const state = isWorthSaying(incident, alert) ? { state: stateLine(incident, reading) } : {};
  const said = { ...alert, text: withParts(alert, words) };
  return {
    text: postText(said, { ...state, origin, open: words.say("post-open"), notes }),
    origin,
    author: alert.author.name || alert.place,
    ...manner(incident, words),
  };
}

function manner({ status, severity, uid }: Incident, words: Words): Pick<PostView, "buttons" | "silent"> {
  const asks = status === "open" && severity !== "info";
  return {
    buttons: asks ? [{ label: words.say("ack-label"), data: `ack:${uid}` }] : [],
    silent: severity === "info" || status === "resolved",
  };
}

/** What somebody just wrote is carried over as it is; how it stands is said once there is something to it. */
const isWorthSaying = ({ status, count }: Incident, { severity }: Alert): boolean =>
  severity !== undefined || status !== "open" || count > 1;

function originOf({ author, place, origin }: Alert, words: Words): string {
  const platform = origin.kind === "message" ? [words.say(`origin-${origin.at.platform}`)] : [];
  return author.name === place ? originLine("", [place, ...platform]) : originLine(author.name, [place, ...platform]);
}

/** Of an incident whose text is no longer kept, to a chat that has not shown it before. */
export function forgottenView(incident: Incident, reading: Omit<Reading, "notes">): PostView {
  const { words } = reading;
  const author = words.say("digest-sender");
  const origin = originLine(author, [`#${incident.id}`]);
  const state: RichText = [{ text: stateLine(incident, reading), styles: ["bold"] }, { text: `\n${origin}\n` }];
  return { ...manner(incident, words), text: [...state, { text: forgottenLine(incident, reading) }], origin, author };
}

/** What is left where a post may not be deleted. */
export const deletedView = (words: Words): PostView => ({
  ...BARE,
  text: [{ text: words.say("post-deleted"), styles: ["italic"] }],
});

/** What is left of a post whose texts were erased: how it stands. */
export const erasedView = (incident: Incident, reading: Omit<Reading, "notes">): PostView => ({
  ...BARE,
  text: [
    { text: stateLine(incident, reading), styles: ["bold"] },
    { text: "\n" },
    { text: reading.words.say("post-erased"), styles: ["italic"] },
  ],
});

const BARE = { origin: "", author: "", buttons: [], silent: true } as const;
