import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { answerAsked } from "./answering.ts";
import { now } from "./clock.ts";

/** Emulated portals in a process of their own, so that time and memory of the bench are those of the service's side. */
const opening = z.object({
  count: z.number(),
  /** Users 1 to so many, all of whom can be notified. */
  people: z.number(),
  limits: z.union([z.literal("off"), z.object({ burst: z.number(), drainPerSecond: z.number() })]),
  secondsPerNotification: z.number(),
  /** The way there and back of each request. */
  roundTripMs: z.number(),
});
const question = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open"), open: opening }),
  z.object({ kind: z.literal("reached"), total: z.number() }),
  z.object({ kind: z.literal("tally") }),
]);
type Question = z.infer<typeof question>;

const portals: Portal[] = [];
let stored = 0;
let lastAt = 0;
/** Longer than any pause between two tries: what has not come by then does not come any more. */
const STALLED_MS = 120_000;
const LOOK_MS = 1_000;
let awaited: { total: number; resolve: () => void } | undefined;

async function open({ count, people, roundTripMs, ...options }: z.infer<typeof opening>): Promise<readonly string[]> {
  const users = Array.from({ length: people }, (_, index) => ({
    id: index + 1,
    name: "P",
    lastName: "",
    active: true,
    admin: true,
  }));
  const webhooks = [{ userId: 1, code: randomBytes(8).toString("hex"), scopes: ["im", "user_basic"] }];
  for (let index = 0; index < count; index += 1) {
    const portal = await startPortal({ users, webhooks, tags: "honoured", ...options });
    if (roundTripMs > 0) portal.faults.add({ kind: "delay", ms: roundTripMs, times: Number.MAX_SAFE_INTEGER });
    portal.onNotification(() => {
      stored += 1;
      lastAt = now();
      if (awaited && stored >= awaited.total) awaited.resolve();
    });
    portals.push(portal);
  }
  return portals.map((portal) => portal.webhookUrl(1));
}

/** What was asked for, and what came of it. `duplicates`: shown to the same person twice, or once more under the same tag. */
function tally() {
  const all = portals.flatMap((portal) => portal.allNotifications.map((one) => ({ portal, ...one })));
  const requests = portals.flatMap((portal) => portal.requests);
  const once = new Set(all.map(({ portal, recipientId, tag, text }) => `${portal.host} ${recipientId} ${tag ?? text}`));
  return {
    stored: all.length,
    duplicates: all.length - once.size,
    requests: requests.length,
    refused: requests.flatMap(({ status }, index) => (status === 503 ? index + 1 : [])),
    lastAt,
  };
}

async function answer(asked: Question): Promise<unknown> {
  switch (asked.kind) {
    case "open":
      return open(asked.open);
    case "tally":
      return tally();
    case "reached": {
      const { promise, resolve } = Promise.withResolvers<void>();
      awaited = { total: asked.total, resolve };
      if (stored >= asked.total) resolve();
      const askedAt = now();
      const watch = setInterval(() => now() - Math.max(lastAt, askedAt) > STALLED_MS && resolve(), LOOK_MS);
      await promise;
      clearInterval(watch);
      return stored >= asked.total;
    }
    default:
      return asked satisfies never;
  }
}

answerAsked(question, answer);
