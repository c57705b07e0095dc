import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

/** Sample → value, as Prometheus reads them. */
async function scrape(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line.startsWith("herald24_"));
  return new Map(
    samples.map((line) => {
      const cut = line.lastIndexOf(" ");
      return [line.slice(0, cut), Number(line.slice(cut + 1))];
    }),
  );
}

test("a real run shows in the metrics, and what is counted goes on counting after a restart", async () => {
  const house = await openGroup({
    portal: { secondsPerNotification: 0.12 },
    env: { MEDIA_QUOTA_MEGABYTES: "100" },
  });
  const { portal, telegram, discord, ivan, group, oleg, channel, cli, start, reacted } = house;
  expect((await cli("people", "map", "main", "--telegram", "@gone", "--bitrix", "9999")).code).toBe(0);
  const first = await start();
  const { host } = portal;
  // A bucket drains: what is in it shows while the portal is asked.
  const busy: ReturnType<typeof scrape>[] = [];
  const look = portal.onRequest(() => busy.push(scrape(first.url)));
  const bytes = Buffer.from("some words");
  const file = telegram.sendDocument(group, ivan, { bytes, fileName: "notes.txt", caption: "/notify @anna see" });
  await reacted(file.message_id, "👍");
  const refused = telegram.say(group, ivan, "/notify @boris @gone hello");
  await reacted(refused.message_id, "😢");
  telegram.faults.add({ method: "setMessageReaction", kind: "429", retryAfter: 0 });
  discord.faults.add({ kind: "429", retryAfterS: 0, method: "PUT", route: /\/reactions\// });
  await reacted(telegram.say(group, ivan, "/notify @anna again").message_id, "👍");
  discord.say(channel, oleg, { content: "!notify @boris from Discord" });
  await expect.poll(() => portal.feed(8).length).toBe(2);
  look();
  const expected: Readonly<Record<string, number>> = {
    'herald24_notifications_accepted_total{workspace="main"}': 4,
    'herald24_deliveries_accepted_total{workspace="main"}': 5,
    'herald24_deliveries_replayed_total{workspace="main"}': 0,
    'herald24_verdicts_total{workspace="main",verdict="delivered"}': 4,
    'herald24_verdicts_total{workspace="main",verdict="refused"}': 1,
    'herald24_verdicts_total{workspace="main",verdict="unknown"}': 0,
    'herald24_queue_depth{workspace="main",state="queued"}': 0,
    'herald24_queue_overdue_seconds{workspace="main"}': 0,
    'herald24_workspaces_suspended{workspace="main"}': 0,
    'herald24_method_rest_seconds{workspace="main"}': 0,
    [`herald24_portal_wait_seconds{portal="${host}"}`]: 0,
    'herald24_chat_limited_total{platform="telegram"}': 1,
    'herald24_chat_limited_total{platform="discord"}': 1,
    'herald24_platform_up{platform="telegram"}': 1,
    'herald24_platform_up{platform="discord"}': 1,
    'herald24_inbox_depth{platform="telegram"}': 0,
    'herald24_inbox_oldest_seconds{platform="telegram"}': 0,
    herald24_chores_depth: 0,
    herald24_media_bytes: bytes.length,
    herald24_media_quota_bytes: 100 * 1024 * 1024,
  };
  // What is seen at the portal and in chats is counted a moment later.
  const shown = async () => {
    const samples = await scrape(first.url);
    return Object.fromEntries(Object.keys(expected).map((sample) => [sample, samples.get(sample)]));
  };
  await expect.poll(shown).toEqual(expected);
  const before = await scrape(first.url);
  expect(before.get('herald24_portal_seconds_count{workspace="main"}')).toBeGreaterThanOrEqual(4);
  expect(before.get('herald24_operating_seconds{workspace="main"}')).toBeGreaterThan(0.1);
  const levels = (await Promise.all(busy)).map(
    (samples) => samples.get(`herald24_portal_bucket_level{portal="${host}"}`) ?? 0,
  );
  expect(Math.max(...levels)).toBeGreaterThan(0);
  expect(before.get(`herald24_portal_bucket_size{portal="${host}"}`)).toBeGreaterThan(0);
  expect(before.get(`herald24_portal_requests_per_second{portal="${host}"}`)).toBeGreaterThan(0);
  expect(before.get('herald24_receipts_depth{platform="discord"}')).toBeDefined();

  await first.stop();
  const second = await start();
  portal.faults.add({ kind: "reply", status: 401, body: { error: "NO_AUTH_FOUND" } });
  telegram.say(group, ivan, "/notify @anna refused");
  const suspended = 'herald24_workspaces_suspended{workspace="main"}';
  await expect.poll(async () => (await scrape(second.url)).get(suspended)).toBe(1);
  const after = await scrape(second.url);
  expect(after.get('herald24_queue_depth{workspace="main",state="queued"}')).toBe(1);
  expect(after.get('herald24_notifications_accepted_total{workspace="main"}')).toBe(5);
  expect(after.get('herald24_verdicts_total{workspace="main",verdict="delivered"}')).toBe(4);
  const shrunk = [...before].filter(([sample, value]) =>
    sample.includes("_accepted_total") || sample.includes("_verdicts_total") ? (after.get(sample) ?? 0) < value : false,
  );
  expect(shrunk).toEqual([]);
});
