import { request } from "undici";
import { onTestFinished } from "vitest";
import type { PortalOptions } from "../../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../../sandbox/bitrix24/portal.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body; empty when it is not JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

export const CLIENT_ID = ["local", "a".repeat(8)].join(".");
export const APP = { clientId: CLIENT_ID, clientSecret: "s".repeat(12), scopes: ["im", "user_basic"], userId: 1 };

/** A portal that stops with the test; without limits unless asked for. */
export async function portalFor(options: PortalOptions = {}): Promise<Portal> {
  const portal = await startPortal({ limits: "off", apps: [APP], ...options });
  onTestFinished(() => portal.close());
  return portal;
}

export async function send(
  url: string,
  body?: unknown,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Answered> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await request(url, body === undefined ? {} : { method: "POST", body: text, headers });
  return parsed(response.statusCode, response.headers, await response.body.text());
}

function parsed(status: number, headers: Answered["headers"], text: string): Answered {
  const isJson = String(headers["content-type"]).startsWith("application/json");
  return { status, headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** Calls by the webhook of a user; user 1 unless named. */
export function call(portal: Portal, method: string, parameters: object = {}, userId = 1): Promise<Answered> {
  return send(`${portal.webhookUrl(userId)}${method}`, parameters);
}

/** Calls with a fresh application token. */
export function appCall(portal: Portal, method: string, parameters: object = {}): Promise<Answered> {
  const { accessToken } = portal.issueTokens(CLIENT_ID);
  return send(`${portal.url}/rest/${method}`, { auth: accessToken, ...parameters });
}

export function notify(portal: Portal, parameters: object = {}): Promise<Answered> {
  return call(portal, "im.notify.personal.add", { USER_ID: 7, MESSAGE: "hello", ...parameters });
}

export function appNotify(portal: Portal, parameters: object = {}): Promise<Answered> {
  return appCall(portal, "im.notify.personal.add", { USER_ID: 7, MESSAGE: "hello", ...parameters });
}

export function texts(portal: Portal, userId = 7): string[] {
  return portal.feed(userId).map(({ text }) => text);
}
