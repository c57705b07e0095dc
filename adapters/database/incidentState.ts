import { z } from "zod";
import type { Incident } from "../../src/app/store/incidents.ts";

const moment = z.int().nonnegative();
const count = z.int().nonnegative();

const stored = z.object({
  toldAt: z.exactOptional(moment),
  tellAt: z.exactOptional(moment),
  reopened: z.exactOptional(z.literal(true)),
  retracted: z.exactOptional(z.literal(true)),
  escalation: z.exactOptional(z.object({ step: count, round: count, at: moment })),
});

/**
 * Of a row that something else has damaged, what the columns tell: a timer that is running means that somebody is to hear of it.
 * One damaged row keeps no other from being read.
 */
export function readState(text: string, timerAt: number | null): Pick<Incident, "state" | "damage"> {
  const parsed = stored.safeParse(jsonOf(text));
  if (parsed.success) return { state: parsed.data };
  const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
  const damage = `column state${path.length === 0 ? "" : `, ${path.join(".")}`}: ${message}`;
  return { state: timerAt === null ? {} : { tellAt: timerAt }, damage };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
