import { z } from "zod";
import { startChild } from "./child.ts";

export interface PortalWish {
  readonly count?: number;
  readonly people: number;
  /** An ordinary plan's when absent: 50 at once, 2 a second. */
  readonly limits?: "off";
  readonly secondsPerNotification?: number;
  readonly roundTripMs?: number;
}

const tally = z.object({
  stored: z.number(),
  duplicates: z.number(),
  requests: z.number(),
  /** Answered with 503: which requests these were, from 1 on. */
  refused: z.array(z.number()),
  /** Of the latest notification. */
  lastAt: z.number(),
});

/** Bitrix24 REST documentation, request limits: every plan but Enterprise. */
export const ORDINARY_PLAN = { burst: 50, drainPerSecond: 2 } as const;

/** Portals in a process of their own, with a webhook each. */
export async function startPortals(wish: PortalWish) {
  const child = startChild(new URL("portalHost.ts", import.meta.url));
  const open = { count: 1, limits: ORDINARY_PLAN, secondsPerNotification: 0, roundTripMs: 0, ...wish };
  const webhooks = z.array(z.string()).parse(await child.ask({ kind: "open", open }));
  return {
    webhooks,
    /** Resolves when so many notifications have been stored in all; with `false` when some are lost, since none has come for two minutes. */
    reached: async (total: number) => z.boolean().parse(await child.ask({ kind: "reached", total })),
    tally: async () => tally.parse(await child.ask({ kind: "tally" })),
    close: child.close,
  };
}
