import { expect, test } from "vitest";
import { ackRoutes } from "../../../adapters/web/ack.ts";
import { createAckLinks } from "../../../src/app/ackLink.ts";
import { createAckPage } from "../../../src/app/ackPage.ts";
import { createAlarm } from "../../../src/app/alarm.ts";
import { LINK_LIFE_MS } from "../../../src/app/blocks.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { alert, openAlerts } from "../../support/alerts.ts";
import { addPeople, addWorkspace } from "../../support/entries.ts";
import { ask, serve } from "./support.ts";

const links = createAckLinks([new Uint8Array(32).fill(7)]);

/** An incident that Anna (7) has been told of, and the page served. */
async function opened(options: { rate?: { burst: number; perSecond: number }; language?: "ru" } = {}) {
  const desk = await openAlerts();
  const { store, workspace, clock, parts, addRule, forward, everyIncident } = desk;
  const { language, rate } = options;
  if (language)
    await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, language } }));
  await addRule("main");
  await forward(alert({ title: "<b>Disk</b> full on db1", severity: "critical", key: "disk" }));
  const page = createAckPage({ ...parts, store, links, changed: createAlarm() });
  const web = await serve([ackRoutes({ page, wordsIn, clock: parts.clock, ...(rate ? { rate } : {}) })]);
  const [incident] = await everyIncident();
  if (!incident) throw new Error("it was forwarded");
  const addressOf = (bitrixId: number, uid = incident.uid) => web.url + links.path({ incident: uid, bitrixId });
  const status = async () => (await store.read.incidents.byId(incident.id))?.status;
  return { ...desk, clock, web, incident, addressOf, mine: addressOf(7), status };
}

test("the page says what it is about and offers to take it, with its words escaped, and shows nobody else's door", async () => {
  const { mine, status } = await opened();
  const { status: code, headers, text } = await ask(mine);
  expect(code).toBe(200);
  expect(text).toContain("&lt;b&gt;Disk&lt;/b&gt; full on db1");
  expect(text).toContain("🔴 Critical");
  expect(text).toContain("Ops · since January 5, 2026");
  expect(text).toMatch(/<form method="post"><button type="submit">/u);
  expect(text).not.toContain("<script");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow",
  });
  expect(await status()).toBe("open");
});

test("looking takes nothing, however often and by which method; posting takes it, once", async () => {
  const { mine, status, store, told } = await opened();
  await ask(mine);
  expect((await ask(mine, { method: "HEAD" })).status).toBe(200);
  expect((await ask(mine, { method: "OPTIONS" })).status).toBe(404);
  expect(await status()).toBe("open");
  for (const _ of [1, 2]) {
    const { status: code, headers } = await ask(mine, { method: "POST" });
    expect(code).toBe(303);
    expect(new URL(String(headers.location), mine).href).toBe(mine);
  }
  expect(await status()).toBe("acknowledged");
  expect((await ask(mine)).text).toContain("You have it.");
  const audit = await store.read.audit.list({ limit: 10 });
  expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual(["bitrix:7 incident.acknowledge"]);
  const notifications = await told();
  expect(notifications.map(({ facts }) => facts?.status)).toEqual(["open", "acknowledged"]);
  expect(notifications.at(-1)?.facts?.acknowledge).toBeUndefined();
  expect(notifications.at(-1)?.priority).toBe("urgent");
});

test("whoever comes second sees who has it, and cannot take it over", async () => {
  const { store, incident, bert, mine, addressOf } = await opened();
  await store.tx(async (tx) => tx.incidents.concern(incident.id, { personId: bert, toldVersion: 1 }));
  await ask(mine, { method: "POST" });
  expect((await ask(addressOf(8), { method: "POST" })).status).toBe(303);
  const { text } = await ask(addressOf(8));
  expect(text).toContain("id:7 has it since 13:00");
  expect(text).toContain("nothing left to do");
  expect(text).not.toContain("<form");
});

test("one that is over says so and offers nothing", async () => {
  const { mine, forward, clock, status } = await opened();
  clock.now += 600_000;
  await forward(alert({ key: "disk", status: "resolved", title: "Disk full" }));
  await ask(mine, { method: "POST" });
  expect(await status()).toBe("resolved");
  const { text } = await ask(mine);
  expect(text).toContain("✅ Resolved");
  expect(text).not.toContain("<form");
});

test("it speaks the workspace's language", async () => {
  const { mine } = await opened({ language: "ru" });
  const { text } = await ask(mine);
  expect(text).toContain('<html lang="ru">');
  expect(text).toContain("Беру на себя");
  expect(text).toContain("с 5 января 2026");
});

test("every link that is not this recipient's own, genuine and live gets the same answer, and takes nothing", async () => {
  const { store, clock, incident, anna, mine, addressOf, status, web } = await opened();
  const other = await addWorkspace(store, "other");
  await store.tx((tx) => addPeople(tx, other.id, [9]));
  const former = createAckLinks([new Uint8Array(32).fill(8)]).path({ incident: incident.uid, bitrixId: 7 });
  const wrong = [
    mine.slice(0, -1),
    `${mine.slice(0, -2)}..`,
    mine.replace("/7/", "/8/"),
    mine.replace("/7/", "/07/"),
    mine.replace("/7/", "/7e0/"),
    mine.replace(incident.uid, crypto.randomUUID()),
    web.url + former,
    // Genuine, but nobody told them; of another workspace; of an incident that never was.
    addressOf(8),
    addressOf(9),
    addressOf(7, crypto.randomUUID()),
  ];
  const [first] = await Promise.all(wrong.map((address) => ask(address)));
  for (const address of wrong)
    for (const method of ["GET", "POST"] as const) {
      const { status: code, text } = await ask(address, { method });
      expect({ code, text }).toEqual({ code: 404, text: first?.text });
    }
  expect(await status()).toBe("open");
  await store.tx((tx) => tx.people.leave(anna, clock.now));
  expect((await ask(mine)).status).toBe(404);
});

test("a link outlives the texts of an incident that is not over, but not those of one that is, nor 60 days", async () => {
  const { mine, clock, store, workspace, incident } = await opened();
  clock.now += LINK_LIFE_MS - 1;
  expect((await ask(mine)).status).toBe(200);
  clock.now += 1;
  expect((await ask(mine, { method: "POST" })).status).toBe(404);
  clock.now -= LINK_LIFE_MS;
  expect((await ask(mine)).status).toBe(200);
  await store.tx((tx) =>
    tx.incidents.forget({ workspaceId: workspace.id, before: clock.now + LINK_LIFE_MS, limit: 10 }),
  );
  const { status, text } = await ask(mine);
  expect(status).toBe(200);
  expect(text).toContain("#1");
  await store.tx(async (tx) => {
    const known = await tx.incidents.byId(incident.id);
    if (known) await tx.incidents.save({ ...known, status: "resolved", resolvedAt: clock.now });
  });
  expect((await ask(mine)).status).toBe(404);
});

test("who asks too fast is told to wait, and a body that no form of ours has is refused", async () => {
  const { mine, status } = await opened({ rate: { burst: 2, perSecond: 1 } });
  expect((await ask(mine, { method: "POST", body: "x".repeat(10_000) })).status).toBe(413);
  expect((await ask(mine)).status).toBe(200);
  const { status: code, headers } = await ask(mine, { method: "POST" });
  expect(code).toBe(429);
  expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  expect(await status()).toBe("open");
});
