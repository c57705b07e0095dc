import { mayBeSeen } from "../app/feed.ts";
import type { Words } from "../app/ports.ts";
import { verdictText } from "../app/receipts.ts";
import type { Delivery } from "../app/store/deliveries.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { when } from "./output.ts";

export interface Asking {
  readonly read: Repositories;
  readonly words: Words;
  readonly now: number;
}

export interface Told {
  readonly json: object;
  readonly lines: readonly string[];
}

/** While it lasts there is no next try, so that none is told. */
export function suspension(workspace: Workspace | undefined, words: Words): readonly string[] {
  if (!workspace?.suspended) return [];
  const { at, code } = workspace.suspended;
  return [words.say("why-suspended", { workspace: workspace.name, when: when(at), code })];
}

export interface Explained {
  readonly id: number;
  readonly person: number;
  readonly personName: string | null;
  readonly state: Delivery["state"];
  readonly verdict: Delivery["verdict"] | null;
  readonly code: string | null;
  /** May be in the recipient's feed now. */
  readonly shown: boolean;
  readonly because: string;
  readonly attempts: readonly string[];
}

export async function explain(
  { read, words, now }: Asking,
  delivery: Delivery,
  workspace: Workspace | undefined,
): Promise<Explained> {
  const attempts = (await read.deliveries.attemptsOf(delivery.id)).map(({ at, outcome, code }) => {
    const line = words.say("why-attempt", { when: when(at), outcome: words.say(`outcome-${outcome}`) });
    return code === "" ? line : `${line} (${words.reason(code)})`;
  });
  const { id, bitrixId, personName = null, state, verdict = null, code = null } = delivery;
  const waits = verdict === null && code !== null ? ` ${words.say("why-waits", { reason: words.reason(code) })}` : "";
  const next = delivery.dueAt > now ? words.say("why-due", { when: when(delivery.dueAt) }) : words.say("why-turn");
  const isTried = state === "queued" && !workspace?.suspended;
  const because = `${verdictText(words, delivery)}${waits}${isTried ? ` ${next}` : ""}`;
  const shown = mayBeSeen(delivery);
  return { id, person: bitrixId, personName, state, verdict, code, shown, because, attempts };
}

export const linesOf = ({ id, person, personName, because, attempts }: Explained): readonly string[] => [
  `${personName ?? "id"} (${person}): ${because} [${id}]`,
  ...attempts.map((line) => `  ${line}`),
];
