import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startDiscord } from "../../sandbox/discord/server.ts";
import { startTelegram } from "../../sandbox/telegram/server.ts";
import { CHECKS } from "../../src/app/checks.ts";
import { newcomer, TELEGRAM_TOKEN } from "./newcomer.ts";
import { emptyFolder, folderWithWorkspace, type Shell } from "./support.ts";

interface Found {
  readonly check: string;
  readonly place: string | null;
  readonly state: "ok" | "warning" | "broken";
  readonly subject: string;
  readonly detail: string;
  readonly fix: string | null;
}

/** Both languages, with what holds for every finding in either. */
async function examined(shell: Shell): Promise<{ english: readonly Found[]; russian: readonly Found[]; code: number }> {
  const english = await shell.run("doctor --json --language en");
  const russian = await shell.run("doctor --json --language ru");
  const [en, ru] = [english.json() as readonly Found[], russian.json() as readonly Found[]];
  expect(ru.map(({ check, place, state }) => [check, place, state])).toEqual(
    en.map(({ check, place, state }) => [check, place, state]),
  );
  for (const found of [...en, ...ru]) {
    expect(Object.keys(found)).toEqual(["check", "place", "state", "subject", "detail", "fix"]);
    expect(CHECKS).toContain(found.check);
    expect(found.fix === null, `${found.check}: ${found.detail}`).toBe(found.state === "ok");
  }
  for (const found of ru) expect(`${found.subject} ${found.detail}`).toMatch(/[а-яё]|^(?:Telegram|Discord) /iu);
  expect(russian.code).toBe(english.code);
  return { english: en, russian: ru, code: english.code };
}

const about = (found: readonly Found[], check: string): readonly Found[] =>
  found.filter((each) => each.check === check);

async function withDiscord(shell: Shell, options: Parameters<typeof startDiscord>[0] = {}) {
  const discord = await startDiscord({ rateLimits: false, ...options });
  onTestFinished(() => discord.close());
  Object.assign(shell.env, {
    DISCORD_API_ROOT: discord.apiRoot,
    DISCORD_BOT_TOKEN: discord.token,
    PRIVATE_HOSTS: `${shell.env.PRIVATE_HOSTS},${new URL(discord.url).host}`,
  });
  return discord;
}

async function withTelegram(shell: Shell, options: Partial<Parameters<typeof startTelegram>[0]> = {}) {
  const telegram = await startTelegram({ token: TELEGRAM_TOKEN, ...options });
  onTestFinished(() => telegram.close());
  Object.assign(shell.env, {
    TELEGRAM_API_ROOT: telegram.url,
    TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
    PRIVATE_HOSTS: `${shell.env.PRIVATE_HOSTS},${new URL(telegram.url).host}`,
  });
  return telegram;
}

test("where all is well doctor says so, in one line at the end, and ends with 0", async () => {
  const { shell } = await folderWithWorkspace({ tags: "honoured" });
  const telegram = await withTelegram(shell, { canReadAllGroupMessages: true });
  const owner = telegram.createUser({ firstName: "Ivan" });
  const group = telegram.createChat({ type: "supergroup", title: "Ops", owner });
  await shell.run(`chat bind main --telegram ${group.id}`);
  const well = createServer((_request, answer) => answer.end('{"ready":true,"checks":[]}'));
  await new Promise<void>((resolve) => well.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    well.close();
  });
  const address = well.address();
  const port = typeof address === "object" && address ? address.port : 0;
  Object.assign(shell.env, { PORT: String(port), PUBLIC_URL: "https://herald.example.org" });
  const { english, code } = await examined(shell);
  expect(english.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(code).toBe(0);
  expect((await shell.run("doctor --language en")).stdout.trim().split("\n").at(-1)).toBe("Everything is well.");
  expect((await shell.run("doctor --language ru")).stdout.trim().split("\n").at(-1)).toBe("Всё в порядке.");
});

test("privacy mode and a webhook that is set elsewhere are named, each with its remedy", async () => {
  const { shell } = await folderWithWorkspace();
  const telegram = await withTelegram(shell, { canReadAllGroupMessages: false });
  const body = { ok: true, result: { url: "https://other.example/secret-path", pending_update_count: 0 } };
  for (let times = 0; times < 2; times += 1)
    telegram.faults.add({ method: "getWebhookInfo", kind: "reply", status: 200, body });
  const { english, russian } = await examined(shell);
  expect(about(english, "telegram-privacy")).toMatchObject([
    { state: "warning", fix: expect.stringContaining("/setprivacy") },
  ]);
  expect(about(english, "telegram-updates")).toMatchObject([
    {
      state: "warning",
      detail: expect.stringContaining("other.example"),
      fix: expect.stringContaining("bot of its own"),
    },
  ]);
  expect(JSON.stringify([english, russian])).not.toContain("secret-path");
});

test("Discord: a missing intent, a missing permission and a proxy that the gateway goes past", async () => {
  const { shell } = await folderWithWorkspace();
  const discord = await withDiscord(shell, { messageContentIntent: false });
  const guild = discord.createGuild({ name: "Works" });
  const channel = discord.createChannel(guild, { name: "general" });
  discord.setPermissions(channel, { send: false });
  await shell.run(`chat bind main --discord ${guild.id}`);
  const { english } = await examined(shell);
  expect(about(english, "discord-content")).toMatchObject([
    { state: "warning", fix: expect.stringContaining("switch on Message Content Intent") },
  ]);
  expect(about(english, "discord-chat")).toMatchObject([
    { place: guild.id, state: "warning", detail: expect.stringContaining("#general: Send Messages") },
  ]);
  shell.env.PROXY_URL = "http://127.0.0.1:9";
  const proxied = await examined(shell);
  expect(about(proxied.english, "discord-proxy")).toMatchObject([
    { state: "warning", detail: expect.stringContaining("not the gateway"), fix: expect.stringContaining("VPN") },
  ]);
});

