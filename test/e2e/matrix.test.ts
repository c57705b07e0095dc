import Database from "better-sqlite3";
import { beforeAll, describe, expect, test } from "vitest";
import { type AlertSource, SOURCES, type Story } from "../support/alertSources.ts";
import { isPerson, type Outlook, openOutlook, type Sight, TARGETS, type Target } from "../support/outlook.ts";

const SOON = { interval: 20 };

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

describe("the API", () => {
  const persons = TARGETS.filter(isPerson);
  let house: Outlook;
  let ask: (text: string, key: string) => Promise<Response>;

  beforeAll(async () => {
    const ends: (() => Promise<void> | void)[] = [];
    house = await openOutlook({ atEnd: (end) => void ends.push(end) });
    const { address, key } = JSON.parse(
      await house.command("hook", "add", "main", "deploy", "--kind", "api", "--json"),
    );
    await house.start();
    ask = (text, delivery) =>
      fetch(address, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "idempotency-key": delivery },
        body: JSON.stringify({ to: ["id:7", "@team", "@ops"], text, tag: "deploy" }),
      });
    return async () => {
      for (const end of ends.toReversed()) await end();
    };
  });

  test.each(persons)("tells it to %s, once, however often it is asked", async (target) => {
    expect((await ask("Выкатываем 2.0 🚀", "one")).status).toBe(202);
    const sight = { said: "deploy, by API\nВыкатываем 2.0 🚀" };
    await expect.poll(() => house.shownTo(target), SOON).toEqual([sight]);
  });

  test.each(persons)("tells what replaces it to %s, in its place", async (target) => {
    expect((await ask("2.0 работает", "two")).status).toBe(202);
    await expect.poll(() => house.shownTo(target), SOON).toEqual([{ said: "deploy, by API\n2.0 работает" }]);
  });
});

test("the command line tells it to a person, once, and what replaces it in its place", async () => {
  const house = await openOutlook();
  const notify = async (text: string): Promise<void> => {
    const to = ["--url", house.portal.webhookUrl(1), "--user", "7", "--tag", "deploy"];
    expect(await house.cli("notify", ...to, "--text", text)).toMatchObject({ code: 0 });
  };
  await notify("Выкатываем 2.0 🚀");
  expect(house.shownTo("a person")).toEqual([{ said: "Выкатываем 2.0 🚀" }]);
  await notify("2.0 работает");
  expect(house.shownTo("a person")).toEqual([{ said: "2.0 работает" }]);
});

test("what was accepted and not yet forwarded when the service was killed, each target shows once after the restart", async () => {
  const house = await openOutlook();
  const added = await house.command("hook", "add", "main", "monitor", "--kind", "generic", "--json");
  const { address } = JSON.parse(added) as { address: string };
  await house.forward("hook:monitor");
  const first = await house.start();
  const database = new Database(house.env.DATABASE_URL?.slice("file:".length));
  database.exec("create trigger hold before insert on incidents begin select raise(abort, 'held'); end");
  const failed = Promise.withResolvers<void>();
  first.onLine((line) => line.includes("alert failed") && failed.resolve());
  const tell = (more: object) =>
    fetch(address, { method: "POST", body: JSON.stringify({ title: "Disk full", key: "disk", ...more }) });
  expect((await tell({ severity: "critical" })).status).toBe(202);
  await failed.promise;
  await first.kill();
  database.exec("drop trigger hold");
  database.close();
  expect(TARGETS.map(house.shownTo)).toEqual(TARGETS.map(() => []));
  await house.start();
  for (const target of TARGETS)
    await expect
      .poll(() => house.shownTo(target), SOON)
      .toEqual([expect.toSatisfy(isSaid("🔴 Critical", "Disk full"))]);
  await tell({ severity: "critical", status: "resolved" });
  for (const target of TARGETS)
    await expect
      .poll(() => house.shownTo(target), SOON)
      .toEqual([expect.toSatisfy(isSaid("✅ Resolved", "Disk full"))]);
});

test("what was told while the platforms were away, each target shows once when they are back", async () => {
  const house = await openOutlook();
  const { portal, telegram, discord } = house;
  const added = await house.command("hook", "add", "main", "monitor", "--kind", "generic", "--json");
  const { address } = JSON.parse(added) as { address: string };
  await house.forward("hook:monitor");
  const { logs } = await house.start();
  const away = [portal, telegram, discord];
  await Promise.all(away.map((platform) => platform.pause()));
  const body = JSON.stringify({ title: "Disk full", key: "disk", severity: "critical" });
  expect((await fetch(address, { method: "POST", body })).status).toBe(202);
  await expect.poll(() => logs.some((line) => line.includes("incident told")), SOON).toBe(true);
  await Promise.all(away.map((platform) => platform.resume()));
  const late = { interval: 50 };
  for (const target of TARGETS)
    await expect
      .poll(() => house.shownTo(target), late)
      .toEqual([expect.toSatisfy(isSaid("🔴 Critical", "Disk full"))]);
});

test("what is deleted in Discord is gone from every target", async () => {
  const house = await openOutlook();
  const { discord, guild, channel, oleg } = house;
  await house.forward(`discord:${guild.id}/${channel.id}`);
  await house.start();
  const said = discord.say(channel, oleg, { content: "Disk full on db1" });
  for (const target of TARGETS)
    await expect.poll(() => house.shownTo(target), SOON).toEqual([expect.toSatisfy(isSaid("Disk full on db1"))]);
  discord.delete(said);
  for (const target of TARGETS) await expect.poll(() => house.shownTo(target), SOON).toEqual([]);
});

const isSaid =
  (...parts: readonly string[]) =>
  ({ said }: Sight): boolean =>
    parts.every((part) => said.includes(part));
