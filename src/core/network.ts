/** What a fault of the network most likely is. */
export const NETWORK_FAULTS = ["name", "refused", "blocked", "certificate", "private", "other"] as const;

type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** Codes of Node and undici, as they stand in the reasons that we give. */
const CODES: readonly (readonly [RegExp, NetworkFault])[] = [
  [/ENOTFOUND|EAI_AGAIN|EAI_NODATA/u, "name"],
  [/ECONNREFUSED/u, "refused"],
  [/ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|TIMEOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|UND_ERR_SOCKET|EPIPE/u, "blocked"],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/u, "certificate"],
  [/PRIVATE_HOSTS|PRIVATE_ADDRESS/u, "private"],
];

/** Told from the code in a reason such as `portal.example: ENOTFOUND`. */
export const networkFault = (reason: string): NetworkFault =>
  CODES.find(([pattern]) => pattern.test(reason))?.[1] ?? "other";
