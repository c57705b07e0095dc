import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { Client } from "./client.ts";

export interface WebEnv {
  Bindings: HttpBindings;
  Variables: { client: Client };
}

export type WebApp = Hono<WebEnv>;

/** Adds the routes of one subject; each lives in a file of its own. */
export type RouteGroup = (app: WebApp) => void;