test("Discord's wrong token is told apart from a network that is blocked", async () => {
  const { shell } = await folderWithWorkspace();
  const discord = await withDiscord(shell);
  shell.env.DISCORD_BOT_TOKEN = "wrong.discord.token";
  expect(about((await examined(shell)).english, "discord-token")).toMatchObject([
    { state: "broken", fix: expect.stringContaining("Reset Token") },
  ]);
  await discord.close();
  const { english, code } = await examined(shell);
  expect(code).toBe(1);
  expect(about(english, "discord-token")).toEqual([]);
  expect(about(english, "discord")).toMatchObject([
    { state: "broken", detail: expect.stringMatching(/^the network, not the token: .* refuses connections/u) },
  ]);
});

test("a plan without REST is named as that, and a suspended workspace as suspended", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const store = await shell.store();
  const [main] = await store.read.workspaces.list();
  const suspended = { code: "ACCESS_DENIED", reason: "no REST", at: 1 };
  await store.tx((tx) => tx.workspaces.suspend(main?.id ?? 0, suspended));
  for (let times = 0; times < 2; times += 1)
    portal.faults.add({ kind: "reply", status: 401, body: { error: "ACCESS_DENIED" } });
  const { english, russian, code } = await examined(shell);
  expect(code).toBe(1);
  expect(about(english, "workspace")).toMatchObject([{ state: "broken", fix: expect.stringContaining("paid tariff") }]);
  expect(about(russian, "workspace")).toMatchObject([{ fix: expect.stringContaining("платный тариф") }]);
  expect(about(english, "workspace-suspended")).toMatchObject([
    { state: "broken", fix: expect.stringContaining("herald24 workspace test main") },
  ]);
});

test("what the last probe found is told in words, never by its codes", async () => {
  const { shell } = await folderWithWorkspace();
  const { english, russian } = await examined(shell);
  for (const [found] of [about(english, "workspace-portal"), about(russian, "workspace-portal")])
    expect(found?.detail).not.toMatch(/no-scope|exact-email|needs-client-id|on-premise|\bnone\b|\bunknown\b/u);
  expect(about(english, "workspace-portal")).toMatchObject([
    { detail: expect.stringContaining("scope disk is missing") },
  ]);
});

test("every wrong setting is a finding of its own, without the value of a secret", async () => {
  const shell = emptyFolder();
  const token = "x".repeat(40);
  Object.assign(shell.env, { PORT: "many", TELEGRAM_BOT_TOKEN: token, HERALD24_SECRET_KEY: token, LOG_FORMAT: "xml" });
  const { english, russian, code } = await examined(shell);
  expect(code).toBe(1);
  expect(english.map(({ detail }) => detail.split(" ")[0])).toEqual([
    "HERALD24_SECRET_KEY",
    "TELEGRAM_BOT_TOKEN",
    "PORT",
    "LOG_FORMAT",
  ]);
  expect(russian.map(({ detail }) => detail)).toContain("PORT нужно число от 0 до 65535");
  expect(JSON.stringify([english, russian])).not.toContain(token);
});

test("a folder without a database, and a database whose key is another, missing or no key, say what helps", async () => {
  const { shell } = await newcomer();
  expect(about((await examined(shell)).english, "database")).toMatchObject([
    { state: "broken", fix: expect.stringContaining("npx herald24 init") },
  ]);
  const { shell: sealed } = await folderWithWorkspace();
  const other = Buffer.alloc(32, 9).toString("base64");
  for (const [key, detail] of [
    [other, /another secret key/u],
    ["", /32 bytes/u],
  ] as const) {
    writeFileSync(join(sealed.cwd, "data", "secret.key"), key);
    expect(about((await examined(sealed)).english, "database")).toMatchObject([
      { state: "broken", detail: expect.stringMatching(detail), fix: expect.stringMatching(/put the (?:right )?key/u) },
    ]);
  }
});

test.each([
  ["malformed", "x".repeat(44), /HERALD24_SECRET_KEY must be 32 bytes in base64/u],
  ["of another database", Buffer.alloc(32, 9).toString("base64"), /Put the right key back into HERALD24_SECRET_KEY/u],
])("a key that is %s is wrong input for start and for every command, told at once", async (_name, key, told) => {
  const { shell } = await folderWithWorkspace();
  Object.assign(shell.env, { HERALD24_SECRET_KEY: key, PORT: "0" });
  for (const line of ["start", "workspace list", "init --yes --telegram-token 1:a"]) {
    const ran = await shell.run(line);
    expect(ran, line).toMatchObject({ code: 2, stderr: expect.stringMatching(told) });
    expect(ran.stderr).not.toContain(key);
  }
});

test.each([
  ["ru_RU.UTF-8", "НЕИСПРАВНО"],
  ["en_US.UTF-8", "BROKEN"],
  ["C.UTF-8", "BROKEN"],
  ["", "BROKEN"],
])("with the locale %s doctor says %s", async (locale, word) => {
  const shell = emptyFolder();
  shell.env.LANG = locale;
  expect((await shell.run("doctor")).stdout).toContain(word);
});

test("without a locale doctor speaks as all workspaces do", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("workspace set main language=ru");
  expect((await shell.run("doctor")).stdout).toContain("рабочее пространство main");
  expect(await shell.run("doctor --language fr")).toMatchObject({ code: 2 });
});
