import { expect, test } from "vitest";
import { codeServer } from "../../../adapters/bitrix24/newcomers.ts";

test.each([
  ["https://a.bitrix24.com/rest/", "oauth.bitrix24.tech", "https://oauth.bitrix24.tech/"],
  ["https://a.bitrix24.com/rest/", "", "https://oauth.bitrix.info/rest/"],
  ["https://a.bitrix24.ru/rest/", "", "https://oauth.bitrix24.tech/rest/"],
  ["https://a.bitrix24.com/rest/", "evil.example", "https://oauth.bitrix.info/rest/"],
  ["https://a.bitrix24.com/rest/", "oauth.bitrix.info.evil.example", "https://oauth.bitrix.info/rest/"],
  ["https://a.bitrix24.com/rest/", "x@evil.example", "https://oauth.bitrix.info/rest/"],
  ["https://a.bitrix24.com/rest/", "oauth.bitrix.info:8443", "https://oauth.bitrix.info/rest/"],
  ["https://a.bitrix24.com/rest/", "127.0.0.1:7", "https://oauth.bitrix.info/rest/"],
  ["http://box.example/rest/", "box.example", "http://box.example/"],
])("a portal at %s whose browser names %j is asked for tokens at %s", (endpoint, serverHost, server) => {
  expect(codeServer({ endpoint, serverHost }, ["box.example"])).toBe(server);
});

test.each([
  ["http://box.example/rest/", "http://box.example/rest/"],
  ["https://oauth.bitrix24.tech/rest/", "https://oauth.bitrix24.tech/rest/"],
  ["https://evil.example/rest/", "https://oauth.bitrix.info/"],
])("where the operator has named %s, what the browser names does not count: %s is asked", (serverEndpoint, server) => {
  const wanted = { endpoint: "https://a.bitrix24.com/rest/", serverHost: "oauth.bitrix.info", serverEndpoint };
  expect(codeServer(wanted, ["box.example"])).toBe(server);
});
