import { z } from "zod";
import type { DriveOutcome, Portal } from "../../src/app/ports.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { judge } from "../../src/core/outcome.ts";
import type { PortalReply } from "../../src/core/verdict.ts";

export type Setback = Exclude<DriveOutcome, { kind: "uploaded" }>;

export const later = (code: string, reason: string): Setback => ({ kind: "later", code, reason });
export const refused = (code: string, reason: string): Setback => ({ kind: "refused", code, reason });

/** Numbers arrive as numbers and as strings. */
const count = z.union([z.number(), z.string().regex(/^\d+$/u).transform(Number)]).pipe(z.int().nonnegative());
export const id = count.pipe(z.int().positive());

/** The fields of a file that matter to us. */
export const fileShape = z.object({
  ID: id,
  NAME: z.string(),
  TYPE: z.string().optional(),
  SIZE: count.optional().catch(undefined),
  DELETED_TYPE: count.optional().catch(undefined),
  DETAIL_URL: z.string().optional().catch(undefined),
});
export type FileFields = z.infer<typeof fileShape>;

/** Rows of a list that have this shape; others are passed over. */
export const rowsOf = <Row>(shape: z.ZodType<Row>) =>
  z.array(z.unknown()).transform((rows) =>
    rows.flatMap((row) => {
      const parsed = shape.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    }),
  );

/** The Drive says no, while notifications may go on: the text is sent without the file. */
const REFUSED = [
  "INSUFFICIENT_SCOPE",
  "ACCESS_DENIED",
  "USER_ACCESS_ERROR",
  "WRONG_LICENSE",
  "ERROR_METHOD_NOT_FOUND",
  "ERROR_MANIFEST_IS_NOT_AVAILABLE",
  // REST documentation, Drive: no space, or a name that cannot be stored.
  "ERROR_COULD_NOT_SAVE_FILE",
];

/** What follows for a file from an answer without a result. What the portal as a whole cannot do now is tried later. */
export function setbackOf(reply: Exclude<PortalReply, { kind: "result" }>, now: number): Setback {
  if (reply.kind === "unsent") return later(reply.status ? `HTTP_${reply.status}` : "UNREACHABLE", reply.reason);
  // The front server's own limit: the same file will be too big again.
  if (reply.kind === "unanswered" && reply.status === 413) return refused("HTTP_413", "too big for the portal");
  if (reply.kind === "unanswered") return later(reply.status ? `HTTP_${reply.status}` : "NO_ANSWER", reply.reason);
  const reason = reply.description === "" ? reply.code : reply.description;
  if (REFUSED.includes(reply.code) || reply.code.startsWith("DISK_")) return refused(reply.code, reason);
  const outcome = judge(reply, { tagsHonoured: false, now, attempts: 1 });
  const code = "code" in outcome ? outcome.code : reply.code;
  return outcome.kind === "refused" ? refused(code, reason) : later(code, reason);
}

/** Statuses of a front server behind which nothing answers. */
const AWAY = [502, 503, 504];

/** Marks what holds for every call to the portal, not only for those of the Drive. */
function awayOr(setback: Setback, reply: Exclude<PortalReply, { kind: "result" }>, now: number): Setback {
  if (setback.kind !== "later") return setback;
  const outcome = reply.kind === "error" ? judge(reply, { tagsHonoured: false, now, attempts: 1 }) : undefined;
  const isAway =
    outcome === undefined
      ? reply.kind === "unsent" || reply.status === undefined || AWAY.includes(reply.status)
      : outcome.kind === "suspend" || (outcome.kind === "retry" && outcome.cause !== "fault");
  return isAway ? { ...setback, portalAway: true } : setback;
}

/** The portal's answer to one method, checked for its shape. */
export type Told<Value> = { readonly kind: "told"; readonly value: Value } | Setback;

/** Asks a method and checks its answer; nothing of the answer gets into reasons. */
export type Ask = <Value>(
  call: { workspace: Workspace; method: string; params: Readonly<Record<string, unknown>> },
  shape: z.ZodType<Value>,
  signal: AbortSignal,
) => Promise<Told<Value>>;

export function createAsk(portal: Pick<Portal, "call">, clock: () => number): Ask {
  return async ({ workspace, method, params }, shape, signal) => {
    const reply = await portal.call(workspace, { method, params }, signal);
    if (reply.kind !== "result") return awayOr(setbackOf(reply, clock()), reply, clock());
    const parsed = shape.safeParse(reply.result);
    if (parsed.success) return { kind: "told", value: parsed.data };
    return later("UNEXPECTED_RESULT", `the portal's answer to ${method} has another shape than documented`);
  };
}
