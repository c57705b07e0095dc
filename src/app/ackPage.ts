import type { Language } from "../core/language.ts";
import { personTaker, takeIncident } from "./ack.ts";
import type { AckClaim, AckLinks } from "./ackLink.ts";
import type { Alarm } from "./alarm.ts";
import { LINK_LIFE_MS } from "./blocks.ts";
import { nameOf } from "./digest.ts";
import { heldLog } from "./heldLog.ts";
import type { ForwardParts } from "./incidents.ts";
import { momentText, stateLine } from "./incidentWords.ts";
import type { Incident } from "./store/incidents.ts";
import type { Person } from "./store/people.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** What the recipient of a link sees of the incident, in the workspace's language. */
export interface AckView {
  readonly language: Language;
  readonly status: Incident["status"];
  readonly title: string;
  /** Severity or end, how often, who has it since when. */
  readonly state: string;
  /** Where it was said, and since when it has been going on. */
  readonly about: string;
  /** Who answers by this link. */
  readonly reader: string;
  /** Whether it is the reader who has it. */
  readonly isMine: boolean;
}

/** A link as it was asked for. */
export interface AckAsk extends AckClaim {
  readonly signature: string;
}

export interface AckPage {
  /** Undefined where the link is not genuine, has ended, or is of somebody whom the incident does not concern any more. */
  find(asked: AckAsk): Promise<AckView | undefined>;
  /** The same, after its reader has said "I have it"; again changes nothing. */
  take(asked: AckAsk): Promise<AckView | undefined>;
}

interface PageParts extends ForwardParts {
  readonly store: Store;
  readonly links: AckLinks;
  /** Rung after somebody was told something. */
  readonly changed: Pick<Alarm, "ring">;
}

export function createAckPage(parts: PageParts): AckPage {
  const { store, links, changed } = parts;
  return {
    async find(asked) {
      const found = links.isGenuine(asked, asked.signature) ? await lookUp(store.read, asked, parts) : undefined;
      return found && viewOf(found, parts);
    },
    async take(asked) {
      if (!links.isGenuine(asked, asked.signature)) return undefined;
      const held = heldLog(parts.log);
      const view = await store.tx(async (tx) => {
        const found = await lookUp(tx, asked, parts);
        if (!found) return undefined;
        const by = personTaker(found.person);
        const { incident } = await takeIncident(tx, { incident: found.incident, by }, { ...parts, log: held.log });
        return viewOf({ ...found, incident }, parts);
      });
      held.release();
      changed.ring();
      return view;
    },
  };
}

interface Found {
  readonly incident: Incident;
  readonly workspace: Workspace;
  readonly person: Person;
}

/** Whatever the link names is looked for in the incident's own workspace alone. */
async function lookUp(
  tx: Repositories,
  { incident: uid, bitrixId }: AckClaim,
  { clock }: PageParts,
): Promise<Found | undefined> {
  const incident = await tx.incidents.byUid(uid);
  if (!incident || (!incident.alert && incident.status === "resolved")) return undefined;
  if (incident.updatedAt + LINK_LIFE_MS <= clock()) return undefined;
  const workspace = await tx.workspaces.byId(incident.workspaceId);
  const person = workspace && (await tx.people.byBitrixId(workspace.id, bitrixId));
  if (!workspace || !person || person.leftAt !== undefined) return undefined;
  const concerned = await tx.incidents.persons(incident.id);
  return concerned.some(({ personId }) => personId === person.id) ? { incident, workspace, person } : undefined;
}

function viewOf({ incident, workspace, person }: Found, { wordsIn, clock }: PageParts): AckView {
  const { language, timeZone } = workspace.settings;
  const words = wordsIn(language);
  const time = words.say("ack-page-since", { time: momentText(incident.openedAt, timeZone, words) });
  return {
    language,
    status: incident.status,
    title: nameOf(incident),
    state: stateLine(incident, { words, now: clock(), timeZone }),
    about: [incident.alert?.place ?? "", time].filter((part) => part !== "").join(" · "),
    reader: personTaker(person).name,
    isMine: incident.acknowledgedPersonId === person.id,
  };
}
