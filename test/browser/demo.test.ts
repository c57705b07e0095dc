import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type House, startHouse } from "../../sandbox/demo/house.ts";
import { type Page as DemoPage, startPage } from "../../sandbox/demo/page.ts";
import { buildChart } from "../../sandbox/demo/picture.ts";
import { openStage } from "../../sandbox/demo/stage.ts";
import { composeNotification } from "../../src/core/compose.ts";
import { colorOf, factBlocks } from "../../src/core/facts.ts";

const CHROMIUM = {
  timeout: 120_000,
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
const PICTURE = { name: "builds.png", mimeType: "image/png", buffer: buildChart() };
const LONG = { timeout: 90_000 };

const PROGRAM = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const undo: (() => Promise<void>)[] = [];
let house: House;
let demo: DemoPage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const signal = new AbortController().signal;
  house = await startHouse({ program: PROGRAM, env: process.env, signal, undo: (step) => void undo.unshift(step) });
  demo = await startPage(openStage(house), { port: 0 });
  undo.unshift(demo.close);
  browser = await chromium.launch(CHROMIUM);
  undo.unshift(() => browser.close());
});

afterAll(async () => {
  for (const step of undo) await step();
});

beforeEach(async () => {
  page = await openPage({ width: 1280, height: 800 });
});

/** A page of its own on which no error goes unseen. */
async function openPage(viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: "en-GB" });
  context.setDefaultTimeout(90_000);
  const opened = await context.newPage();
  const problems: string[] = [];
  opened.on("pageerror", (error) => problems.push(error.message));
  opened.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await opened.goto(demo.url);
  await opened.locator("#telegram select option").first().waitFor({ state: "attached" });
  return opened;
}

async function recipient(name: string): Promise<Locator> {
  await page.locator("#portal select").selectOption(name);
  return page.locator("#portal .notification");
}

async function sayInTelegram(who: string, text: string): Promise<Locator> {
  await page.locator("#telegram select").selectOption(who);
  await page.locator("#telegram textarea").fill(text);
  await page.locator("#telegram").getByRole("button", { name: "Send" }).click();
  return page.locator("#telegram .line", { hasText: text }).last();
}

/** Decoded, not merely linked. */
async function decodedWidth(picture: Locator): Promise<number> {
  await picture.waitFor(LONG);
  return picture.evaluate(async (element) => {
    if (!("naturalWidth" in element && "decode" in element && typeof element.decode === "function")) return 0;
    await element.decode();
    return Number(element.naturalWidth);
  });
}

test("a Telegram command with a picture is delivered: 👍 in the chat, the decoded picture in the notification centre", async () => {
  await page.locator("#telegram input[type=file]").setInputFiles(PICTURE);
  const line = await sayInTelegram("Ivan", "/notify @anna Build is red #ci");
  await line.locator(".reactions", { hasText: "👍" }).waitFor(LONG);
  const shown = (await recipient("Anna Orlova")).filter({ hasText: "Build is red" });
  await shown.waitFor(LONG);
  expect(await shown.locator("b").textContent()).toBe("Ivan Petrov");
  // The notification centre shows the preview; the picture behind it is as wide as it was sent.
  expect(await decodedWidth(shown.locator("img"))).toBe(400);
  expect(await decodedWidth(line.locator("img"))).toBe(640);
});

test("an album is one notification with all its pictures", async () => {
  await page.locator("#telegram input[type=file]").setInputFiles([PICTURE, { ...PICTURE, name: "second.png" }]);
  await sayInTelegram("Boris", "/notify @anna Two views #album");
  const shown = (await recipient("Anna Orlova")).filter({ hasText: "Two views" });
  await shown.locator("img").nth(1).waitFor(LONG);
  expect(await shown.count()).toBe(1);
});

test("hostile text is shown as the text it is, in the chat and to the recipient", async () => {
  const hostile =
    "[url=https://evil.example]https://company.example[/url] <b>bold</b> <script>document.title='x'</script>";
  const line = await sayInTelegram("Ivan", `/notify @boris ${hostile} #hostile`);
  await line.locator(".reactions", { hasText: "👍" }).waitFor(LONG);
  const shown = (await recipient("Boris Lang")).filter({ hasText: "company.example" });
  await shown.waitFor(LONG);
  const seen = ((await shown.locator(".text").textContent()) ?? "").replaceAll("\u2060", "");
  expect(seen.replaceAll("［", "[").replaceAll("］", "]")).toContain("<b>bold</b> <script>document.title='x'</script>");
  expect(seen).toContain("［url=https://evil.example");
  expect(await shown.locator("script").count()).toBe(0);
  expect(await shown.locator("b", { hasText: "bold" }).count()).toBe(0);
  // The only link is our own, to the message; what the sender wrote has become none.
  const links = await shown.locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  expect(links.map((href) => new URL(href).host)).toEqual(["t.me"]);
  expect(await line.locator(".text").textContent()).toContain("<b>bold</b>");
  expect(await page.title()).toBe("herald24 demo");
});

