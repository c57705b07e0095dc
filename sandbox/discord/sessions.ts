import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { type Channel, INTENT, type Json } from "./model.ts";
import { canSee, type World, type WorldEvent } from "./world.ts";

/** A session can be resumed for a few minutes. */
const SESSION_LIFE_MS = 5 * 60_000;

interface Dispatch {
  readonly s: number;
  readonly t: string;
  readonly d: Json;
}

/** What lives on when a socket closes, until it is resumed, invalidated or too old. */
export interface Session {
  readonly id: string;
  readonly intents: number;
  readonly events: Dispatch[];
  lastSequence: number;
  socket: WebSocket | undefined;
  closedAt: number | undefined;
  /** True while events of a gap are thrown away, to play a silent loss. */
  isLossy: boolean;
}

export interface Sessions {
  readonly all: ReadonlyMap<string, Session>;
  open(socket: WebSocket, intents: number): Session;
  /** The session a RESUME names, while it lives. */
  find(id: string): Session | undefined;
  end(session: Session): void;
  /** Numbers, keeps and, while connected, sends one event. */
  dispatch(session: Session, t: string, d: Json): void;
  /** Sends everything after `sequence` to the session's new socket. */
  replay(session: Session, sequence: number): void;
}

export function sendFrame(socket: WebSocket, frame: { op: number; d?: Json; s?: number; t?: string }): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ t: null, s: null, d: null, ...frame }));
}

export function createSessions(world: World): Sessions {
  const all = new Map<string, Session>();
  const dispatch = (session: Session, t: string, d: Json): void => {
    if (!session.socket && session.isLossy) return;
    session.lastSequence += 1;
    const event = { s: session.lastSequence, t, d };
    session.events.push(event);
    if (session.socket) sendFrame(session.socket, { op: 0, ...event });
  };
  world.onEvent((event) => {
    for (const session of all.values())
      if (concerns(session, event)) dispatch(session, event.name, event.body(session));
  });
  return {
    all,
    open: (socket, intents) => {
      const id = randomBytes(16).toString("hex");
      const session = { id, intents, events: [], lastSequence: 0, socket, closedAt: undefined, isLossy: false };
      all.set(id, session);
      return session;
    },
    find: (id) => {
      const session = all.get(id);
      if (session?.closedAt === undefined || world.clock() - session.closedAt <= SESSION_LIFE_MS) return session;
      all.delete(id);
      return undefined;
    },
    end: (session) => all.delete(session.id),
    dispatch,
    replay: (session, sequence) => {
      for (const event of session.events) {
        if (event.s > sequence && session.socket) sendFrame(session.socket, { op: 0, ...event });
      }
    },
  };
}

function concerns(session: Session, event: WorldEvent): boolean {
  const isWanted = event.intents === 0 || (session.intents & event.intents) !== 0;
  return isWanted && (event.channel === undefined || isReachable(event, event.channel));
}

/** Hidden channels send nothing, except that they vanish; a server in outage or left is silent. */
function isReachable(event: WorldEvent, channel: Channel): boolean {
  if (!channel.guild) return true;
  return channel.guild.standing === "present" && (canSee(channel) || event.intents === INTENT.guilds);
}
