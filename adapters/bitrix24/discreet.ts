import type { Credentials } from "../../src/app/store/workspaces.ts";
import { maskPortalUrl } from "../../src/core/portalAddress.ts";
import type { PortalReply } from "../../src/core/verdict.ts";

/** Everything in credentials that opens a door. */
export function secretsOf(credentials: Credentials): readonly string[] {
  if (credentials.kind === "webhook")
    return new URL(credentials.url).pathname.split("/").filter((part) => part.length > 4);
  const { clientSecret, tokens } = credentials;
  return [clientSecret, ...(tokens ? [tokens.accessToken, tokens.refreshToken] : [])].filter((part) => part !== "");
}

/** Codes are in upper case. */
const withoutLoud = (code: string, secret: string): string => code.replaceAll(secret.toUpperCase(), "***");

/** A portal, or something in front of it, may quote the request it refuses: its words go to chats and logs, secrets do not. */
export function discreet(reply: PortalReply, secrets: readonly string[]): PortalReply {
  const mask = (text: string): string =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, "***"), maskPortalUrl(text));
  switch (reply.kind) {
    case "result":
      return reply;
    case "error":
      return { ...reply, code: secrets.reduce(withoutLoud, reply.code), description: mask(reply.description) };
    case "unsent":
    case "unanswered":
      return { ...reply, reason: mask(reply.reason) };
    default:
      return reply satisfies never;
  }
}
