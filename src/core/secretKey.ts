/** What `HERALD24_SECRET_KEY` and `secret.key` hold: base64 of 32 bytes, or a comma list of such. */
export type SecretKeyList =
  | { readonly kind: "keys"; readonly keys: readonly Buffer[] }
  /** `which` counts from 1. */
  | { readonly kind: "malformed"; readonly which: number; readonly of: number };

const withoutPadding = (text: string): string => text.replace(/=+$/u, "");

export function readSecretKeys(list: string): SecretKeyList {
  const parts = list.split(",").map((part) => part.trim());
  const keys = parts.map((part) => Buffer.from(part, "base64"));
  const isKey = (key: Buffer, index: number): boolean =>
    key.length === 32 && withoutPadding(key.toString("base64")) === withoutPadding(parts[index] ?? "");
  const wrong = keys.findIndex((key, index) => !isKey(key, index));
  return wrong < 0 ? { kind: "keys", keys } : { kind: "malformed", which: wrong + 1, of: parts.length };
}
