import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type DriveView, viewDrive } from "./drive-view.ts";
import type { FaultQueue } from "./faults.ts";
import type { Notification } from "./feeds.ts";
import { htmlReply, type Incoming, readIncoming, write } from "./http.ts";
import { type Installing, openInstalling } from "./installing.ts";
import { listen } from "./listener.ts";
import type { Tokens } from "./oauth.ts";
import { openWorld, type PortalOptions } from "./options.ts";
import type { PhpMap } from "./php.ts";
import { answer, type Outgoing, route, type Target } from "./rest.ts";
import { openSubscribers, type Subscribe } from "./subscribers.ts";
import type { PortalUser } from "./users.ts";
import type { World } from "./world.ts";

/** One request as it came in. */
export interface LoggedRequest {
  /** REST method in lower case, `upload`, `download`, `oauth/token`, or empty for any other path. */
  readonly method: string;
  readonly verb: string;
  /** With the secret. */
  readonly path: string;
  readonly query: PhpMap;
  readonly body: PhpMap;
  readonly userAgent: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Undefined until an answer went out. */
  readonly status: number | undefined;
}

export interface Portal extends Installing {
  readonly url: string;
  readonly host: string;
  readonly memberId: string;
  readonly faults: FaultQueue;
  readonly requests: readonly LoggedRequest[];
  /** Every notification ever stored, in order, replaced and deleted ones included. */
  readonly allNotifications: readonly Notification[];
  /** Ends with a slash. @throws {RangeError} When the user has no webhook. */
  webhookUrl(userId: number): string;
  readonly drive: DriveView;
  /** What the recipient sees now, oldest first. */
  feed(userId: number): readonly Notification[];
  /** Called as soon as a notification is stored, before the answer goes out. */
  readonly onNotification: Subscribe<Notification>;
  /** Called when a request has been read, before it is worked on. */
  readonly onRequest: Subscribe<LoggedRequest>;
  /** @param userId Whom they act as, instead of the application's usual user. */
  issueTokens(clientId: string, userId?: number): Tokens;
  issueCode(clientId: string): string;
  /** Access tokens answer `expired_token` from now on; refresh tokens live. */
  expireTokens(): void;
  /** Access and refresh tokens are unknown from now on, as after an uninstall. */
  revokeTokens(): void;
  setUser(changes: Partial<PortalUser> & { readonly id: number }): void;
  /** Every request answers 302 to the same path at this base address; undefined ends it. */
  renameTo(url: string | undefined): void;
  /** Every request answers 503 with HTML. */
  setDown(isDown: boolean): void;
  /** Refuses connections until `resume`, which takes the same port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Tears every connection. */
  close(): Promise<void>;
}

type MutableLog = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** What stands in front of the portal's PHP: maintenance, and the redirect of a renamed portal. */
interface Edge {
  isDown: boolean;
  movedTo: string | undefined;
}

/** Starts a Bitrix24 portal on the loopback address; plain HTTP stands in for its HTTPS. */
export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const requests: MutableLog[] = [];
  const arrivals = openSubscribers<LoggedRequest>();
  const notifications = openSubscribers<Notification>();
  const edge: Edge = { isDown: false, movedTo: undefined };
  const memberId = randomBytes(16).toString("hex");
  let host = "";
  const world = openWorld(options, { memberId, url: () => `http://${host}`, announce: notifications.tell });

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const incoming = await readIncoming(request, world.drive.keepBytes);
    const target = route(incoming.pathname);
    const entry = logEntry(incoming, target, world.clock());
    requests.push(entry);
    arrivals.tell(entry);
    const { reply, fault } = edgeAnswer(incoming, edge) ?? (await answer(target, incoming, world));
    entry.status = write(response, reply, fault);
  };
  const listener = await listen(options.port ?? 0, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A caller who hung up is everyday; anything else is a bug of the emulator and must not pass for a fault.
      if (request.complete) console.error(error);
      response.destroy();
    });
  });
  host = `127.0.0.1:${listener.port}`;

  return {
    ...worldSide(world, host),
    ...openInstalling(world.applications, { url: `http://${host}`, memberId }),
    memberId,
    requests,
    onNotification: notifications.subscribe,
    onRequest: arrivals.subscribe,
    renameTo(url) {
      edge.movedTo = url;
    },
    setDown(isDown) {
      edge.isDown = isDown;
    },
    pause: listener.pause,
    resume: listener.resume,
    close: listener.pause,
  };
}

type WorldSide =
  | "url"
  | "host"
  | "drive"
  | "faults"
  | "allNotifications"
  | "webhookUrl"
  | "feed"
  | "issueTokens"
  | "issueCode"
  | "expireTokens"
  | "revokeTokens"
  | "setUser";

function worldSide(world: World, host: string): Pick<Portal, WorldSide> {
  const { issueTokens, issueCode, expireTokens, revokeTokens } = world.applications;
  return {
    url: `http://${host}`,
    host,
    drive: viewDrive(world.drive),
    faults: world.faults,
    allNotifications: world.feeds.all,
    webhookUrl: (userId) => `http://${host}/rest/${userId}/${webhookCode(world, userId)}/`,
    feed: world.feeds.of,
    issueTokens,
    issueCode,
    expireTokens,
    revokeTokens: () => revokeTokens(),
    setUser: world.users.set,
  };
}

function webhookCode(world: World, userId: number): string {
  const webhook = world.webhooks.find((candidate) => candidate.userId === userId);
  if (webhook === undefined) throw new RangeError(`user ${userId} has no webhook on this portal`);
  return webhook.code;
}

function logEntry(incoming: Incoming, target: Target, at: number): MutableLog {
  const { verb, path, query, body, userAgent } = incoming;
  return { method: methodOf(target), verb, path, query, body, userAgent, at, status: undefined };
}

function methodOf(target: Target): string {
  switch (target.kind) {
    case "rest":
      return target.method.toLowerCase();
    case "upload":
    case "download":
      return target.kind;
    case "token":
      return "oauth/token";
    case "page":
    case "none":
      return "";
    default:
      return target satisfies never;
  }
}

function edgeAnswer({ path }: Incoming, { isDown, movedTo }: Edge): Outgoing | undefined {
  if (isDown) return { reply: htmlReply(503, "Service Unavailable"), fault: undefined };
  if (movedTo === undefined) return undefined;
  const location = `${movedTo.replace(/\/$/u, "")}${path}`;
  return { reply: htmlReply(302, "Found", { location }), fault: undefined };
}
