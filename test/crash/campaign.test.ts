import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

/** How often the service is killed in each campaign; `npm run test:crash` says more. */
const KILLS = Number(process.env.KILLS ?? 10);

/** Reproducible chance (mulberry32): a failure names its seed. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FAULTS = [
  { kind: "reset", executed: true },
  { kind: "reset", executed: false },
  { kind: "truncate" },
  { kind: "html", status: 502, executed: true },
  { kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } },
] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** People write, answers of the portal get lost, and the service is killed again and again at moments nobody chose. */
async function campaign(tags: "honoured" | "ignored", seed: number) {
  const house = await openGroup({
    portal: { tags, limits: "off", secondsPerNotification: 0.02 },
  });
  const { portal, telegram, ivan, group, start, cli } = house;
  const chance = chanceFrom(seed);
  const texts: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const service = await start();
    for (let index = 0; index < 3; index += 1) {
      const text = `message ${kill}.${index} end`;
      texts.push(text);
      const writer = telegram.createUser({ firstName: `Writer ${kill}` });
      telegram.say(group, index === 0 ? ivan : writer, `/notify @anna @boris ${text}`);
      const fault = FAULTS[Math.floor(chance() * FAULTS.length * 2)];
      // One at a time: a heap of them would only show how patient the pauses after a refusal are.
      if (fault && portal.faults.pending === 0) portal.faults.add(fault);
      await pause(chance() * 60);
    }
    await pause(chance() * 250);
    await service.kill();
  }
  portal.faults.clear();
  await start();
  const deliveries = async () => {
    const { out } = await cli("deliveries", "list", "--json", "--limit", "10000");
    return JSON.parse(out) as readonly { person: number; state: string; verdict: string; id: number }[];
  };
  await expect
    .poll(async () => (await deliveries()).filter(({ state }) => state === "settled").length, {
      timeout: 240_000,
      interval: 500,
    })
    .toBe(texts.length * 2);
  return { portal, texts, deliveries: await deliveries() };
}

const timesIn = (feed: readonly { text: string }[], text: string): number =>
  feed.filter((notification) => notification.text.includes(text)).length;

test("killed at random, with tags honoured: nothing is lost and nobody sees anything twice", async () => {
  const seed = Number(process.env.SEED ?? 20_261);
  const { portal, texts } = await campaign("honoured", seed);
  for (const recipient of [7, 8])
    for (const text of texts)
      expect(timesIn(portal.feed(recipient), text), `${text} for ${recipient}, seed ${seed}`).toBe(1);
}, 600_000);

test("killed at random, with tags ignored: nothing is seen twice, and what may be missing is told as unknown", async () => {
  const seed = Number(process.env.SEED ?? 77_003);
  const { portal, texts, deliveries } = await campaign("ignored", seed);
  for (const recipient of [7, 8]) {
    const counts = texts.map((text) => timesIn(portal.feed(recipient), text));
    expect(Math.max(...counts), `seed ${seed}`).toBe(1);
    const theirs = deliveries.filter(({ person }) => person === recipient);
    const delivered = theirs.filter(({ verdict }) => verdict === "delivered").length;
    const unknown = theirs.filter(({ verdict }) => verdict === "unknown").length;
    expect(delivered + unknown).toBe(texts.length);
    expect(counts.filter((count) => count === 1).length).toBeGreaterThanOrEqual(delivered);
    expect(counts.filter((count) => count === 0).length).toBeLessThanOrEqual(unknown);
  }
}, 600_000);
