/** What a fault of the network most likely is, and the one thing that mends it. */
export interface NetworkFault {
  readonly detail: string;
  readonly fix: string;
}

const fault = (detail: string, fix: string): NetworkFault => ({ detail, fix });

/** Codes of Node and undici, as they stand in the reasons that we give. */
const FAULTS: readonly (readonly [RegExp, (host: string) => NetworkFault])[] = [
  [
    /ENOTFOUND|EAI_AGAIN|EAI_NODATA/u,
    (host) => fault(`the name ${host} cannot be resolved`, "check the name, and this machine's DNS"),
  ],
  [
    /ECONNREFUSED/u,
    (host) => fault(`${host} refuses connections`, "see that it runs there, and that no firewall is in between"),
  ],
  [
    /ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|TIMEOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|UND_ERR_SOCKET|EPIPE/u,
    (host) =>
      fault(
        `the network between here and ${host} is blocked or down`,
        "let this machine reach it by HTTPS (firewall, VPN); for the chat platforms PROXY_URL names a proxy",
      ),
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/u,
    (host) =>
      fault(
        `the certificate of ${host} is not trusted`,
        "renew it, or name its authority in NODE_EXTRA_CA_CERTS; a proxy that opens HTTPS shows this too",
      ),
  ],
  [
    /PRIVATE_HOSTS|PRIVATE_ADDRESS/u,
    (host) => fault(`${host} leads to a private address`, `if it is meant, add ${host} to PRIVATE_HOSTS`),
  ],
];

/** In words for operators; told from the code in a reason such as `portal.example: ENOTFOUND`. */
export function networkFault(host: string, reason: string): NetworkFault {
  const known = FAULTS.find(([pattern]) => pattern.test(reason))?.[1];
  return (
    known?.(host) ??
    fault(`${host} gives no usable answer (${reason})`, "see whether it answers in a browser on this machine")
  );
}
