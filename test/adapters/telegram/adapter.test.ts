import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createTelegram } from "../../../adapters/telegram/adapter.ts";
import { telegramMenus } from "../../../src/menus.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { groupFor, houseFor, openInwards, openLog, optionsFor } from "./support.ts";

test("the bot knows its name and how it is invited", async () => {
  const { telegram, sandbox } = await houseFor({ sandbox: { canReadAllGroupMessages: false } });
  expect(await telegram.identity()).toEqual({
    id: String(sandbox.bot.id),
    username: "herald24_bot",
    canReadAllGroupMessages: false,
  });
  expect(
    Object.values(await telegram.inviteLinks()).every((link) => link.startsWith("https://t.me/herald24_bot")),
  ).toBe(true);
  expect(sandbox.calls).toHaveLength(1);
});

test("command menus are registered per language, and again only when they differ", async () => {
  const { telegram, sandbox } = await houseFor();
  const english = { commands: [{ name: "notify", description: "Notify somebody" }] };
  const russian = { language: "ru", commands: [{ name: "notify", description: "Уведомить" }] } as const;
  expect(await telegram.registerCommands([english, russian])).toBe(2);
  expect(await telegram.registerCommands([english, russian])).toBe(0);
  expect(await telegram.registerCommands([{ commands: [{ name: "notify", description: "Tell" }] }, russian])).toBe(1);
  expect(sandbox.menus()).toHaveLength(2);
});

test("who administers a group is offered the commands of administrators besides, in both languages", async () => {
  const { telegram, sandbox } = await houseFor();
  const menus = telegramMenus(wordsIn);
  expect(await telegram.registerCommands(menus)).toBe(4);
  expect(await telegram.registerCommands(menus)).toBe(0);
  const listed = (type: string, languageCode: string) =>
    sandbox
      .menus()
      .find((menu) => menu.scope.type === type && menu.languageCode === languageCode)
      ?.commands.map(({ command }) => command) ?? [];
  for (const language of ["", "ru"]) {
    const everybody = listed("default", language);
    const administrators = listed("all_chat_administrators", language);
    expect(everybody).toContain("notify");
    expect(everybody).not.toContain("map");
    expect(administrators).toEqual(expect.arrayContaining([...everybody, "map", "forward", "role"]));
  }
});

