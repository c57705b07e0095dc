import { presentUser } from "../present.ts";
import type { World } from "../world.ts";
import { ok, type Route } from "./route.ts";

/** Application flag GATEWAY_MESSAGE_CONTENT_LIMITED: the portal's switch of an application below the review border. */
const CONTENT_LIMITED = 1 << 19;

export function applicationFlags(world: World): number {
  return world.settings.messageContentIntent ? CONTENT_LIMITED : 0;
}

/** @param identifiesLeft How many IDENTIFYs the day still has. */
export function applicationRoutes(world: World, identifiesLeft: () => number): Route[] {
  const gatewayUrl = () => world.origin.replace(/^http/, "ws");
  const application = () =>
    ok({
      id: world.settings.applicationId,
      name: world.bot.username,
      icon: null,
      description: "",
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: "0".repeat(64),
      flags: applicationFlags(world),
      bot: presentUser(world.bot),
      interactions_endpoint_url: null,
    });
  return [
    { method: "GET", pattern: "/applications/@me", access: "bot", handle: application },
    { method: "GET", pattern: "/oauth2/applications/@me", access: "bot", handle: application },
    { method: "GET", pattern: "/gateway", access: "token", handle: () => ok({ url: gatewayUrl() }) },
    {
      method: "GET",
      pattern: "/gateway/bot",
      access: "bot",
      handle: () =>
        ok({
          url: gatewayUrl(),
          shards: 1,
          session_start_limit: {
            total: 1000,
            remaining: identifiesLeft(),
            reset_after: 86_400_000,
            max_concurrency: 1,
          },
        }),
    },
  ];
}
