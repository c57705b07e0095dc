import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ackRoutes } from "../../adapters/web/ack.ts";
import { startWeb } from "../../adapters/web/server.ts";
import { createAckLinks } from "../../src/app/ackLink.ts";
import { createAckPage } from "../../src/app/ackPage.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { alert, openAlerts } from "../support/alerts.ts";

const CHROMIUM = {
  timeout: 120_000,
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
};
/** A phone: where such a link is mostly opened. */
const PHONE = { width: 390, height: 780 };

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch(CHROMIUM);
});

afterAll(() => browser.close());

/** An incident that Anna (7) and Boris (8) were told of, its page served, and a browser for each of them. */
async function openScene(language: "en" | "ru") {
  const { store, workspace, parts, addRule, forward } = await openAlerts();
  await store.tx(async (tx) => {
    await tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, language } });
    await tx.people.map({
      workspaceId: workspace.id,
      bitrixId: 7,
      name: "Anna Orlova",
      platform: "telegram",
      username: "anna",
    });
  });
  await addRule("main", { targets: [7, 8].map((bitrixId) => ({ kind: "person", bitrixId })) });
  await forward(alert({ title: "Disk <i>full</i> on db1", severity: "critical", key: "disk" }));
  const [incident] = await store.read.incidents.open({ workspaceId: workspace.id, limit: 1 });
  const links = createAckLinks([new Uint8Array(32).fill(3)]);
  const page = createAckPage({ ...parts, store, links, changed: createAlarm() });
  const routes = [ackRoutes({ page, wordsIn, clock: parts.clock })];
  const web = await startWeb({ host: "127.0.0.1", port: 0, trustedProxies: [], log: parts.log, routes, graceMs: 100 });
  onTestFinished(() => web.close());
  const open = async (bitrixId: number): Promise<Page> => {
    const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
    context.setDefaultTimeout(90_000);
    onTestFinished(() => context.close());
    const opened = await context.newPage();
    await opened.goto(web.url + links.path({ incident: incident?.uid ?? "", bitrixId }));
    return opened;
  };
  return { open, store, incident, forward };
}

/** Where somebody who makes a change can look at it: `SCREENSHOTS=<folder>`. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

test("a tap takes the incident, without a script; loading it anew asks nothing; the other one sees who has it", async () => {
  const { open, store, incident } = await openScene("en");
  const [anna, boris] = [await open(7), await open(8)];
  expect(await anna.title()).toBe("Disk <i>full</i> on db1");
  expect(await anna.locator("h1").textContent()).toBe("Disk <i>full</i> on db1");
  expect(await anna.locator("i").count()).toBe(0);
  await look(anna, "ack-open");
  const button = anna.getByRole("button", { name: "I have it" });
  const box = await button.boundingBox();
  expect(box?.height).toBeGreaterThan(44);
  await button.click();
  await anna.getByText("You have it.").waitFor();
  await look(anna, "ack-mine");
  await anna.reload();
  await anna.getByText("You have it.").waitFor();
  expect((await store.read.incidents.byId(incident?.id ?? 0))?.acknowledgedBy).toBe("Anna Orlova");
  // Boris still sees the button of before, and presses it.
  await boris.getByRole("button").click();
  await boris.getByText("Anna Orlova has it since").waitFor();
  await boris.getByText("nothing left to do").waitFor();
  expect(await boris.getByRole("button").count()).toBe(0);
});

test("in Russian, and after it is over", async () => {
  const { open, forward } = await openScene("ru");
  const anna = await open(7);
  await anna.getByRole("button", { name: "Беру на себя" }).waitFor();
  await look(anna, "ack-open-ru");
  await forward(alert({ key: "disk", title: "Disk full", status: "resolved" }));
  await anna.getByRole("button").click();
  await anna.getByText("Всё закончилось").waitFor();
  await look(anna, "ack-over-ru");
  expect(Number(await anna.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(PHONE.width);
});
