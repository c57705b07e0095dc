import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

const FORMAT = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES;
const OVERHEAD_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES;

/** Where a ciphertext stands. Opening it anywhere else fails, so that swapped ciphertexts are noticed. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** Random and written with the row; never the row id, which a restored database would give out again. */
  readonly row: string;
}

/** AES-256-GCM. The first key seals, all of them open. */
export interface Sealer {
  seal(place: Place, text: string): Buffer;
  /** @throws {SealError} When no key fits, or when the bytes were changed or belong elsewhere. */
  open(place: Place, sealed: Uint8Array): string;
  /** Whether one of the keys is the one that sealed this. */
  knows(sealed: Uint8Array): boolean;
  /**
   * Keyed hashes, hex, of something too short for a plain one: without the key it cannot be tried out. One for each key, the
   * first of which is for keeping.
   */
  fingerprints(place: Place, text: string): readonly string[];
}

/** A ciphertext cannot be opened. The message names its place, never a key or what it holds. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** A 32-byte key for one purpose, from which neither the master key nor the key of another purpose follows (HKDF-SHA-256). */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, new Uint8Array(0), `herald24/${purpose}`, 32));
}

interface SealKey {
  readonly id: Buffer;
  readonly key: Buffer;
  readonly hashKey: Buffer;
}

/** @param masterKeys At least one, 32 bytes each. */
export function createSealer(masterKeys: readonly Uint8Array[]): Sealer {
  if (masterKeys.some((key) => key.length !== 32)) throw new RangeError("a master key must have 32 bytes");
  const keys = masterKeys.map(sealKey);
  const [first] = keys;
  if (first === undefined) throw new RangeError("sealing needs at least one master key");
  return {
    seal: (place, text) => encrypt(first, place, text),
    open: (place, sealed) => decrypt(keysFor(keys, sealed), place, sealed),
    knows: (sealed) => keysFor(keys, sealed).length > 0,
    fingerprints: (place, text) => keys.map(({ hashKey }) => fingerprint(hashKey, place, text)),
  };
}

function sealKey(masterKey: Uint8Array): SealKey {
  return {
    id: deriveKey(masterKey, "database seal, key id").subarray(0, KEY_ID_BYTES),
    key: deriveKey(masterKey, "database seal"),
    hashKey: deriveKey(masterKey, "database fingerprint"),
  };
}

function keysFor(keys: readonly SealKey[], sealed: Uint8Array): SealKey[] {
  if (sealed.length < OVERHEAD_BYTES || sealed[0] !== FORMAT) return [];
  return keys.filter((key) => key.id.equals(sealed.subarray(1, HEAD_BYTES)));
}

function fingerprint(hashKey: Buffer, place: Place, text: string): string {
  return createHmac("sha256", hashKey).update(bound(place)).update("\0").update(text, "utf8").digest("hex");
}

function encrypt({ id, key }: SealKey, place: Place, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(bound(place));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(FORMAT), id, nonce, body, cipher.getAuthTag()]);
}

function decrypt(keys: readonly SealKey[], place: Place, sealed: Uint8Array): string {
  for (const { key } of keys) {
    try {
      const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(bound(place))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      const body = sealed.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
    } catch {
      // Another key may share the id; when none is left, the place is named below.
    }
  }
  const reason = keys.length === 0 ? "sealed with a key that is not given" : "changed, or moved here from elsewhere";
  throw new SealError(`${place.table}.${place.column} of row ${place.row} cannot be opened: ${reason}`);
}

function bound({ table, column, row }: Place): Buffer {
  return Buffer.from(`${table}/${column}/${row}`, "utf8");
}
