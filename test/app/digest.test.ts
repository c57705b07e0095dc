import { expect, test } from "vitest";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { plainText } from "../../src/core/richText.ts";
import { alert, openAlerts } from "../support/alerts.ts";

test("a thousand alerts at one moment are one digest for each person, which counts all that was held back for them", async () => {
  const { store, clock, parts, addRule, forward, told, anna, bert } = await openAlerts();
  await addRule("all", { targets: [7, 8].map((bitrixId) => ({ kind: "person", bitrixId })) });
  for (let each = 0; each < 1_000; each += 1) await forward(alert({ key: `k${each}` }));
  clock.now += 60_000;
  while (await tickAll(store, parts)) clock.now += 1;
  for (const person of [anna, bert]) {
    const digests = (await told(person)).filter(({ priority }) => priority === "digest");
    expect(digests.map(({ text }) => plainText(text).split("\n")[0])).toEqual(["990 alerts were held back"]);
    expect(await store.read.incidents.heldOf(person)).toEqual([]);
  }
});
