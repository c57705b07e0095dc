import { isOperator } from "./access.ts";
import type { RouteGroup } from "./app.ts";

/** `GET /metrics`, for the operator. */
export function metricsRoutes(parts: {
  metrics: { readonly contentType: string; readonly text: () => Promise<string> };
  adminToken?: string | undefined;
}): RouteGroup {
  return (app) => {
    app.get("/metrics", async (c) => {
      if (!isOperator(c, parts.adminToken)) return c.text("unauthorized", 401, { "WWW-Authenticate": "Bearer" });
      const { contentType, text } = parts.metrics;
      return c.body(await text(), 200, { "Content-Type": contentType, "Cache-Control": "no-store" });
    });
  };
}
