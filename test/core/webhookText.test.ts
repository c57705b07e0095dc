import fc from "fast-check";
import { expect, test } from "vitest";
import { plain } from "../../src/core/richText.ts";
import { invitationsIn, mayHoldSecret, parseConnect, webhookIn } from "../../src/core/webhookText.ts";

const CODE = ["abc", "def", "1234567890"].join("");
const ADDRESS = `https://acme.bitrix24.com/rest/1/${CODE}/`;
const INVITATION = "0f".repeat(16);
const GROUPS = Array.from({ length: 8 }, () => "0f0f");
/** The code of a webhook that a blank has parted from its address. */
const SPLIT = ["x1y2z3", "a4b5c6", "d7e8"].join("");

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
  // However a code was typed, it is one, and never a name.
  [`${INVITATION.toUpperCase()} ${ADDRESS}`, { address: ADDRESS, invitation: INVITATION }],
  [`${GROUPS.join(" ")} ${ADDRESS} acme`, { address: ADDRESS, invitation: INVITATION, name: "acme" }],
  [`${ADDRESS} ${GROUPS.join("-").toUpperCase()}`, { address: ADDRESS, invitation: INVITATION }],
  [`code: "${INVITATION}", ${ADDRESS}`, { address: ADDRESS, invitation: INVITATION, name: "code" }],
  [`${INVITATION} ${ADDRESS} cafe`, { address: ADDRESS, invitation: INVITATION, name: "cafe" }],
  // What may be a part of a secret is nothing to be called by.
  [`${INVITATION.slice(1)} ${ADDRESS}`, { address: ADDRESS, surplus: true }],
  [`${GROUPS.slice(1).join(" ")} ${ADDRESS}`, { address: ADDRESS, surplus: true }],
  [`${ADDRESS} ${SPLIT}`, { address: ADDRESS, surplus: true }],
  [`${ADDRESS} my portal`, { address: ADDRESS, surplus: true }],
  [`${ADDRESS} 42`, { address: ADDRESS, surplus: true }],
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

test("whatever stands around it and however it is spaced, a set-up code in a text is found", () => {
  const digits = fc.stringMatching(/^[0-9a-f]{32}$/u);
  const joint = fc.constantFrom("", " ", "-", " - ", ".", "\u200b", "\n");
  const around = fc.array(fc.constantFrom("look", "see:", "“here”", "\n", "😀", "(x)"), { maxLength: 4 });
  fc.assert(
    fc.property(digits, joint, around, (code, between, words) => {
      const typed = (code.match(/.{4}/gu) ?? []).join(between).toUpperCase();
      const text = plain([...words, typed, ...words].join(" "));
      expect(invitationsIn(text)).toContain(code);
      expect(mayHoldSecret(text)).toBe(true);
    }),
  );
});

test.each(["deploy 4f2a9c1 is out", "call 0800 123 456", "0f".repeat(15), "f".repeat(40)])(
  "%j holds no secret of ours",
  (text) => {
    expect(mayHoldSecret(plain(text))).toBe(false);
  },
);

test("a text made of nothing but digits is read in bounded time and numbers", () => {
  expect(invitationsIn(plain("a ".repeat(50_000))).length).toBeLessThanOrEqual(40);
});
