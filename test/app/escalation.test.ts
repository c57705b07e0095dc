import { describe, expect, test } from "vitest";
import { acknowledge } from "../../src/app/incidents.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import type { Log } from "../../src/app/ports.ts";
import type { RuleTarget } from "../../src/core/rule.ts";
import { alert, openAlerts } from "../support/alerts.ts";
import { openPosting, TARGET } from "../support/posting.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("an incident whose text is no longer kept", () => {
  test.each([
    ["en", "🟡 Warning\n#1, opened January 5, 2026 at 13:00: its text is no longer kept"],
    ["ru", "🟡 Предупреждение\n#1, открыто 5 января 2026 г. в 13:00: текст больше не хранится"],
  ] as const)(
    "calls the next ones in all the same, who see how it stands and may take it (%s)",
    async (language, text) => {
      const { store, clock, parts, workspace, addRule, forward, bert, told, texts } = await openAlerts();
      await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, language } }));
      const targets = [{ kind: "person", bitrixId: 8 } as const];
      await addRule("all", {
        options: { escalation: { steps: [{ afterMinutes: 2 * 24 * 60, targets }], repeats: 0 } },
      });
      await forward(alert({ title: "db-1", fields: [{ name: "host", value: "a" }] }));
      const incident = await store.read.incidents.byId(1);
      clock.now += 2 * DAY;
      await store.tx((tx) => tx.incidents.forget({ workspaceId: workspace.id, before: clock.now, limit: 10 }));
      await tickAll(store, parts);
      expect(await texts(bert)).toEqual([text]);
      expect((await told(bert))[0]).toMatchObject({
        senderName: "herald24",
        priority: "urgent",
        facts: { severity: "warning", status: "open", fields: [], acknowledge: incident?.uid },
      });
      await store.tx(async (tx) => {
        const open = await tx.incidents.byId(1);
        if (open) await acknowledge(tx, { incident: open, by: { name: "Bert" } }, parts);
      });
      expect((await texts(bert)).at(-1)).toContain("Bert");
    },
  );
});

test("a chat that is called in after the text is gone shows how it stands, with the button, and who takes it", async () => {
  const { store, clock, parts, workspace, board, addRule, forward, start, settled } = await openPosting();
  const steps = [{ afterMinutes: 2 * 24 * 60, targets: [{ kind: "chat", chat: TARGET } as const] }];
  await addRule("all", { options: { escalation: { steps, repeats: 0 } } });
  await forward(alert({ title: "db-1" }));
  clock.now += 2 * DAY;
  await store.tx((tx) => tx.incidents.forget({ workspaceId: workspace.id, before: clock.now, limit: 10 }));
  await tickAll(store, parts);
  start();
  await settled();
  const incident = await store.read.incidents.byId(1);
  if (!incident) throw new Error("it was forwarded");
  const forgotten = "#1, opened January 5, 2026 at 13:00: its text is no longer kept";
  expect(board.messages).toMatchObject([
    { text: `🟡 Warning\n↳ herald24 · #1\n${forgotten}`, buttons: [`ack:${incident.uid}`], silent: false },
  ]);
  await store.tx((tx) => acknowledge(tx, { incident, by: { name: "Bert" } }, parts));
  await settled();
  expect(board.messages).toMatchObject([{ text: expect.stringContaining("Bert has it"), buttons: [] }]);
});

describe("an escalation step that stands for nobody now", () => {
  const person = (bitrixId: number) => ({ kind: "person", bitrixId }) as const;
  const gone = person(404);

  /** Lives through the minutes; answers in which of them Bert was called in, and what was warned of. */
  async function called(steps: readonly (readonly [minutes: number, target: RuleTarget])[], repeats: number) {
    const { store, clock, parts, addRule, forward, bert, told } = await openAlerts();
    const warned: object[] = [];
    const log: Log = { ...parts.log, warn: (fields) => void warned.push(fields) };
    const escalation = { steps: steps.map(([afterMinutes, target]) => ({ afterMinutes, targets: [target] })), repeats };
    await addRule("all", { options: { escalation } });
    await forward(alert());
    const start = clock.now;
    for (let minute = 0; minute < 120; minute += 1) {
      clock.now += MINUTE;
      while (await tickAll(store, { ...parts, log }));
    }
    const minutes = (await told(bert)).map(({ createdAt }) => (createdAt - start) / MINUTE);
    return { minutes, warned, incident: await store.read.incidents.byId(1) };
  }

  test("is not waited for: the next one is called at once, and the missing one is warned of", async () => {
    const { minutes, warned } = await called(
      [
        [5, gone],
        [30, person(8)],
      ],
      0,
    );
    expect(minutes).toEqual([5]);
    expect(warned).toEqual([{ rule: 1, target: "person", why: "unknown-person" }]);
  });

  test("at the end of a round leaves the next round its time, and the rounds their number", async () => {
    expect(
      (
        await called(
          [
            [5, person(8)],
            [10, gone],
          ],
          1,
        )
      ).minutes,
    ).toEqual([5, 20]);
  });

  test("uses up a round no faster than the first step comes, and ends when all are over", async () => {
    const { minutes, warned, incident } = await called(
      [
        [5, gone],
        [10, gone],
        [20, gone],
      ],
      2,
    );
    expect(minutes).toEqual([]);
    expect(warned).toHaveLength(9);
    expect(incident?.timerAt).toBeUndefined();
  });
});
