import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isMap, type PhpMap, type PhpValue } from "./php.ts";

/** Puts what a later request may do into its address, so that nobody can change it. */
export interface Seal {
  close(value: PhpMap): string;
  /** Undefined for what this portal did not seal. */
  open(token: string): PhpMap | undefined;
}

export function openSeal(): Seal {
  const key = randomBytes(32);
  const sign = (payload: string) => createHmac("sha256", key).update(payload).digest();
  return {
    close(value) {
      const payload = Buffer.from(JSON.stringify(value)).toString("base64url");
      return `disk|${payload}|${sign(payload).toString("base64url")}`;
    },
    open(token) {
      const [module, payload = "", signature = ""] = token.split("|");
      const given = Buffer.from(signature, "base64url");
      const wanted = sign(payload);
      if (module !== "disk" || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      const value: PhpValue = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
      return isMap(value) ? value : undefined;
    },
  };
}
