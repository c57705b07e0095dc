import type { Clock, Finding, Words } from "../app/ports.ts";
import { ruleTroubles, troubleText } from "../app/ruleTroubles.ts";
import type { Repositories } from "../app/store/store.ts";

/** Rules that cannot do all that they say, each with what mends it. */
export async function ruleFindings(read: Repositories, words: Words, clock: Clock): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const workspace of await read.workspaces.list()) {
    for (const rule of await read.rules.list(workspace.id)) {
      if (!rule.enabled) continue;
      for (const trouble of await ruleTroubles(read, rule, { workspace, now: clock() })) {
        const detail = words.say("rule-troubled", { name: rule.name });
        found.push({
          check: "rules",
          place: workspace.name,
          state: "warning",
          detail,
          fix: troubleText(words, trouble),
        });
      }
    }
  }
  return found;
}
