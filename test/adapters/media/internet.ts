import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect, type LookupFunction } from "node:net";
import { buffer } from "node:stream/consumers";
import { Agent } from "undici";
import type { Resolve } from "../../../adapters/media/destination.ts";
import { openRemote, type RemoteOptions, type RemoteRequest } from "../../../adapters/media/remote.ts";
import type { Log, OpenedMedia } from "../../../src/app/ports.ts";

/** Where every name leads unless a test says otherwise. */
export const PUBLIC = "93.184.215.14";

/** One server that answers for every address, and what came to pass on the way to it. */
export interface Internet {
  answer: RequestListener;
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** What each connection was told to connect to. */
  readonly connected: string[];
  readonly logged: string[];
  readonly log: Log;
  /** Opens addresses with at most 1,000 bytes behind them, unless told otherwise. */
  remote(options?: Partial<RemoteOptions>): (url: string, request?: Partial<RemoteRequest>) => Promise<OpenedMedia>;
  close(): Promise<void>;
}

export async function openInternet(): Promise<Internet> {
  const requests: IncomingMessage[] = [];
  const connected: string[] = [];
  const logged: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    internet.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const note = (fields: object, message: string): void => void logged.push(JSON.stringify(fields) + message);
  const log = { debug: note, info: note, warn: note, error: note };
  const resolve: Resolve = async () => [PUBLIC];
  const dispatcher = (lookup: LookupFunction) => agentTo(port, lookup, connected);
  const internet: Internet = {
    answer: (_, response) => response.end("bytes"),
    port,
    requests,
    connected,
    logged,
    log,
    remote(options) {
      const userAgent = "herald24/test";
      const open = openRemote({ privateHosts: [], userAgent, log, resolve, dispatcher, ...options });
      return (url, request) => open(url, { maxBytes: 1_000, signal: new AbortController().signal, ...request });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return internet;
}

/** Connects to our server whatever was asked for, and notes which address that was. */
const agentTo = (port: number, lookup: LookupFunction, connected: string[]): Agent =>
  new Agent({
    connect: ({ hostname }, done) => {
      const literal = /^[\d.]+$/u.test(hostname);
      lookup(hostname, { all: true }, (error, found) => {
        if (error) return done(error, null);
        const addresses = typeof found === "string" ? [found] : found.map(({ address }) => address);
        connected.push(...(literal ? [hostname] : addresses));
        const socket = connect(port, "127.0.0.1", () => done(null, socket));
      });
    },
  });

export async function bytesOf(opened: OpenedMedia): Promise<Buffer> {
  if (opened.kind !== "open") throw new Error(JSON.stringify(opened));
  return buffer(opened.stream);
}
