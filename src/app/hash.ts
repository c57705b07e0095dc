import { createHash, randomBytes } from "node:crypto";

/** SHA-256 as lower-case hex. */
export const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** 128 random bits as 22 characters that are safe in an address. */
export const randomToken = (): string => randomBytes(16).toString("base64url");
