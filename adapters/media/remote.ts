import { lookup as systemLookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { errorName } from "../../src/app/errorName.ts";
import type { Log, OpenedMedia } from "../../src/app/ports.ts";
import { traceFields } from "../../src/app/trace.ts";
import { type Destination, findDestination, type Resolve } from "./destination.ts";
import { openBody } from "./remoteBody.ts";

export interface RemoteOptions {
  readonly privateHosts: readonly string[];
  readonly userAgent: string;
  readonly log: Log;
  /** The system's resolver when absent. */
  readonly resolve?: Resolve;
  readonly connectMs?: number;
  /** Until the answer's headers, and between two parts of its body. */
  readonly idleMs?: number;
  /** Redirects and the whole body included. */
  readonly totalMs?: number;
  /** Makes what connects, by a look-up that knows only the addresses found good. */
  readonly dispatcher?: (lookup: LookupFunction) => Dispatcher;
}

export interface RemoteRequest {
  readonly maxBytes: number;
  /** Types such as `image/png` or `image/*`; anything when absent. What the server says is only said: sniff it. */
  readonly accept?: readonly string[];
  readonly signal: AbortSignal;
  /** Of the message that brought the address, for the log. */
  readonly trace?: string | undefined;
}

/** Resolves whatever the network does; rejects only with the signal's reason. */
export type OpenRemote = (url: string, request: RemoteRequest) => Promise<OpenedMedia>;

const MOST_REDIRECTS = 5;
const CONNECT_MS = 10_000;
const IDLE_MS = 30_000;
const TOTAL_MS = 10 * 60_000;

const everyAddress: Resolve = async (hostname) =>
  (await systemLookup(hostname, { all: true })).map(({ address }) => address);

/**
 * Opens what anybody may have given the address of. Names are resolved once per step and the connection goes to just those
 * addresses, so that no second answer of a name server counts; no redirect is followed unchecked; no cookie, credential or
 * referrer is sent. Reasons and log lines name the host only.
 */
export function openRemote(options: RemoteOptions): OpenRemote {
  const { log, totalMs = TOTAL_MS } = options;
  return async (address, request) => {
    request.signal.throwIfAborted();
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(totalMs)]);
    const opened = await follow(address, { ...options, ...request, signal }).catch(failed);
    request.signal.throwIfAborted();
    if (opened.kind === "gone" || opened.kind === "later") {
      const host = URL.canParse(address) ? new URL(address).host : "";
      log.debug(
        { ...traceFields([request.trace]), host, outcome: opened.kind, reason: opened.reason },
        "media from an address not opened",
      );
    }
    return opened;
  };
}

type Step = RemoteOptions & RemoteRequest;

/** Faults of the address, not of the network or of the moment. */
const LASTING = new Set(["ENOTFOUND", "ENODATA", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"]);

/** The code or name, never the message, which may hold the address. */
function failed(error: unknown): OpenedMedia {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  const reason = code ?? errorName(error);
  return { kind: LASTING.has(reason) ? "gone" : "later", reason };
}

const gone = (reason: string): OpenedMedia => ({ kind: "gone", reason });

async function follow(address: string, step: Step): Promise<OpenedMedia> {
  if (!URL.canParse(address)) return gone("no address");
  let url = new URL(address);
  let from: URL | undefined;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const destination = await unlessAborted(find(url, from, step), step.signal);
    if (destination.kind === "refused") return gone(`refused: ${destination.reason}`);
    const answer = await ask(url, destination.addresses, step);
    if (answer.kind !== "redirect") return answer;
    if (!URL.canParse(answer.location, url.href)) return gone("a redirect to no address");
    [from, url] = [url, new URL(answer.location, url.href)];
  }
  return gone("too many redirects");
}

const find = (url: URL, from: URL | undefined, { privateHosts, resolve = everyAddress }: Step): Promise<Destination> =>
  findDestination(url, { privateHosts, resolve, ...(from ? { from } : {}) });

/** The system's resolver cannot be stopped, but need not be waited for. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
  });
}

/** Answers with these addresses, whatever the name. */
function pinned(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all, family }, done) => {
    const wanted = family === 4 || family === 6 ? found.filter((one) => one.family === family) : found;
    const [first] = wanted;
    if (!first) return done(Object.assign(new Error("no address of that family"), { code: "ENOTFOUND" }), "", 0);
    return all ? done(null, wanted) : done(null, first.address, first.family);
  };
}

type Answer = OpenedMedia | { readonly kind: "redirect"; readonly location: string };

async function ask(url: URL, addresses: readonly string[], step: Step): Promise<Answer> {
  const { connectMs = CONNECT_MS, idleMs = IDLE_MS, signal, userAgent, accept } = step;
  const lookup = pinned(addresses);
  const connect = { lookup, timeout: connectMs };
  const dispatcher = step.dispatcher?.(lookup) ?? new Agent({ connect, connections: 1, allowH2: false });
  const close = (): void => {
    dispatcher.destroy().catch(() => undefined);
  };
  try {
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: "GET",
      headers: { "user-agent": userAgent, accept: accept?.join(", ") ?? "*/*", "accept-encoding": "identity" },
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      signal,
    });
    const answer = read(response, step, close);
    if (answer.kind !== "open") discard(response, close);
    return answer;
  } catch (error) {
    close();
    throw error;
  }
}

function discard({ body }: Dispatcher.ResponseData, close: () => void): void {
  body.on("error", () => undefined);
  body.destroy();
  close();
}

/** RFC 9110: what may pass by waiting. */
const PASSING = new Set([408, 425, 429]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function read(response: Dispatcher.ResponseData, step: Step, done: () => void): Answer {
  const { statusCode, body } = response;
  const header = (name: string): string | undefined => [response.headers[name]].flat()[0];
  const location = header("location");
  if (REDIRECTS.has(statusCode) && location !== undefined) return { kind: "redirect", location };
  if (statusCode >= 500 || PASSING.has(statusCode)) return { kind: "later", reason: `status ${statusCode}` };
  if (statusCode !== 200) return gone(`status ${statusCode}`);
  const mime = header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (step.accept && !isAccepted(mime, step.accept)) return gone("refused: a type that is not wanted");
  const encoding = header("content-encoding");
  const size = encoding === undefined ? sizeOf(header("content-length")) : undefined;
  if (size !== undefined && size > step.maxBytes) return { kind: "too-big", limitBytes: step.maxBytes };
  const stream = openBody(body, { encoding, maxBytes: step.maxBytes, done });
  if (!stream) return gone("refused: an encoding that is not understood");
  return { kind: "open", stream, ...(size === undefined ? {} : { size }), ...(mime === "" ? {} : { mime }) };
}

const sizeOf = (length: string | undefined): number | undefined =>
  length !== undefined && /^\d{1,15}$/u.test(length) ? Number(length) : undefined;

const isAccepted = (mime: string, accept: readonly string[]): boolean =>
  accept.some((type) => (type.endsWith("/*") ? mime.startsWith(type.slice(0, -1)) : mime === type));
