import { identify } from "./callers.ts";
import { giveDownload, showPage, takeUpload } from "./disk-doors.ts";
import { RestError } from "./errors.ts";
import { execute, findMethod } from "./execute.ts";
import { type AnswerFault, type Exchange, Interruption, strike } from "./faults.ts";
import { htmlReply, type Incoming, jsonReply, type Reply } from "./http.ts";
import type { World } from "./world.ts";

/** What goes back, and how it is spoilt on the way. */
export interface Outgoing {
  readonly reply: Reply;
  readonly fault: AnswerFault | undefined;
}

/** What a path of the portal leads to. */
export type Target =
  | { readonly kind: "rest"; readonly method: string; readonly webhook?: { userId: number; code: string } }
  /** Addresses of the Drive with everything sealed into them. */
  | { readonly kind: "upload" | "download"; readonly webhook?: { userId: number; code: string } }
  | { readonly kind: "page" }
  | { readonly kind: "token" }
  | { readonly kind: "none" };

const WEBHOOK_PATH = /^\/rest\/(?<user>\d+)\/(?<code>[^/]+)\/(?<method>[^/]+?)(?:\.json)?\/?$/u;
const APPLICATION_PATH = /^\/rest\/(?<method>[^/]+?)(?:\.json)?\/?$/u;

export function route(pathname: string): Target {
  if (/^\/oauth\/token\/?$/u.test(pathname)) return { kind: "token" };
  const { user, code, method } = WEBHOOK_PATH.exec(pathname)?.groups ?? {};
  if (user !== undefined && code !== undefined && method !== undefined) {
    return doorOf(method, { webhook: { userId: Number(user), code } });
  }
  const plain = APPLICATION_PATH.exec(pathname)?.groups?.method;
  if (plain !== undefined) return doorOf(plain);
  return { kind: /^\/(?:company\/|docs\/|~)/u.test(pathname) ? "page" : "none" };
}

function doorOf(method: string, by: { webhook?: { userId: number; code: string } } = {}): Target {
  const lower = method.toLowerCase();
  return lower === "upload" || lower === "download" ? { kind: lower, ...by } : { kind: "rest", method, ...by };
}

export async function answer(target: Target, incoming: Incoming, world: World): Promise<Outgoing> {
  const exchange: Exchange = { answerFault: undefined };
  try {
    const reply = await answerTarget(target, incoming, { world, exchange });
    return { reply, fault: exchange.answerFault };
  } catch (error) {
    if (error instanceof Interruption) return { reply: htmlReply(500, "Interrupted"), fault: error.fault };
    if (!(error instanceof RestError)) throw error;
    const envelope = { error: error.code, error_description: error.message };
    return { reply: jsonReply(error.status, envelope), fault: exchange.answerFault };
  }
}

async function answerTarget(
  target: Target,
  incoming: Incoming,
  { world, exchange }: { world: World; exchange: Exchange },
): Promise<Reply> {
  const { query, body, bearer } = incoming;
  const parameters = { ...query, ...body };
  switch (target.kind) {
    case "page":
      return showPage(incoming, world);
    case "upload":
    case "download": {
      if (!world.rateLimit.admit()) throw new RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503);
      await strike(world.faults.take(target.kind, false), exchange, world.sleep);
      return (target.kind === "upload" ? takeUpload : giveDownload)(target.webhook, incoming, world);
    }
    case "none":
      return htmlReply(404, "Not Found");
    case "token": {
      await strike(world.faults.take("oauth/token", false), exchange, world.sleep);
      const { status, body: tokens } = world.applications.exchange(parameters);
      return jsonReply(status, tokens);
    }
    case "rest": {
      if (!world.rateLimit.admit()) throw new RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503);
      const { refuses } = world;
      if (refuses) throw new RestError(refuses.error, refuses.description ?? "", refuses.status);
      findMethod(world, target.method);
      const caller = identify({ webhook: target.webhook, bearer, parameters }, world);
      const { method } = target;
      return jsonReply(200, { ...(await execute({ method, parameters, caller }, world, exchange)) });
    }
    default:
      return target satisfies never;
  }
}
