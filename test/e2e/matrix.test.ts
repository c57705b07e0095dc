import { beforeAll, describe, expect, test } from "vitest";
import { type AlertSource, SOURCES, type Story } from "../support/alertSources.ts";
import { isPerson, type Outlook, openOutlook, type Sight, TARGETS, type Target } from "../support/outlook.ts";

const SOON = { timeout: 15_000, interval: 20 };

/** One sight, with all of the story in its order. */
function storyFor(target: Target, { origin }: AlertSource, { said, state, colour }: Story): unknown {
  const parts = isPerson(target) ? [`${origin.heading}\n`, state, ...said] : [state, `${origin.line}\n`, ...said];
  const all = new RegExp(`^${parts.map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, "\\$&")).join("[^]*")}`, "u");
  const sight = { said: expect.stringMatching(all) };
  return [isPerson(target) ? { ...sight, colour } : sight];
}

describe.each(SOURCES)("$name", (source) => {
  let house: Outlook;
  let opened: Awaited<ReturnType<AlertSource["open"]>>;
  let logs: readonly string[] = [];
  const shown = (target: Target) => (): readonly Sight[] => house.shownTo(target);

  beforeAll(async () => {
    const ends: (() => Promise<void> | void)[] = [];
    house = await openOutlook({ telegram: { botToBot: true }, atEnd: (end) => void ends.push(end) });
    opened = await source.open(house);
    await house.forward(opened.from);
    ({ logs } = await house.start());
    return async () => {
      for (const end of ends.toReversed()) await end();
    };
  });

  describe("tells it", () => {
    beforeAll(() => opened.tell());
    test.each(TARGETS)("to %s, once", async (target) => {
      await expect.poll(shown(target), SOON).toEqual(storyFor(target, source, source.first));
    });
  });

  describe("says how it goes on", () => {
    beforeAll(() => opened.tellMore());
    test.each(TARGETS)("to %s, in its place", async (target) => {
      await expect.poll(shown(target), SOON).toEqual(storyFor(target, source, source.later));
    });
    test("and nobody is pinged, and nothing fails", () => {
      expect(house.discord.pings).toEqual([]);
      expect(logs.filter((line) => /"level":(?:50|60|"error"|"fatal")/u.test(line))).toEqual([]);
    });
  });
});
