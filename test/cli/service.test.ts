import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { runCli } from "../../src/cli/run.ts";
import { newcomer, TELEGRAM_TOKEN } from "./newcomer.ts";
import { emptyFolder, folderWithWorkspace, type Shell } from "./support.ts";

async function initialised() {
  const all = await newcomer();
  const { shell, portal, discord } = all;
  const line = [
    "init",
    "--yes",
    "--webhook",
    "-",
    "--telegram-token",
    TELEGRAM_TOKEN,
    "--discord-token",
    discord.token,
  ];
  const done = await shell.run([...line, "--language", "ru", "--json"], portal.webhookUrl(1));
  return { ...all, done };
}

const secretsIn = (shell: Shell): string => readFileSync(join(shell.cwd, ".env"), "utf8");

test("init without a terminal and without flags says which flags to give", async () => {
  expect(await emptyFolder().run("init")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--telegram-token"),
  });
});

test("init sets everything up, shows how to invite the bots, and keeps secrets in .env alone", async () => {
  const { shell, telegram, discord, done } = await initialised();
  expect(done.code, done.stderr).toBe(0);
  expect(done.json()).toMatchObject({
    workspace: { name: "main", tags: "honoured", settings: { language: "ru" } },
    telegram: {
      username: telegram.bot.username,
      links: { group: expect.stringContaining("startgroup") },
      advice: expect.stringContaining("приватности"),
    },
    discord: { links: { server: expect.stringContaining(discord.applicationId) } },
  });
  expect(secretsIn(shell)).toContain(`TELEGRAM_BOT_TOKEN=${TELEGRAM_TOKEN}\n`);
  expect(statSync(join(shell.cwd, ".env")).mode & 0o777).toBe(0o600);
  expect(done.stdout + done.stderr).not.toContain(TELEGRAM_TOKEN);
});

test("init keeps what .env says about other things, and replaces what was answered anew", async () => {
  const { shell, portal } = await newcomer();
  writeFileSync(join(shell.cwd, ".env"), "# mine\nLOG_LEVEL=warn\nTELEGRAM_BOT_TOKEN=1:old\n");
  const line = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN];
  expect(await shell.run(line, portal.webhookUrl(1))).toMatchObject({ code: 0 });
  expect(secretsIn(shell)).toMatch(`# mine\nLOG_LEVEL=warn\nTELEGRAM_BOT_TOKEN=${TELEGRAM_TOKEN}\n`);
  expect(await shell.run(line, portal.webhookUrl(1))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("already"),
  });
});

test("init takes private hosts as a flag, also for API roots that stand in the environment", async () => {
  const { shell, portal } = await newcomer();
  const { PRIVATE_HOSTS: hosts = "" } = shell.env;
  delete shell.env.PRIVATE_HOSTS;
  const line = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN, "--private-hosts", hosts];
  expect(await shell.run(line, portal.webhookUrl(1))).toMatchObject({ code: 0 });
  expect(secretsIn(shell)).toContain(`PRIVATE_HOSTS=${hosts}`);
});

test.each([
  ["a Telegram token that is refused", ["--telegram-token", `${TELEGRAM_TOKEN}x`], 2],
  ["a Discord token that is refused", ["--discord-token", "wrong.discord.token"], 2],
  ["no bot at all", [], 2],
  ["a name that is none", ["--telegram-token", TELEGRAM_TOKEN, "--name", "a b"], 2],
  [
    "a public address that is plain HTTP",
    ["--telegram-token", TELEGRAM_TOKEN, "--public-url", "http://herald.example.org"],
    2,
  ],
])("init with %s changes nothing", async (_name, flags, code) => {
  const { shell, portal } = await newcomer();
  const ran = await shell.run(["init", "--yes", "--webhook", "-", ...flags], portal.webhookUrl(1));
  expect(ran.code, ran.stderr).toBe(code);
  expect(existsSync(join(shell.cwd, ".env"))).toBe(false);
  expect(existsSync(join(shell.cwd, "data"))).toBe(false);
});