test("doctor hears that all is well", async () => {
  const { telegram } = await houseFor();
  expect((await telegram.findings(wordsIn("en"))).map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
});

test("doctor hears of privacy mode and of a webhook elsewhere, whose path stays a secret", async () => {
  const { telegram, sandbox } = await houseFor({ sandbox: { canReadAllGroupMessages: false } });
  const body = { ok: true, result: { url: "https://other.example/secret-path", pending_update_count: 3 } };
  sandbox.faults.add({ method: "getWebhookInfo", kind: "reply", status: 200, body });
  const findings = await telegram.findings(wordsIn("en"));
  expect(findings.map(({ state }) => state)).toEqual(["ok", "warning", "warning"]);
  expect(findings.every(({ state, fix }) => state === "ok" || fix)).toBe(true);
  expect(inspect(findings)).toContain("other.example");
  expect(inspect(findings)).not.toContain("secret-path");
});

test("doctor hears of a webhook that cannot be reached, and of one that is not set", async () => {
  const mode = { kind: "webhook", url: "https://herald.example/telegram/x", secret: "s" } as const;
  const { telegram, sandbox } = await houseFor({ adapter: { mode } });
  expect((await telegram.findings(wordsIn("en"))).at(-1)).toMatchObject({
    state: "warning",
    detail: "no webhook is set",
  });
  const result = { url: mode.url, pending_update_count: 3, last_error_message: "Connection timed out" };
  sandbox.faults.add({ method: "getWebhookInfo", kind: "reply", status: 200, body: { ok: true, result } });
  expect((await telegram.findings(wordsIn("en"))).at(-1)).toMatchObject({
    detail: expect.stringContaining("Connection timed out"),
  });
});

test("doctor hears of a refused token and of a server that does not answer", async () => {
  const { telegram, sandbox } = await houseFor();
  const body = { ok: false, error_code: 401, description: "Unauthorized" };
  sandbox.faults.add({ method: "getMe", kind: "reply", status: 401, body });
  expect(await telegram.findings(wordsIn("en"))).toMatchObject([{ check: "telegram-token", state: "broken" }]);
  await sandbox.pause();
  expect(await telegram.findings(wordsIn("en"))).toMatchObject([{ check: "telegram", state: "broken" }]);
  await sandbox.resume();
});

test("the token goes over plain HTTP to listed hosts alone", async () => {
  const { sandbox } = await houseFor();
  const options = { ...optionsFor(sandbox), intake: openInwards(), log: openLog() };
  expect(() => createTelegram({ ...options, privateHosts: [] })).toThrow(/PRIVATE_HOSTS=127\.0\.0\.1:\d+/u);
  expect(() => createTelegram({ ...options, privateHosts: ["127.0.0.1"] })).not.toThrow();
  expect(() => createTelegram({ ...options, apiRoot: "https://api.telegram.org/", privateHosts: [] })).not.toThrow();
});

test("whatever fails, the token is in no error, outcome or log", async () => {
  const { sandbox, telegram, log, start, anna, group } = await groupFor();
  sandbox.say(group, anna, "/notify @petr_s x");
  await sandbox.pause();
  const target = { platform: "telegram", chatId: String(group.id), threadId: "", messageId: "2" } as const;
  const source = { kind: "telegram", fileId: "F", uniqueId: "U" } as const;
  const row = { platform: "telegram", externalId: "1:1", payload: "{}", receivedAt: 0, id: 1, attempts: 0 } as const;
  const failed = await Promise.allSettled([
    telegram.identity(),
    telegram.dispatch([row]),
    telegram.registerCommands([{ commands: [] }]),
    telegram.messenger.post(target, "x"),
    telegram.messenger.mark(target, "failed"),
    telegram.openMedia(source, new AbortController().signal),
    telegram.findings(wordsIn("en")),
  ]);
  start();
  await expect.poll(() => log.lines.length).toBeGreaterThan(0);
  await sandbox.resume();
  expect(failed.filter(({ status }) => status === "rejected")).toHaveLength(3);
  expect(inspect([failed, log.lines], { depth: 20, showHidden: true })).not.toContain(sandbox.token);
});

test("with a proxy, calls and downloads go through it", async () => {
  const { proxyUrl, passed } = await openProxy();
  const { telegram, sandbox, takeIn, anna, group } = await groupFor({ adapter: { proxyUrl } });
  sandbox.sendDocument(group, anna, { bytes: new Uint8Array(9), caption: "/notify @anna_k x" });
  const [message] = await takeIn();
  const source = message?.media[0]?.source ?? expect.fail("no media");
  const media = await telegram.openMedia(source, new AbortController().signal);
  expect(media.kind === "open" ? await buffer(media.stream) : media).toHaveLength(9);
  expect(passed[0]).toMatch(new RegExp(`^${sandbox.url}/bot.*/getMe$`, "u"));
  expect(passed.at(-1)).toMatch(new RegExp(`^${sandbox.url}/file/bot.*/documents/`, "u"));
});

test("with a proxy, calls over HTTPS ask it for a tunnel, so that it never sees the token", async () => {
  const { proxyUrl, passed } = await openProxy();
  const apiRoot = "https://api.telegram.invalid";
  const { telegram } = await houseFor({ adapter: { proxyUrl, apiRoot } });
  await expect(telegram.identity()).rejects.toThrow(/^Telegram getMe: /u);
  expect(passed).toEqual(["CONNECT api.telegram.invalid:443"]);
});

/** A forward proxy, and a note of what was asked of it. */
async function openProxy(): Promise<{ proxyUrl: string; passed: string[] }> {
  const passed: string[] = [];
  const proxy = createServer((asked, answer) => {
    passed.push(asked.url ?? "");
    const onward = request(asked.url ?? "", { method: asked.method, headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  const tunnels = new Set<Duplex>();
  proxy.on("connect", (asked, near) => {
    passed.push(`CONNECT ${asked.url}`);
    const { hostname, port } = new URL(`http://${asked.url}`);
    const far = connect(Number(port), hostname, () => near.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    tunnels.add(near);
    far.on("error", () => near.destroy());
    near.on("error", () => far.destroy());
    far.pipe(near);
    near.pipe(far);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const tunnel of tunnels) tunnel.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, passed };
}
