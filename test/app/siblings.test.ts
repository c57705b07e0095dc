import { expect, test } from "vitest";
import { acknowledge } from "../../src/app/incidents.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { alert, openAlerts, sourceChat } from "../support/alerts.ts";
import { message } from "../support/entries.ts";

const MINUTE = 60_000;
const toBert = { steps: [{ afterMinutes: 10, targets: [{ kind: "person", bitrixId: 8 }] }], repeats: 0 } as const;
const OTHER = { platform: "discord", chatId: "500", threadId: "501" } as const;

async function openOffice() {
  const office = await openAlerts();
  const { store, workspace, clock, parts } = office;
  const hookId = await store.tx(async (tx) => {
    await tx.chats.bind({ ...OTHER, workspaceId: workspace.id, senders: "everyone" }, clock.now);
    const made = {
      workspaceId: workspace.id,
      name: "src",
      kind: "generic",
      keyHash: "h",
      createdAt: clock.now,
    } as const;
    return (await tx.hooks.add(made))?.id ?? 0;
  });
  const hour = async () => {
    clock.now += 60 * MINUTE;
    while (await tickAll(store, parts));
  };
  return { ...office, hookId, hour };
}

const said = () => ({ kind: "message", at: message("5") }) as const;

test("what two rules of a chat forward is somebody's as soon as they have one of the two: nobody is called in for the other", async () => {
  const { store, parts, addRule, forward, everyIncident, told, anna, bert, hour } = await openOffice();
  await addRule("first");
  await addRule("second", { options: { escalation: toBert } });
  await forward(alert({ origin: said() }));
  const [one] = await everyIncident();
  if (!one) throw new Error("no incident");
  await store.tx((tx) => acknowledge(tx, { incident: one, by: { name: "Anna", personId: anna } }, parts));
  expect((await everyIncident()).map(({ status, acknowledgedBy }) => [status, acknowledgedBy])).toEqual([
    ["acknowledged", "Anna"],
    ["acknowledged", "Anna"],
  ]);
  await hour();
  expect(await told(bert)).toEqual([]);
});

test("who is called in is called, also when another rule has told them before", async () => {
  const { addRule, forward, told, bert, hour } = await openOffice();
  await addRule("first", { targets: [{ kind: "person", bitrixId: 8 }] });
  await addRule("second", { options: { escalation: toBert } });
  await forward(alert({ origin: said() }));
  expect(await told(bert)).toHaveLength(1);
  await hour();
  expect(await told(bert)).toHaveLength(2);
});

test("what two rules of a hook forward to the same person is told once", async () => {
  const { addRule, forward, told, hookId } = await openOffice();
  for (const name of ["first", "second"]) await addRule(name, { source: { kind: "hook", hookId } });
  const origin = (delivery: string) => ({ kind: "hook", hookId, delivery }) as const;
  await forward(alert({ origin: origin("a"), key: "disk" }));
  await forward(alert({ origin: origin("b") }));
  expect(await told()).toHaveLength(2);
});

test("what two rules forward to the same chat is shown there once, and never in the chat that it comes from", async () => {
  const { store, clock, addRule, forward } = await openOffice();
  const targets = [OTHER, sourceChat].map((chat) => ({ kind: "chat", chat }) as const);
  for (const name of ["first", "second"]) await addRule(name, { targets });
  await forward(alert({ origin: said() }));
  expect(await store.read.posts.due("discord", clock.now, 10)).toHaveLength(1);
  expect(await store.read.posts.due("telegram", clock.now, 10)).toEqual([]);
});
