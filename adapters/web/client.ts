import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Who asks, as far as that can be believed. */
export interface Client {
  readonly address: string;
  /** Asked from this machine itself, not through a proxy that runs on it. */
  readonly isLocal: boolean;
}

export type ClientOf = (incoming: IncomingMessage) => Client;

/** What a proxy leaves on a request, one or the other of them. */
const PROXY_HEADERS = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"];

const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/iu;

const LOOPBACK = openRanges(["127.0.0.0/8", "::1"]);

/**
 * Tells clients apart. `X-Forwarded-For` is read from its end, and only as far as each hop is one of `trusted`: whatever
 * stands before that, a client can make up.
 *
 * @param trusted Addresses and CIDR ranges.
 * @throws {RangeError} Naming the entry that is neither.
 */
export function clientsBehind(trusted: readonly string[]): ClientOf {
  const proxies = openRanges(trusted);
  return (incoming) => {
    const socketAddress = plain(incoming.socket.remoteAddress ?? "");
    if (!contains(proxies, socketAddress)) {
      const isLocal = contains(LOOPBACK, socketAddress) && isAskedDirectly(incoming);
      return { address: socketAddress, isLocal };
    }
    const hops = [incoming.headers["x-forwarded-for"] ?? []]
      .flat()
      .join(",")
      .split(",")
      .map((hop) => plain(hop.trim()))
      .filter((hop) => hop !== "");
    if (hops.length === 0)
      return { address: socketAddress, isLocal: contains(LOOPBACK, socketAddress) && isAskedDirectly(incoming) };
    const address = hops.findLast((hop) => !contains(proxies, hop)) ?? hops[0] ?? socketAddress;
    if (isIP(address) === 0) return { address: socketAddress, isLocal: false };
    return { address, isLocal: contains(LOOPBACK, address) };
  };
}

/**
 * A proxy on this machine that nobody told us about, or a web page that points a name of its own at 127.0.0.1, comes
 * from loopback too; headers of proxies and a foreign host name give them away.
 */
function isAskedDirectly({ headers }: IncomingMessage): boolean {
  return LOCAL_HOST.test(headers.host ?? "") && !PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/** IPv4 as IPv4, however the socket or a proxy spells it. */
function plain(address: string): string {
  const bare = /^\[(?<inner>[^\]]+)\](?::\d+)?$/u.exec(address)?.groups?.inner ?? address;
  return (
    /^::ffff:(?<v4>\d+\.\d+\.\d+\.\d+)$/iu.exec(bare)?.groups?.v4 ?? bare.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/u, "$1")
  );
}

function openRanges(entries: readonly string[]): BlockList {
  const ranges = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...rest] = entry.split("/");
    const version = isIP(address);
    const prefix = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
    const isRange =
      version !== 0 && rest.length === 0 && /^\d{1,3}$/u.test(bits ?? "0") && prefix <= (version === 6 ? 128 : 32);
    if (!isRange) throw new RangeError(`TRUSTED_PROXIES: "${entry}" must be an address or a range, e.g. 10.0.0.0/8`);
    ranges.addSubnet(address, prefix, version === 6 ? "ipv6" : "ipv4");
  }
  return ranges;
}

function contains(ranges: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && ranges.check(address, version === 6 ? "ipv6" : "ipv4");
}
