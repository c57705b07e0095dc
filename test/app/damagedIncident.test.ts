import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { tickAll } from "../../src/app/incidentTimers.ts";
import type { Log } from "../../src/app/ports.ts";
import { alert, openAlerts } from "../support/alerts.ts";

const MINUTE = 60_000;

/** Two incidents of one rule, each with news that waits for its timer; whatever `state` is written into the first one's row. */
async function openDamaged(state: string) {
  const office = await openAlerts();
  const { clock, addRule, forward, everyIncident, file, store } = office;
  await addRule("all");
  for (const key of ["disk", "load"]) {
    await forward(alert({ key, text: [{ text: key }] }));
    clock.now += 1_000;
    await forward(alert({ key, text: [{ text: `${key} again` }] }));
  }
  const database = new Database(file);
  database.prepare("update incidents set state = ? where id = 1").run(state);
  database.close();
  const errors: { fields: object; message: string }[] = [];
  const log: Log = { ...office.parts.log, error: (fields, message) => void errors.push({ fields, message }) };
  const tick = async () => {
    while (await tickAll(store, { ...office.parts, log }));
  };
  return { ...office, everyIncident, errors, tick };
}

describe("an incident that is damaged in the database", () => {
  test.each([
    ["no JSON", "{tellAt", "column state: "],
    ["a time that is none", '{"tellAt":"soon"}', "column state, tellAt: "],
    ["a step without its time", '{"escalation":{"step":0,"round":0}}', "column state, escalation.at: "],
    ["no state at all", "null", "column state: "],
  ])("by %s is named, told and mended, and keeps no other from being told", async (_, state, damage) => {
    const { clock, texts, tick, errors, everyIncident } = await openDamaged(state);
    expect(await everyIncident()).toHaveLength(2);
    clock.now += 2 * MINUTE;
    await tick();
    const said = (await texts()).join("\n");
    expect(said).toContain("disk again");
    expect(said).toContain("load again");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields).toEqual({ incident: 1, rule: "all", damage: expect.stringContaining(damage) });
    expect(errors[0]?.message).toContain("incident 1 of rule all is damaged");
    expect((await everyIncident()).filter((incident) => incident.damage !== undefined)).toEqual([]);
  });

  test("goes on with its next alert", async () => {
    const { clock, texts, forward, everyIncident } = await openDamaged("[]");
    clock.now += 2 * MINUTE;
    await forward(alert({ key: "disk", status: "resolved", text: [{ text: "fine" }] }));
    expect((await texts()).at(-1)).toContain("fine");
    expect((await everyIncident()).map(({ damage }) => damage)).toEqual([undefined, undefined]);
  });
});
