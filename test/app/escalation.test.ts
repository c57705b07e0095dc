import { describe, expect, test } from "vitest";
import { acknowledge } from "../../src/app/incidents.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { alert, openAlerts } from "../support/alerts.ts";

const MINUTE = 60_000;

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
      clock.now += 2 * 24 * 60 * MINUTE;
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
