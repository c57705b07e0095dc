import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { z } from "zod";
import { INTENT, type Json } from "./model.ts";
import { presentGuildCreate, presentMember, presentUser } from "./present.ts";
import { applicationFlags } from "./routes/application.ts";
import { createSessions, type Session, type Sessions, sendFrame } from "./sessions.ts";
import type { World } from "./world.ts";

const OP = {
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  members: 8,
  invalid: 9,
  hello: 10,
  ack: 11,
};
const HEARTBEAT_MS = 41_250;
const MAX_PAYLOAD_BYTES = 4096;
const EVENTS_A_MINUTE = 120;
const IDENTIFIES_A_DAY = 1000;
/** Every intent that exists; other bits close with 4013. */
const ALL_INTENTS = ((1 << 17) - 1) | (3 << 20) | (3 << 24);

const frameForm = z.looseObject({ op: z.number().int(), d: z.json().optional() });
const identifyForm = z.looseObject({
  token: z.string(),
  intents: z.number().int().min(0),
  properties: z.looseObject({}),
  shard: z.tuple([z.number().int(), z.number().int()]).optional(),
  compress: z.boolean().nullish(),
});
const resumeForm = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.number().int() });
const membersForm = z.looseObject({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.number().int().optional(),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});

export interface DropOptions {
  /** Close code; default 4000, after which a client may resume. 1006 cuts the line without a word. */
  readonly code?: number;
  /** The session is gone: RESUME gets INVALID_SESSION, and the events of the gap never come. */
  readonly invalidateSession?: boolean;
  /** Default true. False: RESUME works, but what happened meanwhile is silently lost. */
  readonly keepMissed?: boolean;
  /** Sends RECONNECT (op 7) and leaves the closing to the client. */
  readonly politely?: boolean;
}

export interface Gateway {
  /** Takes over a freshly upgraded socket. */
  accept(socket: WebSocket, request: IncomingMessage): void;
  identifiesLeft(): number;
  drop(options?: DropOptions): void;
  /** How many sessions have a live connection right now. */
  connections(): number;
  /** How many IDENTIFY and RESUME were accepted so far. */
  readonly counts: { identified: number; resumed: number };
}

interface Connection {
  readonly socket: WebSocket;
  session: Session | undefined;
  readonly receivedAt: number[];
}

export function createGateway(world: World): Gateway {
  const sessions = createSessions(world);
  const counts = { identified: 0, resumed: 0 };
  const connections = new Set<Connection>();
  const room: Room = { world, sessions, counts };
  return {
    counts,
    identifiesLeft: () => IDENTIFIES_A_DAY - counts.identified,
    connections: () => [...connections].filter((connection) => connection.session !== undefined).length,
    accept: (socket, request) => {
      const query = new URL(request.url ?? "/", "ws://gateway").searchParams;
      if (query.get("v") !== "10" || query.get("compress")) {
        socket.close(4012, "Invalid API version");
        return;
      }
      const connection: Connection = { socket, session: undefined, receivedAt: [] };
      connections.add(connection);
      socket.on("message", (bytes) => receive(room, connection, bytes.toString()));
      socket.on("error", () => socket.terminate());
      socket.on("close", (code) => {
        connections.delete(connection);
        disconnected(room, connection, code);
      });
      sendFrame(socket, { op: OP.hello, d: { heartbeat_interval: HEARTBEAT_MS } });
    },
    drop: (options = {}) => {
      for (const connection of connections) dropOne(room, connection, options);
    },
  };
}

interface Room {
  readonly world: World;
  readonly sessions: Sessions;
  readonly counts: { identified: number; resumed: number };
}

function dropOne({ world, sessions }: Room, connection: Connection, options: DropOptions): void {
  const { session, socket } = connection;
  if (options.politely) {
    sendFrame(socket, { op: OP.reconnect });
    return;
  }
  if (session) {
    // From here on the session has no line, although the client hears of it only later.
    session.socket = undefined;
    session.closedAt = world.clock();
    session.isLossy = options.keepMissed === false;
    if (options.invalidateSession) sessions.end(session);
    connection.session = undefined;
  }
  if (options.code === 1006) socket.terminate();
  else socket.close(options.code ?? 4000);
  world.changed();
}

/** The client closed with 1000 or 1001: the session ends. Any other way it waits for a RESUME. */
function disconnected({ world, sessions }: Room, connection: Connection, code: number): void {
  const { session } = connection;
  if (session && session.socket === connection.socket) {
    session.socket = undefined;
    session.closedAt = world.clock();
    if (code === 1000 || code === 1001) sessions.end(session);
  }
  world.changed();
}

function receive(room: Room, connection: Connection, text: string): void {
  const { socket } = connection;
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    socket.close(4002, "Error while decoding payload.");
    return;
  }
  const now = performance.now();
  connection.receivedAt.push(now);
  while ((connection.receivedAt[0] ?? now) < now - 60_000) connection.receivedAt.shift();
  if (connection.receivedAt.length > EVENTS_A_MINUTE) {
    socket.close(4008, "Rate limited.");
    return;
  }
  const frame = readFrame(text);
  if (!frame) {
    socket.close(4002, "Error while decoding payload.");
    return;
  }
  handle(room, connection, frame);
}

