import { createHmac, timingSafeEqual } from "node:crypto";

/** 128 bits: nobody guesses one, whatever they know of others. */
const MAC_BYTES = 16;

/** What an address by which somebody says "I have it" is made of. */
export interface AckClaim {
  /** The incident's `uid`, which is random and belongs to one workspace. */
  readonly incident: string;
  /** Whose link it is: Bitrix24 user id. */
  readonly bitrixId: number;
}

export interface AckLinks {
  /** Beginning with a slash, to be put behind the public address. */
  path(claim: AckClaim): string;
  /** Whether one of the keys made this link's signature for exactly that incident and recipient. */
  isGenuine(claim: AckClaim, signature: string): boolean;
}

/**
 * Signed links that need no row: what they stand for is in them, and they end with what they lead to.
 *
 * @param keys Derived from the master keys for this purpose alone: the first signs, all of them verify.
 */
export function createAckLinks(keys: readonly Uint8Array[]): AckLinks {
  const [first] = keys;
  if (!first) throw new RangeError("signing needs at least one key");
  return {
    path: (claim) => `/ack/${claim.incident}/${claim.bitrixId}/${signed(first, claim)}`,
    isGenuine: (claim, signature) =>
      keys.map((key) => isSame(signed(key, claim), signature)).some((matches) => matches),
  };
}

const signed = (key: Uint8Array, { incident, bitrixId }: AckClaim): string =>
  createHmac("sha256", key).update(`${incident}/${bitrixId}`).digest().subarray(0, MAC_BYTES).toString("base64url");

/** The written form is compared, since several forms can stand for the same bytes. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
