import { RestError } from "./errors.ts";
import { castText, type PhpMap } from "./php.ts";
import type { World } from "./world.ts";

/** Who calls, as the credential says. `credential` names the operating-time account of the caller. */
export type Caller = {
  readonly userId: number;
  readonly scopes: readonly string[];
  readonly credential: string;
  /** The webhook's code or the access token: addresses that the portal hands out hold it. */
  readonly secret: string;
} & ({ readonly kind: "webhook" } | { readonly kind: "oauth"; readonly clientId: string; readonly appName: string });

/** Credential parts of an incoming request, before anything is believed. */
export interface Claim {
  readonly webhook: { readonly userId: number; readonly code: string } | undefined;
  readonly bearer: string | undefined;
  readonly parameters: PhpMap;
}

/** @throws {RestError} When the credential is missing, wrong, expired, or its user may not log in any more. */
export function identify(claim: Claim, world: World): Caller {
  if (claim.parameters.token !== undefined) throw noAuthFound();
  return claim.webhook === undefined ? identifyToken(claim, world) : identifyWebhook(claim.webhook, world);
}

function identifyWebhook(claimed: { userId: number; code: string }, world: World): Caller {
  const webhook = world.webhooks.find(({ userId, code }) => userId === claimed.userId && code === claimed.code);
  if (webhook === undefined || world.users.get(webhook.userId)?.active !== true) {
    throw new RestError("INVALID_CREDENTIALS", "Invalid request credentials", 403);
  }
  const { userId, scopes, code } = webhook;
  return { kind: "webhook", userId, scopes, credential: `webhook ${code}`, secret: code };
}

function identifyToken({ parameters, bearer }: Claim, world: World): Caller {
  const token = castText(parameters.auth) || castText(parameters.access_token) || (bearer ?? "");
  const grant = world.applications.grantOf(token);
  if (grant === undefined) throw noAuthFound();
  if (grant.expiresAt <= world.clock()) {
    throw new RestError("expired_token", "The access token provided has expired.", 401);
  }
  if (world.users.get(grant.app.userId)?.active !== true) {
    throw new RestError("authorization_error", "Unable to authorize user", 401);
  }
  const { clientId, scopes, userId, name } = grant.app;
  const credential = `app ${clientId}`;
  return { kind: "oauth", userId, scopes, clientId, appName: name ?? clientId, credential, secret: token };
}

function noAuthFound(): RestError {
  return new RestError("NO_AUTH_FOUND", "Wrong authorization data", 401);
}
