/**
 * Which network addresses the world can reach, and which hosts an operator has listed as an exception. Everything that
 * herald24 fetches or calls on somebody's word must be public unless listed.
 */

/** IPv4 ranges that are not for the public internet, as [first address, prefix length] (IANA special-purpose registry). */
const CLOSED_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

function v4Number(ip: string): number | undefined {
  // No leading zeros: some resolvers read such a part as octal.
  if (!/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/u.test(ip)) return undefined;
  const parts = ip.split(".").map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const CLOSED_V4_BLOCKS = CLOSED_V4.map(([first, length]) => ({
  first: v4Number(first) ?? 0,
  size: 2 ** (32 - length),
}));

/** The eight groups of an IPv6 address; absent for anything else, a zone index included. */
function v6Groups(ip: string): readonly number[] | undefined {
  const url = `http://[${ip}]/`;
  if (!ip.includes(":") || !URL.canParse(url)) return undefined;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = groups(tail ?? "");
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/**
 * Whether an IP literal (no brackets) belongs to the public internet. Text that is no plain IP address is not public.
 *
 * Of IPv6 only 2000::/3 is handed out; within it tunnels (Teredo, 6to4) and documentation ranges are closed, as are by
 * the same rule all forms that carry an IPv4 address (mapped, NAT64), which would be a way round the IPv4 ranges.
 */
export function isPublicAddress(ip: string): boolean {
  const v4 = v4Number(ip);
  if (v4 !== undefined) return !CLOSED_V4_BLOCKS.some(({ first, size }) => v4 >= first && v4 < first + size);
  const [a, b] = v6Groups(ip) ?? [];
  if (a === undefined || b === undefined || a < 0x2000 || a > 0x3fff) return false;
  const special = a === 0x2001 && (b < 0x200 || b === 0xdb8);
  return !(special || a === 0x2002 || (a === 0x3fff && b < 0x1000));
}

/** Whether `hostname` (as `URL.hostname` gives it) is an IP literal or a name of this machine, and not public. */
export function isPrivateName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/u, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  const literal = name.startsWith("[") ? name.slice(1, -1) : name;
  const isLiteral = literal.includes(":") || v4Number(literal) !== undefined;
  return isLiteral && !isPublicAddress(literal);
}

/**
 * Names that only a local resolver can answer: RFC 6762 (`local`), RFC 8375 (`home.arpa`), ICANN's reservation of `internal`
 * and `corp`, `home`, `mail`, and what home routers and office networks use.
 */
const LOCAL_SUFFIX = /(?:^|\.)(?:local|localdomain|internal|intranet|private|corp|home|lan|mail|home\.arpa|onion)$/u;

/** Whether `hostname` (as `URL.hostname` gives it) can only be meant within somebody's own network. */
export function isLocalName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/u, "");
  if (isPrivateName(name)) return true;
  if (name.startsWith("[") || v4Number(name) !== undefined) return false;
  return !name.includes(".") || LOCAL_SUFFIX.test(name);
}

/** Lower case, no scheme, path or closing dot; a bare IPv6 address gets its brackets. */
function plainHost(entry: string): string {
  const host = entry
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//u, "")
    .replace(/[/?#].*$/u, "");
  const bareV6 = !host.startsWith("[") && host.split(":").length > 2;
  return canonical((bareV6 ? `[${host}]` : host).replace(/\.(?=:\d+$|$)/u, ""));
}

/** As `URL` spells it: letters beyond ASCII and long forms of addresses have one other spelling. */
function canonical(host: string): string {
  const [, name = host, port = ""] = /^(.*?)(:\d+)?$/u.exec(host) ?? [];
  return URL.canParse(`http://${name}/`) ? `${new URL(`http://${name}/`).hostname}${port}` : host;
}

/** The entries of a comma list such as `PRIVATE_HOSTS`: `host` or `host:port`, pasted schemes and paths forgiven. */
export function parsePrivateHosts(list: string | undefined): readonly string[] {
  return (list ?? "")
    .split(",")
    .map(plainHost)
    .filter((entry) => entry !== "");
}

/**
 * Whether `host` (`host[:port]`, as `URL.host` gives it) is listed. An entry without a port stands for every port; one
 * with port 80 or 443 also for the same host without a port, because `URL` leaves default ports out.
 */
export function isListed(host: string, privateHosts: readonly string[]): boolean {
  const wanted = plainHost(host);
  const name = wanted.replace(/:\d+$/u, "");
  const spellings = name === wanted ? [name, `${name}:443`, `${name}:80`] : [wanted, name];
  const listed = entriesOf(privateHosts);
  return spellings.some((spelling) => listed.has(spelling));
}

/** Every request asks, mostly with the same list. */
const known = new WeakMap<readonly string[], ReadonlySet<string>>();

function entriesOf(privateHosts: readonly string[]): ReadonlySet<string> {
  const entries = known.get(privateHosts) ?? new Set(privateHosts.map(plainHost));
  known.set(privateHosts, entries);
  return entries;
}
