import { expect, test } from "vitest";
import { complete } from "../../../adapters/discord/packets.ts";

test("what discord.js cannot do without is filled in, and nothing that is there is changed", () => {
  const bare = { t: "INTERACTION_CREATE", d: { id: "1", channel_id: "2", locale: "ru" } };
  complete(bare);
  const channel = { id: "2", type: 0 };
  expect(bare.d).toEqual({
    ...{ id: "1", channel_id: "2", locale: "ru" },
    ...{ channel, entitlements: [], authorizing_integration_owners: {} },
  });
  const whole = {
    t: "INTERACTION_CREATE",
    d: { ...bare.d, entitlements: [{ id: "3" }], channel: { id: "2", type: 11 } },
  };
  const before = structuredClone(whole);
  complete(whole);
  expect(whole).toEqual(before);
  const said = { t: "MESSAGE_CREATE", d: { id: "1" } };
  complete(said);
  expect(said.d).toEqual({ id: "1", type: 0 });
});

test("other packets, and those without a body, are left alone", () => {
  for (const packet of [{ t: "READY", d: {} }, { t: "MESSAGE_UPDATE", d: { id: "1" } }, { t: null, d: null }, {}]) {
    const before = structuredClone(packet);
    complete(packet);
    expect(packet).toEqual(before);
  }
});