function readFrame(text: string): z.output<typeof frameForm> | undefined {
  try {
    return frameForm.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function handle(room: Room, connection: Connection, { op, d }: z.output<typeof frameForm>): void {
  const { socket } = connection;
  switch (op) {
    case OP.heartbeat:
      sendFrame(socket, { op: OP.ack });
      return;
    case OP.identify:
      identify(room, connection, d);
      return;
    case OP.resume:
      resume(room, connection, d);
      return;
    case OP.presence:
    case OP.members:
      if (!connection.session) {
        socket.close(4003, "Not authenticated.");
        return;
      }
      if (op === OP.members) sendMembers(room, connection.session, d);
      return;
    default:
      socket.close(4001, "Unknown opcode.");
  }
}

/** @returns The close code Discord would use, or undefined. */
function identifyProblem(world: World, form: z.output<typeof identifyForm>): [number, string] | undefined {
  if (form.token !== world.settings.token) return [4004, "Authentication failed."];
  const [index, count] = form.shard ?? [0, 1];
  if (index < 0 || index >= count) return [4010, "Invalid shard."];
  if ((form.intents & ~ALL_INTENTS) !== 0) return [4013, "Invalid intent(s)."];
  const content = world.settings.messageContentIntent ? 0 : INTENT.messageContent;
  const disallowed = content | INTENT.guildMembers | INTENT.guildPresences;
  return (form.intents & disallowed) !== 0 ? [4014, "Disallowed intent(s)."] : undefined;
}

function identify({ world, sessions, counts }: Room, connection: Connection, d: Json | undefined): void {
  const { socket } = connection;
  if (connection.session) {
    socket.close(4005, "Already authenticated.");
    return;
  }
  const form = identifyForm.safeParse(d).data;
  if (!form) {
    socket.close(4002, "Error while decoding payload.");
    return;
  }
  const problem = identifyProblem(world, form);
  if (problem) {
    socket.close(...problem);
    return;
  }
  const session = sessions.open(socket, form.intents);
  connection.session = session;
  counts.identified += 1;
  const guilds = [...world.guilds.values()].filter((guild) => guild.standing !== "removed");
  sessions.dispatch(session, "READY", {
    v: 10,
    user: { ...presentUser(world.bot), verified: true, mfa_enabled: true, email: null },
    guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: world.origin.replace(/^http/, "ws"),
    shard: form.shard ?? [0, 1],
    application: { id: world.settings.applicationId, flags: applicationFlags(world) },
  });
  for (const guild of guilds) {
    const isSent = guild.standing === "present" && (form.intents & INTENT.guilds) !== 0;
    if (isSent) sessions.dispatch(session, "GUILD_CREATE", presentGuildCreate(world, guild));
  }
  world.changed();
}

function resume({ world, sessions, counts }: Room, connection: Connection, d: Json | undefined): void {
  const { socket } = connection;
  const form = resumeForm.safeParse(d).data;
  if (!form) {
    socket.close(4002, "Error while decoding payload.");
    return;
  }
  if (form.token !== world.settings.token) {
    socket.close(4004, "Authentication failed.");
    return;
  }
  const session = sessions.find(form.session_id);
  if (!session) {
    sendFrame(socket, { op: OP.invalid, d: false });
    return;
  }
  if (form.seq > session.lastSequence) {
    sessions.end(session);
    socket.close(4007, "Invalid seq.");
    return;
  }
  session.socket?.close(4000);
  Object.assign(session, { socket, closedAt: undefined, isLossy: false });
  connection.session = session;
  counts.resumed += 1;
  sessions.replay(session, form.seq);
  sessions.dispatch(session, "RESUMED", {});
  world.changed();
}

/** REQUEST_GUILD_MEMBERS by ids or by the start of a name; the whole list would need the members intent. */
function sendMembers({ world, sessions }: Room, session: Session, d: Json | undefined): void {
  const form = membersForm.safeParse(d).data;
  const guild = world.guilds.get(form?.guild_id ?? "");
  if (!form || !guild) return;
  const ids = form.user_ids === undefined ? undefined : [form.user_ids].flat();
  const query = (form.query ?? "").toLowerCase();
  if (ids === undefined && query === "") return;
  const members = [...guild.members.values()].filter(({ user }) =>
    ids ? ids.includes(user.id) : user.username.toLowerCase().startsWith(query),
  );
  sessions.dispatch(session, "GUILD_MEMBERS_CHUNK", {
    guild_id: guild.id,
    members: members
      .slice(0, form.limit || 100)
      .map((member) => ({ ...presentMember(member), user: presentUser(member.user) })),
    chunk_index: 0,
    chunk_count: 1,
    not_found: (ids ?? []).filter((id) => !guild.members.has(id)),
    ...(form.nonce === undefined ? {} : { nonce: form.nonce }),
  });
}
