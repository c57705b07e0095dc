import { printable } from "../core/printable.ts";
import type { RichText } from "../core/richText.ts";
import { digestTag, sourceSubTag } from "../core/tags.ts";
import { writeDown } from "./accept.ts";
import { randomToken, sha256 } from "./hash.ts";
import type { ForwardParts } from "./incidents.ts";
import { stateLine } from "./incidentWords.ts";
import { attachmentsFor } from "./plan.ts";
import type { Incident } from "./store/incidents.ts";
import type { NewNotification } from "./store/notifications.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** What is named one by one; the rest is counted. */
const MOST_NAMED = 40;
const LONGEST_NAME = 120;
const HOUR_MS = 3_600_000;

/** Tells somebody in one notification what was held back for them: each incident as it stands now. */
export async function tellDigest(
  tx: Repositories,
  held: { readonly personId: number; readonly incidentIds: readonly number[] },
  parts: ForwardParts,
): Promise<void> {
  const now = parts.clock();
  const incidents: Incident[] = [];
  for (const id of held.incidentIds) {
    const incident = await tx.incidents.byId(id);
    if (!incident) continue;
    incidents.push(incident);
    const concerned = (await tx.incidents.persons(id)).find(({ personId }) => personId === held.personId);
    // Of a storm, later news comes in a digest too; what only waited for the morning is told by itself again.
    const still = concerned?.held === "storm" ? { held: "storm" as const } : {};
    await tx.incidents.concern(id, { personId: held.personId, toldVersion: incident.version, ...still });
  }
  await tx.incidents.digested(held.personId, now);
  const workspace = incidents[0] && (await tx.workspaces.byId(incidents[0].workspaceId));
  const person = workspace && (await personOf(tx, workspace.id, held.personId));
  if (!workspace || !person || person.leftAt !== undefined) return;
  const notification = digestOf({ incidents: apart(incidents), workspace, person }, parts);
  const written = await writeDown(tx, notification, { wordsIn: parts.wordsIn, now });
  if (!written) return;
  const fields = { workspace: workspace.name, notification: written.stored.id, incidents: incidents.length };
  parts.log.info(fields, "digest told");
}

/** What two rules have made of the same alert is one thing to whoever reads it. */
const apart = (incidents: readonly Incident[]): readonly Incident[] => [
  ...new Map(incidents.map((each) => [JSON.stringify([each.keyHash, each.alert?.origin ?? each.id]), each])).values(),
];

const personOf = async (tx: Repositories, workspaceId: number, id: number): Promise<Person | undefined> =>
  (await tx.people.list(workspaceId)).find((person) => person.id === id);

interface Digest {
  /** At least one. */
  readonly incidents: readonly Incident[];
  readonly workspace: Workspace;
  readonly person: Person;
}

function digestOf({ incidents, workspace, person }: Digest, { wordsIn, clock }: ForwardParts): NewNotification {
  const words = wordsIn(workspace.settings.language);
  const now = clock();
  const { timeZone } = workspace.settings;
  const shown = incidents.slice(0, MOST_NAMED);
  const left = incidents.length - shown.length;
  const text: RichText = [
    { text: words.say("digest-title", { count: incidents.length }), styles: ["bold"] },
    ...shown.flatMap((incident): RichText => {
      const state = stateLine(incident, { words, now, timeZone });
      return [{ text: `\n${state}` }, { text: `\n${nameOf(incident)}` }];
    }),
    ...(left > 0 ? [{ text: `\n${words.say("digest-more", { count: left })}` }] : []),
  ];
  const key = randomToken();
  const source = { platform: "hook", chatId: "digest", threadId: "", messageId: key } as const;
  const recipient = person.bitrixId;
  return {
    uid: randomToken(),
    workspaceId: workspace.id,
    source,
    senderUserId: "",
    senderName: words.say("digest-sender"),
    origin: "",
    text,
    senderLanguage: words.language,
    priority: "digest",
    createdAt: now,
    expiresAt: now + workspace.settings.deadlineHours * HOUR_MS,
    attachments: attachmentsFor({ media: [], text }, words),
    recipients: [
      {
        personId: person.id,
        bitrixId: recipient,
        tag: digestTag({ hash: sha256, key, recipient }),
        subTag: sourceSubTag({ hash: sha256, source }),
      },
    ],
  };
}

/** Something of which somebody sees anything. */
const SEEN = /[^\s\p{Cf}\p{Mn}\p{Default_Ignorable_Code_Point}]/u;

/** Its title, or how its text begins: one line in which nothing reorders what stands around it. */
export function nameOf({ alert, id }: Incident): string {
  const said = alert?.title ?? alert?.text.map((run) => run.text).join("") ?? "";
  const lines = printable(said).split("\n");
  const line = Array.from(lines.find((each) => SEEN.test(each))?.trim() ?? "");
  if (line.length === 0) return `#${id}`;
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1).join("")}…` : line.join("");
}
