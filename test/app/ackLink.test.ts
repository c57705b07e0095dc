import fc from "fast-check";
import { expect, test } from "vitest";
import { type AckClaim, createAckLinks } from "../../src/app/ackLink.ts";

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const signatureOf = (path: string): string => path.split("/")[4] ?? "";

const claim: AckClaim = { incident: "0e1f", bitrixId: 7 };

test("a link is genuine for its own incident and recipient, and for no others", () => {
  const links = createAckLinks([key(1)]);
  const signature = signatureOf(links.path(claim));
  expect(links.path(claim)).toBe(`/ack/0e1f/7/${signature}`);
  expect(Buffer.from(signature, "base64url")).toHaveLength(16);
  expect(links.isGenuine(claim, signature)).toBe(true);
  expect(links.isGenuine({ ...claim, bitrixId: 8 }, signature)).toBe(false);
  expect(links.isGenuine({ ...claim, incident: "0e1e" }, signature)).toBe(false);
});

test("after a key was rotated, links of the former key still hold, and new ones are the new key's", () => {
  const [former, rotated] = [createAckLinks([key(1)]), createAckLinks([key(2), key(1)])];
  expect(rotated.isGenuine(claim, signatureOf(former.path(claim)))).toBe(true);
  expect(rotated.path(claim)).not.toBe(former.path(claim));
  expect(createAckLinks([key(2)]).isGenuine(claim, signatureOf(former.path(claim)))).toBe(false);
});

test("nothing but the signature as it was written passes, of whatever length and characters", () => {
  const links = createAckLinks([key(1)]);
  const signature = signatureOf(links.path(claim));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant(`${signature}=`)), (given) => {
      expect(links.isGenuine(claim, given)).toBe(given === signature);
    }),
  );
  // The last character of 128 bits in base64 has room for more than its share: other spellings of the same bytes.
  const spelled = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    .split("")
    .map((last) => signature.slice(0, -1) + last);
  expect(spelled.filter((each) => links.isGenuine(claim, each))).toEqual([signature]);
});
