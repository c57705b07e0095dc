import { lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import { isListed, isPrivateName, isPublicAddress } from "../../src/core/addresses.ts";

/** What one HTTP request came to. Reasons name host and fault, never the path, which may be a secret. */
export type Exchange =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: Buffer;
    }
  /** No byte left this machine. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** Bytes were written; `body` holds what came back before it broke off. */
  | { readonly kind: "broken"; readonly reason: string; readonly status?: number; readonly body: Buffer };

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** A stream needs its `Content-Length` among the headers, and `totalMs` then counts anew with each piece that goes out. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

export interface Transport {
  /** Resolves whatever the network does; rejects only with the signal's reason. */
  send(url: URL, request: HttpRequest, signal: AbortSignal): Promise<Exchange>;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly privateHosts: readonly string[];
  readonly connectMs?: number;
  /** From the first wait for a connection to the last byte. */
  readonly totalMs?: number;
  readonly maxBytes?: number;
  readonly connections?: number;
}

/** The cloud ends a call at 60 s: a shorter time-out of ours would turn every slow answer into a doubt. */
const TOTAL_MS = 75_000;
const CONNECT_MS = 10_000;
const MAX_BYTES = 10_000_000;
const CONNECTIONS = 8;

/** Resolves names to public addresses only, so that no name can lead a call into the operator's own network. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  systemLookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, "", 0);
    const open = found.filter(({ address }) => isPublicAddress(address));
    const [first] = open;
    if (!first) {
      const refusal: NodeJS.ErrnoException = new Error("the name leads to a private address");
      refusal.code = "PRIVATE_ADDRESS";
      return done(refusal, "", 0);
    }
    return options.all ? done(null, open) : done(null, first.address, first.family);
  });
};

const privateReason = (host: string): string =>
  `${host}: a private address; list the host in PRIVATE_HOSTS if it is meant`;

function faultOf(host: string, error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "PRIVATE_ADDRESS") return privateReason(host);
  return `${host}: ${code || error.name}`;
}

/** Whatever undici reports about one request, gathered into one `Exchange`. */
class Reception implements Dispatcher.DispatchHandler {
  readonly #host: string;
  readonly #settle: (exchange: Exchange) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #headers: Readonly<Record<string, string | string[] | undefined>> = {};
  #stopped: Error | undefined;

  constructor(host: string, settle: (exchange: Exchange) => void) {
    this.#host = host;
    this.#settle = settle;
  }

  /** Ends the request; what it came to by then is settled at once, even while it still waits for a connection. */
  stop(reason: Error): void {
    this.#stopped = reason;
    this.#controller?.abort(reason);
    this.onResponseError(undefined, reason);
  }

  // Called when a connection stands and before the first byte is written: the border between `unsent` and a doubt.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#stopped) controller.abort(this.#stopped);
    else this.#controller = controller;
  }

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks);
    this.#settle({ kind: "response", status: this.#status ?? 0, headers: this.#headers, body });
  }

  onResponseError(_: unknown, error: Error): void {
    const reason = faultOf(this.#host, error);
    const status = this.#status === undefined ? {} : { status: this.#status };
    const body = Buffer.concat(this.#chunks);
    this.#settle(this.#controller ? { kind: "broken", reason, ...status, body } : { kind: "unsent", reason });
  }
}

class TimeoutError extends Error {
  readonly code = "TIMEOUT";
}

async function* touching(body: AsyncIterable<Uint8Array>, touch: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    touch();
    yield piece;
  }
}

function exchange(pool: Pool, url: URL, options: HttpRequest & { signal: AbortSignal; totalMs: number }) {
  const { method, headers, signal, totalMs } = options;
  return new Promise<Exchange>((resolve, reject) => {
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      act();
    };
    const reception = new Reception(url.host, (result) => finish(() => resolve(result)));
    const timer = setTimeout(() => reception.stop(new TimeoutError()), totalMs);
    const onAbort = (): void => {
      finish(() => reject(signal.reason));
      reception.stop(new Error("aborted"));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const path = url.pathname + url.search;
    const { body = null } = options;
    const sent =
      typeof body === "string" || body === null
        ? body
        : Readable.from(
            touching(body, () => timer.refresh()),
            { objectMode: false },
          );
    pool.dispatch({ path, method, headers, body: sent }, reception);
  });
}

/** HTTP to portals and authorisation servers: one keep-alive pool per origin, no redirects, no compression. */
export function createTransport(options: TransportOptions): Transport {
  const { privateHosts, totalMs = TOTAL_MS, maxBytes = MAX_BYTES } = options;
  const pools = new Map<string, Pool>();

  const open = (url: URL): Pool => {
    const timeout = options.connectMs ?? CONNECT_MS;
    return new Pool(url.origin, {
      connections: options.connections ?? CONNECTIONS,
      // Over HTTP/1.1 it is certain which request a broken connection belongs to.
      allowH2: false,
      connect: isListed(url.host, privateHosts) ? { timeout } : { timeout, lookup: publicLookup },
      headersTimeout: totalMs,
      bodyTimeout: totalMs,
      maxResponseSize: maxBytes,
    });
  };

  return {
    async send(url, request, signal) {
      signal.throwIfAborted();
      const listed = isListed(url.host, privateHosts);
      // Literals never reach a look-up.
      const literal = isIP(url.hostname.replace(/^\[|\]$/gu, "")) !== 0;
      if (!listed && literal && isPrivateName(url.hostname)) return { kind: "unsent", reason: privateReason(url.host) };
      if (!listed && url.protocol !== "https:")
        return { kind: "unsent", reason: `${url.host}: plain HTTP is for hosts listed in PRIVATE_HOSTS only` };
      const pool = pools.get(url.origin) ?? open(url);
      pools.set(url.origin, pool);
      return exchange(pool, url, { ...request, signal, totalMs });
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}
