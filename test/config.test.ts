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
