import fc from "fast-check";
import { expect, test } from "vitest";
import { plain } from "../../src/core/richText.ts";
import { parseConnect, webhookIn } from "../../src/core/webhookText.ts";

const CODE = ["abc", "def", "1234567890"].join("");
const ADDRESS = `https://acme.bitrix24.com/rest/1/${CODE}/`;
const INVITATION = "0f".repeat(16);

test.each([
  [`see ${ADDRESS} there`, ADDRESS],
  [`(${ADDRESS})`, ADDRESS],
  [`acme.bitrix24.com/rest/12/${CODE}/im.notify.json`, `acme.bitrix24.com/rest/12/${CODE}/im.notify.json`],
  [`HTTPS://ACME/REST/1/${CODE}`, `HTTPS://ACME/REST/1/${CODE}`],
])("%j holds a webhook's address", (text, address) => {
  expect(webhookIn(plain(text))).toBe(address);
});

test("an address behind other words is found too", () => {
  expect(webhookIn([{ text: "our portal", link: ADDRESS }])).toBe(ADDRESS);
});

test.each(["", "https://acme.bitrix24.com/rest/profile", "/rest/of the day", "https://x.example/rest/0/abcdef/"])(
  "%j holds none",
  (text) => {
    expect(webhookIn(plain(text))).toBeUndefined();
  },
);

test.each([
  [`${INVITATION} ${ADDRESS} acme`, { address: ADDRESS, invitation: INVITATION, name: "acme" }],
  [`${ADDRESS}\n${INVITATION}`, { address: ADDRESS, invitation: INVITATION }],
  [ADDRESS, { address: ADDRESS }],
  [INVITATION, { invitation: INVITATION }],
  ["", {}],
])("%j is read as what it is", (text, request) => {
  expect(parseConnect(plain(text))).toEqual(request);
});

test("whatever stands around it, an address is found", () => {
  const code = fc.stringMatching(/^[a-z0-9]{6,20}$/u);
  fc.assert(
    fc.property(fc.string(), code, fc.string(), (before, secret, after) => {
      const found = webhookIn(plain(`${before} https://a.example/rest/7/${secret}/ ${after}`));
      expect(found).toContain("/rest/");
    }),
  );
});
