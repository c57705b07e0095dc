import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";
import { temporaryFolder } from "../support/store.ts";

const DAY_MS = 86_400_000;

/** A house whose service has a clock of its own. */
async function openWithClock() {
  const file = join(temporaryFolder(), "ahead");
  writeFileSync(file, "0");
  const preload = new URL("./clockAhead.ts", import.meta.url).href;
  const house = await openGroup({ env: { NODE_OPTIONS: `--import=${preload}`, CLOCK_AHEAD_FILE: file } });
  const service = await house.start();
  const { telegram, group, ivan, portal, cli } = house;
  return {
    ...house,
    service,
    /** Resolves when the service lives by the new time. */
    async setAhead(ms: number) {
      const before = service.logs.length;
      writeFileSync(file, String(ms));
      process.kill(service.pid, "SIGUSR2");
      const said = `{"msg":"clock set","aheadMs":${ms}}`;
      await expect.poll(() => service.logs.slice(before).includes(said)).toBe(true);
    },
    send: (text: string) => telegram.say(group, ivan, `/notify @anna ${text}`),
    arrived: (text: string) =>
      expect.poll(() => portal.feed(7).filter((shown) => shown.text.includes(text)).length).toBe(1),
    verdicts: async () => {
      const { out } = await cli("deliveries", "list", "--json");
      return (JSON.parse(out) as readonly { verdict: string }[]).map(({ verdict }) => verdict);
    },
  };
}

test("a clock set a day ahead and back again delays nothing and shows nothing twice", async () => {
  const { portal, setAhead, send, arrived, reacted, verdicts } = await openWithClock();
  send("before");
  await arrived("before");
  await setAhead(DAY_MS);
  send("a day ahead");
  await arrived("a day ahead");
  // Written into the queue with a time of its own that lies a day ahead.
  portal.setDown(true);
  const waiting = send("waits in the future");
  await reacted(waiting.message_id, "👀");
  await expect.poll(() => portal.requests.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
  await setAhead(0);
  portal.setDown(false);
  send("back again");
  await arrived("waits in the future");
  await arrived("back again");
  await setAhead(-DAY_MS);
  send("a day behind");
  await arrived("a day behind");
  await reacted(waiting.message_id, "👍");
  expect(portal.feed(7)).toHaveLength(5);
  await expect.poll(verdicts).toEqual(Array.from({ length: 5 }, () => "delivered"));
}, 300_000);

test("an answer lost while the clock is set is asked for again under the same tag", async () => {
  const { portal, setAhead, send, arrived, verdicts } = await openWithClock();
  portal.faults.add({ kind: "hang", executed: true });
  send("in doubt");
  await expect.poll(() => portal.faults.pending).toBe(0);
  await setAhead(DAY_MS);
  await setAhead(-DAY_MS);
  await arrived("in doubt");
  await expect.poll(verdicts, { timeout: 180_000 }).toEqual(["delivered"]);
  expect(portal.feed(7)).toHaveLength(1);
}, 300_000);