test("Discord's slash command answers its caller alone, and its file arrives with its size", async () => {
  const form = page.locator("#slash-form");
  await form.locator("[name=to]").fill("@boris");
  await form.locator("[name=text]").fill("Deploy finished");
  await form.locator("[name=tag]").fill("deploy");
  const file = { name: "deploy.txt", mimeType: "text/plain", buffer: Buffer.alloc(2048, "x") };
  await form.locator("input[type=file]").setInputFiles(file);
  await form.getByRole("button", { name: "Send" }).click();
  const answer = page.locator("#discord .ephemeral", { hasText: "Delivered." });
  await answer.waitFor(LONG);
  expect(await answer.textContent()).toContain("Only Kate sees this");
  const shown = (await recipient("Boris Lang")).filter({ hasText: "Deploy finished" });
  await shown.waitFor(LONG);
  expect(await shown.locator(".file").textContent()).toBe("deploy.txt 2 kB");
});

test("a typed Discord command that replies takes the other message along", async () => {
  await page.getByRole("button", { name: "Message", exact: true }).click();
  const form = page.locator("#discord-form");
  const say = async (who: string, text: string) => {
    await form.locator("select").selectOption(who);
    await form.locator("textarea").fill(text);
    await form.locator("textarea").press("Enter");
    await page.locator("#discord .line", { hasText: text }).last().waitFor(LONG);
  };
  await say("Anna", "The disk is almost full");
  const line = page.locator("#discord .line", { hasText: "The disk is almost full" });
  await line.getByRole("button", { name: "Reply" }).click();
  await say("Олег", "!notify @boris please look #disk");
  const command = page.locator("#discord .line", { hasText: "!notify @boris" });
  await command.locator(".reactions", { hasText: "👍" }).waitFor(LONG);
  const shown = (await recipient("Boris Lang")).filter({ hasText: "please look" });
  await shown.waitFor(LONG);
  expect(await shown.textContent()).toContain("The disk is almost full");
});

test("an outage that the visitor causes ends as they wish, and nothing is lost", async () => {
  await page.getByRole("button", { name: "Take the portal down" }).click();
  await page.getByText("The portal is down").waitFor(LONG);
  const line = await sayInTelegram("Ivan", "/notify @anna Through the outage #outage");
  await line.locator(".reactions", { hasText: "👀" }).waitFor(LONG);
  await page.getByRole("button", { name: "Bring the portal up" }).click();
  await line.locator(".reactions", { hasText: "👍" }).waitFor(LONG);
  const shown = (await recipient("Anna Orlova")).filter({ hasText: "Through the outage" });
  await shown.waitFor(LONG);
  expect(await shown.count()).toBe(1);
});

test("the page speaks Russian when asked", async () => {
  await page.getByRole("button", { name: "Русский" }).click();
  await page.getByRole("button", { name: "Отключить портал" }).waitFor(LONG);
  await page.getByRole("heading", { name: "Bitrix24 Уведомления" }).waitFor(LONG);
  expect(await page.locator("html").getAttribute("lang")).toBe("ru");
});

test("on a phone one column is shown at a time, and nothing is wider than the screen", async () => {
  const phone = await openPage({ width: 390, height: 780 });
  for (const name of ["Discord", /^Notifications/u, "Telegram"]) {
    await phone.getByRole("navigation").getByRole("button", { name }).click();
    expect(await phone.locator("section:visible").count()).toBe(1);
    expect(Number(await phone.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(390);
  }
});

test("an incident is shown with the colour of its severity, its fields and the link to take it", async () => {
  const facts = { severity: "critical", status: "open", fields: [{ name: "host", value: "db1 [b]x[/b]" }] } as const;
  const acknowledge = { label: "✋ I have it", address: `${house.serviceUrl}/ack/a/7/b` };
  const { params } = composeNotification({
    ...{ kind: "personal", recipientId: 7, heading: { sender: "Grafana", origin: "Ops" }, notes: [] },
    ...{ text: [{ text: "🔴 Critical", styles: ["bold"] }, { text: "\nDisk full" }], tag: "h24.i.demo", subTag: "s" },
    ...{ color: colorOf(facts), blocks: factBlocks(facts, { more: String, acknowledge }) },
  });
  const told = await fetch(`${house.portal.webhookUrl(1)}im.notify.personal.add`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  expect(told.status).toBe(200);
  const shown = (await recipient("Anna Orlova")).filter({ hasText: "Disk full" });
  await shown.locator(".attach.alert").waitFor(LONG);
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/demo.png` });
  expect(await shown.locator(".cell").textContent()).toContain("db1 ［b］x［/b］");
  expect(await shown.getByRole("link", { name: "I have it" }).getAttribute("href")).toBe(acknowledge.address);
});
