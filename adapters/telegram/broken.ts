import { subscribe } from "node:diagnostics_channel";
import { type Agent, ClientRequest, IncomingMessage } from "node:http";

const watched = new WeakSet<object>();

/**
 * Lets calls over this agent fail as soon as their answer breaks off. node-fetch 2 hears only of answers in chunks and of
 * resets: where a server announces a length and closes the connection before it, a call waits until its own time is over.
 */
export function failBroken(agent: Agent): void {
  listen();
  watched.add(agent);
}

let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  subscribe("http.client.response.finish", (message) => {
    if (typeof message !== "object" || message === null || !("request" in message && "response" in message)) return;
    const { request, response } = message;
    if (!(request instanceof ClientRequest && response instanceof IncomingMessage)) return;
    if (!("agent" in request) || !isWatched(request.agent)) return;
    response.once("error", (error) => request.emit("error", error));
  });
}

const isWatched = (agent: unknown): boolean => typeof agent === "object" && agent !== null && watched.has(agent);
