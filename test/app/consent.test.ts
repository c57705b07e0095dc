import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { randomToken } from "../../src/app/hash.ts";
import { APP, openPlace } from "./installPlace.ts";

describe("consent", () => {
  test("by the link brings tokens, and nothing secret stands in the log", async () => {
    const { portal, linkWith, back, state, credentials, lines } = await openPlace();
    const secret = await state();
    const { status, address } = await portal.authorize(linkWith(secret), back);
    expect(status).toBe(200);
    const { tokens } = await credentials();
    expect(tokens).toMatchObject({ clientEndpoint: `${portal.url}/rest/`, memberId: portal.memberId });
    const logged = JSON.stringify(lines);
    const code = new URL(address).searchParams.get("code") ?? "";
    for (const each of [secret, code, tokens?.accessToken ?? "", APP.clientSecret]) {
      expect(each.length).toBeGreaterThan(8);
      expect(logged).not.toContain(each);
    }
  });

  test.each([
    ["a state that nobody issued", async () => randomToken()],
    ["no state", async () => ""],
    ["an expired state", async (place: Awaited<ReturnType<typeof openPlace>>) => place.state(0)],
  ])("with %s is refused before the code is shown to anybody", async (_, stateOf) => {
    const place = await openPlace();
    const { portal, linkWith, back, credentials } = place;
    expect((await portal.authorize(linkWith(await stateOf(place)), back)).status).toBe(403);
    expect(portal.requests).toEqual([]);
    expect((await credentials()).tokens).toBeUndefined();
  });

  test("by the same state again is refused, even with a new code", async () => {
    const { portal, linkWith, back, state, credentials } = await openPlace();
    const link = linkWith(await state());
    await portal.authorize(link, back);
    const before = await credentials();
    expect((await portal.authorize(link, back)).status).toBe(403);
    expect(await credentials()).toEqual(before);
  });

  test("with a code that was used already is refused", async () => {
    const { portal, linkWith, back, state, credentials } = await openPlace();
    const first = await portal.authorize(linkWith(await state()), back);
    const before = await credentials();
    const code = new URL(first.address).searchParams.get("code") ?? "";
    expect((await portal.authorize(linkWith(await state()), back, { code })).status).toBe(403);
    expect(await credentials()).toEqual(before);
  });

  test("with a code that is older than half a minute is refused", async () => {
    const { portal, portalClock, linkWith, back, state, credentials } = await openPlace();
    const link = linkWith(await state());
    const held = await portal.authorize(link, `${new URL(back).origin}/healthz`);
    const code = new URL(held.address).searchParams.get("code") ?? "";
    portalClock.aheadMs = 31_000;
    expect((await portal.authorize(link, back, { code })).status).toBe(403);
    expect((await credentials()).tokens).toBeUndefined();
    expect((await portal.authorize(linkWith(await state()), back)).status).toBe(200);
  });

  test("of another portal than the one that is known is refused", async () => {
    const { portal, linkWith, back, state, credentials, store, id } = await openPlace();
    const memberId = randomBytes(16).toString("hex");
    const known = await credentials();
    await store.tx((tx) => tx.workspaces.set(id, { credentials: { ...known, memberId } }));
    expect((await portal.authorize(linkWith(await state()), back)).status).toBe(403);
    expect((await credentials()).tokens).toBeUndefined();
  });
});
