import type { Heard } from "../core/pacing.ts";
import type { Took } from "../core/portalTime.ts";
import type { PortalReply } from "../core/verdict.ts";

/** What the replies to one request, or to one shipment, say about the portal's limits and its health. */
export function hearOf(replies: readonly PortalReply[]): Heard {
  const tried = replies.filter((reply) => !(reply.kind === "unsent" && reply.heldBack));
  const refusal = tried.map(refusedBy).find((found) => found !== undefined);
  if (refusal) return refusal;
  const [first] = tried;
  if (first && tried.every(isFailure)) return { kind: "failed", ...waitOf(first) };
  const seconds = first?.kind === "result" ? first.startedAt : undefined;
  return { kind: "answered", ...(seconds === undefined ? {} : { startedAt: seconds * 1_000 }) };
}

/** What an answered request says about how long others will take; `calls` of its replies were notifications. */
export function tookOf(replies: readonly PortalReply[], { seconds, calls }: Omit<Took, "worked">): Took {
  const worked = replies.map((reply) => (reply.kind === "result" ? reply.seconds : undefined));
  const known = worked.filter((each) => each !== undefined);
  const sum = known.reduce((total, each) => total + each, 0);
  return { seconds, calls, ...(known.length === replies.length && { worked: sum }) };
}

const waitOf = (reply: PortalReply): { retryAfterMs?: number } =>
  "retryAfterMs" in reply && reply.retryAfterMs !== undefined ? { retryAfterMs: reply.retryAfterMs } : {};

/** REST documentation, system errors. The time of a method is its own limit, and a block by hand is none that waiting ends. */
const NOT_FOR_RATE = ["OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT", "PORTAL_DELETED"];

function refusedBy(reply: PortalReply): (Heard & { kind: "refused" }) | undefined {
  if (reply.kind !== "error" && reply.kind !== "unsent") return undefined;
  const { status } = reply;
  const named = reply.kind === "error" && reply.code === "QUERY_LIMIT_EXCEEDED";
  const isOther = reply.kind === "error" && NOT_FOR_RATE.includes(reply.code);
  if (!named && (isOther || (status !== 503 && status !== 429))) return undefined;
  return { kind: "refused", isLimit: named || status === 429, ...waitOf(reply) };
}

/** `CONNECTION_ERROR`: the portal itself cannot ask who we are. */
const isFailure = (reply: PortalReply): boolean =>
  reply.kind === "unsent" ||
  reply.kind === "unanswered" ||
  (reply.kind === "error" && reply.code === "CONNECTION_ERROR");

/** Seconds of a method that are used up, as the portal said last; none is a word of the portal as well. */
export function operatingOf(replies: readonly PortalReply[]): number | undefined {
  const said = replies.flatMap((reply) => ("operating" in reply && reply.operating ? [reply.operating.seconds] : []));
  return said.length === 0 ? undefined : Math.max(...said);
}
