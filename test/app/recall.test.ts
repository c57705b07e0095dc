import { expect, test } from "vitest";
import type { Portal } from "../../src/app/ports.ts";
import { recallChore } from "../../src/app/recall.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { NOW, openDesk } from "../support/desk.ts";

const DAY_MS = 86_400_000;

/** What becomes of taking back a delivered notification when the portal answers with `reply`. */
async function takenBack(reply: PortalReply, age = 0) {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7);
  await store.tx((tx) => tx.workspaces.set(workspace.id, { tags: "honoured" }));
  const [delivery] = await desk.deliveries(await desk.say("/notify @anna hello"));
  if (!delivery) throw new Error("nothing was sent");
  await store.tx((tx) => tx.deliveries.settle(delivery.id, { kind: "verdict", verdict: "delivered" }, NOW));
  const calls: string[] = [];
  const call: Portal["call"] = async (_, { method }) => {
    calls.push(method);
    return reply;
  };
  const chore = recallChore({ store, portal: { call, batch: async () => [] }, wordsIn, clock: () => NOW + age });
  const work = { kind: "recall", notificationId: delivery.notificationId, language: "en" } as const;
  const outcome = await chore(work, { attempts: 3, createdAt: NOW }, new AbortController().signal);
  return { outcome: outcome.kind, calls };
}

const ERROR = { kind: "error", status: 400, code: "ERROR_METHOD_NOT_FOUND", description: "" } as const;

test("what a portal cannot delete is tried again for a day, and then no more", async () => {
  expect(await takenBack({ kind: "result", result: true })).toMatchObject({ outcome: "done" });
  expect(await takenBack(ERROR)).toMatchObject({ outcome: "again" });
  expect(await takenBack(ERROR, DAY_MS + 1)).toEqual({ outcome: "done", calls: [] });
});
