import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import type { WebEnv } from "./app.ts";

/** Whether who asks may see what is meant for the operator: from this machine, or with `Authorization: Bearer <adminToken>`. */
export function isOperator(c: Context<WebEnv>, adminToken: string | undefined): boolean {
  if (c.get("client").isLocal) return true;
  const given = /^Bearer +(?<token>\S+)$/iu.exec(c.req.header("authorization") ?? "")?.groups?.token;
  return adminToken !== undefined && adminToken !== "" && given !== undefined && isSame(given, adminToken);
}

/** Digests have one length, so that neither the length nor the time tells anything about the secret. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
