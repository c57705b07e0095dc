import type { Delivery } from "../app/store/deliveries.ts";
import type { ConcernedPerson, Incident } from "../app/store/incidents.ts";
import type { Person } from "../app/store/people.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { type MessageRef, writeChat } from "../core/chat.ts";
import { when } from "./output.ts";
import { type Asking, type Explained, explain, linesOf, suspension, type Told } from "./whyDelivery.ts";

/** What became of a message that rules have forwarded, as far as their incidents stand now. */
export async function aboutForwarded(
  asking: Asking,
  source: MessageRef,
  incidents: readonly Incident[],
): Promise<Told> {
  const { read, words } = asking;
  const lines: string[] = [];
  const explained: Explained[] = [];
  const known: object[] = [];
  for (const incident of incidents) {
    const { id, status, workspaceId, openedAt } = incident;
    const workspace = await read.workspaces.byId(workspaceId);
    const rule = (await read.rules.byId(incident.ruleId))?.name ?? "?";
    const told = await toldOf(asking, incident, workspace);
    const people = await read.people.list(workspaceId);
    const others = (await read.incidents.persons(id)).filter(
      ({ personId }) => !told.some((delivery) => delivery.personId === personId),
    );
    const theirs = await Promise.all(told.map((delivery) => explain(asking, delivery, workspace)));
    const notes = [
      ...others.map((concerned) => untold(asking, concerned, people)),
      ...(await shownIn(asking, incident)),
      ...suspension(workspace, words),
    ];
    const named = { rule, workspace: workspace?.name ?? "?", when: when(openedAt), status };
    lines.push(words.say("why-alert", named), ...theirs.flatMap(linesOf), ...notes);
    explained.push(...theirs);
    known.push({ id, rule, status, notes });
  }
  return {
    json: { source, incidents: known, deliveries: explained },
    lines: [...lines, words.say("why-alert-nobody-else")],
  };
}

/** To each person the latest that was told of an incident: what came before it, that one has replaced. */
async function toldOf(
  { read }: Asking,
  { id }: Incident,
  workspace: Workspace | undefined,
): Promise<readonly Delivery[]> {
  const latest = new Map<number, Delivery>();
  for (const notification of await read.notifications.ofIncident(id))
    if (notification.workspaceId === workspace?.id)
      for (const delivery of await read.deliveries.ofNotification(notification.id))
        if (delivery.part === 1) latest.set(delivery.personId, delivery);
  return [...latest.values()];
}

/** Why somebody whom it concerns has got no notification of their own about it. */
function untold({ words }: Asking, concerned: ConcernedPerson, people: readonly Person[]): string {
  const { personId, toldVersion, held, heldUntil } = concerned;
  const person = people.find(({ id }) => id === personId);
  const who = { name: person?.name ?? "id", id: String(person?.bitrixId ?? "?") };
  if (toldVersion > 0) return words.say("why-alert-in-digest", who);
  if (held === undefined) return words.say("why-alert-untold", who);
  return words.say(`why-alert-held-${held}`, { ...who, when: heldUntil === undefined ? "?" : when(heldUntil) });
}

async function shownIn({ read, words }: Asking, { id }: Incident): Promise<readonly string[]> {
  const posts = await read.posts.ofIncident(id);
  return posts
    .filter(({ post }) => post === "posted")
    .map((post) => words.say("why-alert-shown", { place: writeChat(post) }));
}

/** Of a message that nothing came of: rules that listen there, and have let it pass. */
export async function rulesNote(
  { read, words }: Pick<Asking, "read" | "words">,
  at: MessageRef,
  workspace: Workspace | undefined,
): Promise<readonly string[]> {
  if (!workspace) return [];
  const listening = (await read.rules.listeningTo({ kind: "chat", chat: at })).filter(
    ({ workspaceId }) => workspaceId === workspace.id,
  );
  if (listening.length === 0) return [];
  const rules = listening.map(({ name }) => name).join(", ");
  return [words.say("why-rules", { rules, workspace: workspace.name })];
}
