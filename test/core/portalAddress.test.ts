import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPortalUrl, portalAddress } from "../../src/core/portalAddress.ts";

const CODE = "k3".repeat(8);
const BASE = `https://acme.bitrix24.com/rest/1/${CODE}/`;
const TOKEN = "t".repeat(20);

test.each([
  BASE,
  `https://acme.bitrix24.com/rest/1/${CODE}`,
  `HTTPS://ACME.bitrix24.com/rest/1/${CODE}/`,
  `acme.bitrix24.com/rest/1/${CODE}/`,
  `https://www.acme.bitrix24.com/rest/1/${CODE}/`,
  `https://https://acme.bitrix24.com/rest/1/${CODE}/`,
  `  https://acme.bitrix24.com/rest/1/${CODE}/ \n`,
  `"https://acme.bitrix24.com/rest/1/${CODE}/"`,
  `https://acme.bitrix24.com//rest//1/${CODE}//`,
  `https://acme.bitrix24.com/rest/1/${CODE}/im.notify.personal.add`,
  `https://acme.bitrix24.com/rest/1/${CODE}/im.notify.personal.add.json`,
  `https://acme.bitrix24.com/rest/1/${CODE}/profile.json?foo=1#x`,
  `http://acme.bitrix24.com/rest/1/${CODE}/`,
  `http://acme.bitrix24.com:80/rest/1/${CODE}/`,
])("%s is the webhook it was pasted from", (given) => {
  expect(portalAddress(given)).toEqual({ kind: "webhook", base: BASE });
});

test.each([
  "acme.bitrix24.com",
  "https://acme.bitrix24.com",
  "http://www.acme.bitrix24.com/",
  "acme.bitrix24.com/rest",
  "https://acme.bitrix24.com/rest/",
  "https://acme.bitrix24.com/rest/im.notify.personal.add.json",
  "https://acme.bitrix24.com/stream/",
  BASE,
])("%s with a token is the portal's REST address", (given) => {
  expect(portalAddress(given, { token: TOKEN })).toEqual({ kind: "oauth", base: "https://acme.bitrix24.com/rest/" });
});

test.each(["127.0.0.1:8080", "localhost:8080", "localhost", "[::1]:8080"])(
  "the listed %s without a scheme means plain HTTP, and what is written counts",
  (host) => {
    const privateHosts = ["127.0.0.1", "localhost", "[::1]:8080"];
    const asked = (given: string) => portalAddress(given, { token: "t", privateHosts });
    expect(asked(host)).toEqual({ kind: "oauth", base: `http://${host}/rest/` });
    expect(asked(`https://${host}`)).toEqual({ kind: "oauth", base: `https://${host}/rest/` });
    expect(portalAddress(host, { token: "t" })).toMatchObject({ kind: "malformed" });
    expect(asked("localhost.example")).toEqual({ kind: "oauth", base: "https://localhost.example/rest/" });
  },
);

test("plain HTTP stays only for a listed host that was given with http://", () => {
  const privateHosts = ["portal.lan:8080"];
  const path = `portal.lan:8080/rest/1/${CODE}/`;
  expect(portalAddress(`http://${path}`, { privateHosts })).toEqual({ kind: "webhook", base: `http://${path}` });
  expect(portalAddress(path, { privateHosts })).toEqual({ kind: "webhook", base: `https://${path}` });
});

test("a portal below a path of its host keeps that path", () => {
  expect(portalAddress(`https://intra.example/b24/rest/7/${CODE}/`)).toEqual({
    kind: "webhook",
    base: `https://intra.example/b24/rest/7/${CODE}/`,
  });
});

test.each([
  ["", "missing"],
  ["   ", "missing"],
  ["acme.bitrix24.com", "token"],
  ["https://acme.bitrix24.com/rest/1/", "token"],
  ["https://acme.bitrix24.com/rest/1/im.notify.personal.add", "token"],
  [`https://acme.bitrix24.com/rest/ann/${CODE}/`, "token"],
  [`ftp://acme.bitrix24.com/rest/1/${CODE}/`, "web address"],
  [`https://user:pass@acme.bitrix24.com/rest/1/${CODE}/`, "password"],
  [`http://127.0.0.1/rest/1/${CODE}/`, "public addresses"],
  [`https://2130706433/rest/1/${CODE}/`, "public addresses"],
  [`https://[::1]/rest/1/${CODE}/`, "public addresses"],
  [`https://169.254.169.254/rest/1/${CODE}/`, "public addresses"],
  [`https://localhost:3000/rest/1/${CODE}/`, "public addresses"],
  [`https://portal/rest/1/${CODE}/`, "full domain name"],
  ["https://", "web address"],
])("%j is refused, with rule and remedy and without the code", (given, rule) => {
  const address = portalAddress(given);
  expect(address).toMatchObject({ kind: "malformed" });
  if (address.kind !== "malformed") return;
  expect(address.problem.rule).toContain(rule);
  expect(address.problem.remedy).not.toBe("");
  expect(JSON.stringify(address)).not.toContain(CODE);
  expect(JSON.stringify(address)).not.toContain("pass@");
});

test("whatever is given, the code stays out of the problem and the base is a plain web address", () => {
  const path = fc.constantFrom("", "/rest", "/rest/1", "/rest/x", "/x/rest/1", "/REST/1");
  const host = fc.constantFrom("acme.bitrix24.com", "127.0.0.1", "localhost", "a b", "[::1]", "", "x".repeat(9));
  fc.assert(
    fc.property(fc.constantFrom("", "http://", "ftp://", "HTTPS:/"), host, path, (scheme, name, before) => {
      const address = portalAddress(`${scheme}${name}${before}/${CODE}/`);
      if (address.kind === "malformed") expect(JSON.stringify(address)).not.toContain(CODE);
      else expect(address.base).toMatch(/^https:\/\/[^/]+\/(?:[^/]+\/)*rest\/(?:\d+\/[^/]+\/)?$/u);
    }),
  );
});

test("a masked text shows neither webhook codes nor tokens in queries", () => {
  const text = `POST ${BASE}profile and https://a.example/rest/x?auth=${TOKEN}&b=1`;
  expect(maskPortalUrl(text)).toBe(
    "POST https://acme.bitrix24.com/rest/1/***/profile and https://a.example/rest/x?auth=***&b=1",
  );
});