test("doctor finds nothing broken after init, and names what could be better", async () => {
  const { shell } = await initialised();
  const ran = await shell.run("doctor --json --language en");
  expect(ran.code).toBe(0);
  expect(ran.json()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ subject: "database and key", state: "ok" }),
      expect.objectContaining({
        subject: "Telegram privacy mode",
        state: "warning",
        fix: expect.stringContaining("/setprivacy"),
      }),
      expect.objectContaining({ subject: "public address", state: "warning" }),
      expect.objectContaining({ subject: "workspace main", state: "ok" }),
      expect.objectContaining({ subject: "chats", state: "warning" }),
    ]),
  );
});

test("doctor ends with 1 and a remedy when a portal refuses, a token is dead, or the environment is malformed", async () => {
  const { shell, portal } = await initialised();
  shell.env.LANG = "en_US.UTF-8";
  portal.faults.add({ kind: "reply", status: 401, body: { error: "NO_AUTH_FOUND" } });
  const refused = await shell.run("doctor");
  expect(refused).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/BROKEN.*workspace main.*NO_AUTH_FOUND.*webhook=@file/u),
  });
  shell.env.TELEGRAM_BOT_TOKEN = `${7_000_001}:${"w".repeat(35)}`;
  expect(await shell.run("doctor")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/BROKEN.*Telegram token/u),
  });
  shell.env.PORT = "many";
  expect(await shell.run("doctor")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/BROKEN.*environment.*PORT/u),
  });
});

test("one service per database: a second one ends with 1 and says who runs, and the first stops when asked", async () => {
  const { shell } = await folderWithWorkspace();
  Object.assign(shell.env, { PORT: "0", LOG_FORMAT: "json" });
  const controller = new AbortController();
  const stdout = new PassThrough();
  const host = { ...shell, stdout, stderr: new PassThrough(), stdin: Readable.from([]), interactive: false };
  const running = runCli(["start", "--json"], { ...host, stop: controller.signal });
  const [ready] = await stdout.take(1).toArray();
  expect(JSON.parse(String(ready))).toMatchObject({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/u) });
  expect(await shell.run("start")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`process ${process.pid}`),
  });
  expect(await shell.run("chat bind main --telegram -5")).toMatchObject({ code: 0 });
  controller.abort();
  expect(await running).toBe(0);
});

test("a backup holds the database but never the key, and is restored only over what it fits", async () => {
  const { shell } = await folderWithWorkspace();
  const done = await shell.run("backup kept.backup");
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("secret key is not in it") });
  expect(await shell.run("backup kept.backup")).toMatchObject({ code: 2 });
  const nowhere = { code: 2, stderr: expect.stringContaining("make the folder first") };
  expect(await shell.run("backup none/kept.backup")).toMatchObject(nowhere);
  await shell.run("workspace remove main --yes");
  expect(await shell.run("restore kept.backup")).toMatchObject({ code: 0 });
  expect((await shell.run("workspace list --json")).json()).toMatchObject([{ name: "main" }]);
  expect(await shell.run("restore missing.backup")).toMatchObject({ code: 2 });
  writeFileSync(join(shell.cwd, "foreign"), "no database");
  expect(await shell.run("restore foreign")).toMatchObject({ code: 1 });
  const elsewhere = emptyFolder();
  mkdirSync(join(elsewhere.cwd, "data"));
  writeFileSync(join(elsewhere.cwd, "data", "secret.key"), Buffer.alloc(32, 9).toString("base64"));
  expect(await elsewhere.run(["restore", join(shell.cwd, "kept.backup")])).toMatchObject({ code: 2 });
});

test("after a rotation the old key is not needed any more", async () => {
  const { shell } = await folderWithWorkspace();
  const file = join(shell.cwd, "data", "secret.key");
  expect(await shell.run("secrets rotate")).toMatchObject({ code: 2, stderr: expect.stringContaining("only one key") });
  const fresh = Buffer.alloc(32, 5).toString("base64");
  const old = readFileSync(file, "utf8").trim();
  writeFileSync(file, `${fresh},${old}`);
  expect(await shell.run("secrets rotate")).toMatchObject({ code: 0 });
  writeFileSync(file, fresh);
  expect(await shell.run("workspace test main")).toMatchObject({ code: 0 });
  writeFileSync(file, old);
  expect(await shell.run("workspace list")).toMatchObject({ code: 2, stderr: expect.stringContaining("key") });
});
