import { expect, test } from "vitest";
import { parseConfig } from "../src/config.ts";

const context = { readFile: () => "", terminal: false };
const TELEGRAM_BOT_TOKEN = `${123_456}:${"A".repeat(35)}`;
const parse = (env: Record<string, string>) => parseConfig({ TELEGRAM_BOT_TOKEN, ...env }, context);

test("the directory of an own Bot API server is optional and absolute", () => {
  expect(parse({}).telegram?.localDir).toBeUndefined();
  expect(parse({ TELEGRAM_LOCAL_DIR: "/srv/bot-api" }).telegram?.localDir).toBe("/srv/bot-api");
  expect(() => parse({ TELEGRAM_LOCAL_DIR: "bot-api" })).toThrow("TELEGRAM_LOCAL_DIR must be an absolute path");
});

test.each(["zzz", "10.0.0.0/33", "10.0.0.1,proxy.example"])("%s is no list of trusted proxies", (TRUSTED_PROXIES) => {
  expect(() => parse({ TRUSTED_PROXIES })).toThrow("TRUSTED_PROXIES must be addresses or ranges");
});

test("trusted proxies are addresses and ranges of both families", () => {
  const { trustedProxies } = parse({ TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.1,::1,fd00::/8" });
  expect(trustedProxies).toEqual(["10.0.0.0/8", "192.0.2.1", "::1", "fd00::/8"]);
});
