import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { newcomer, TELEGRAM_TOKEN } from "./newcomer.ts";
import type { Shell } from "./support.ts";
import { answerAt, CLOSED, CTRL_C, DOWN, type Step } from "./terminal.ts";

const envOf = (shell: Shell) => parseEnv(readFileSync(join(shell.cwd, ".env"), "utf8"));
const NO_CODE = /rest\/1\/\w{8}/u;

/** The questions about the portal, answered without a slip. */
const connected = (webhook: string): readonly Step[] => [
  [/Address of the webhook/u, webhook],
  [/A short name/u, ""],
  [/Time zone/u, ""],
];

const RUSSIAN: readonly Step[] = [[/Language · Язык/u, DOWN]];

test("the whole talk in English: wrong answers are asked for again, at once, and at the end all is set up", async () => {
  const { shell, portal, telegram, discord } = await newcomer();
  const code = "x".repeat(20);
  const ran = await answerAt(
    shell,
    ["init"],
    [
      [/Language · Язык/u, ""],
      [/Address of the webhook/u, ""],
      [/It is needed.*\n(?:.*\n)*.*Address of the webhook/u, "not an address"],
      [
        /This is no address of an incoming webhook.*\n(?:.*\n)*.*Address of the webhook/u,
        `${portal.url}/rest/1/${code}/`,
      ],
      [/Bitrix24 refused the webhook.*\n(?:.*\n)*.*Address of the webhook/u, portal.webhookUrl(1)],
      [/It works, as .* \(id 1\).*\n(?:.*\n)*.*A short name/u, ""],
      [/Time zone/u, ""],
      [/Telegram bot token/u, `${TELEGRAM_TOKEN}x`],
      [/Telegram refuses the bot token.*\n(?:.*\n)*.*Telegram bot token/u, TELEGRAM_TOKEN],
      [/The bot is .*\n(?:.*\n)*.*Discord bot token/u, "wrong.discord.token"],
      [/Discord refuses the bot token.*\n(?:.*\n)*.*Discord bot token/u, discord.token],
      [/Public https address/u, "http://herald.example.org"],
      [/must start with https/u, "\u007F".repeat("http://herald.example.org".length)],
    ],
  );
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toContain(`https://t.me/${telegram.bot.username}?startgroup`);
  expect(ran.stdout).toContain("1. Start the service: npx herald24 start");
  for (const secret of [code, TELEGRAM_TOKEN, discord.token]) expect(ran.stdout + ran.stderr).not.toContain(secret);
  expect(ran.stdout).not.toMatch(NO_CODE);
  expect((await shell.run("workspace list --json")).json()).toMatchObject([
    { name: "main", settings: { language: "en" } },
  ]);
});

test("the whole talk in Russian is Russian, and so is the workspace", async () => {
  const { shell, portal, discord } = await newcomer();
  const ran = await answerAt(
    shell,
    ["init"],
    [
      ...RUSSIAN,
      [/Адрес вебхука/u, "ерунда"],
      [/Ничего не подключено.*\n(?:.*\n)*.*Адрес вебхука/u, portal.webhookUrl(1)],
      [/Короткое имя/u, ""],
      [/Часовой пояс/u, ""],
      [/Токен бота Telegram/u, `${TELEGRAM_TOKEN}x`],
      [/Telegram отклоняет.*\n(?:.*\n)*.*Токен бота Telegram/u, ""],
      [/Токен бота Discord/u, discord.token],
      [/Внешний адрес https/u, ""],
    ],
  );
  expect(ran.code, ran.stderr).toBe(0);
  const allowed =
    /Bitrix24|Telegram|Discord|BotFather|Developer Portal|New Application|Bot|Reset Token|Language|English|herald24|Message Content Intent|Privileged Gateway Intents|Enter|main|npx|init|start/gu;
  const english = ran.stdout
    .replaceAll(/https?:\S+|\/\S+|`[^`]*`|--\S+|herald24 [a-z ]+|@\S+|[A-Z_]{4,}[^\n]*/gu, "")
    .replaceAll(allowed, "");
  expect(english.match(/\b[a-z]{4,} [a-z]{2,} [a-z]{2,}/gu)).toBeNull();
  expect((await shell.run("workspace list --json")).json()).toMatchObject([{ settings: { language: "ru" } }]);
});

test.each([
  ["Ctrl-C at the first question", [[/Language · Язык/u, CTRL_C]], "cancelled; nothing was changed"],
  ["Ctrl-C at the webhook", [...RUSSIAN, [/Адрес вебхука/u, CTRL_C]], "отменено; ничего не изменено"],
  ["the terminal going away", [...RUSSIAN, [/Адрес вебхука/u, CLOSED]], "отменено; ничего не изменено"],
] as const)("%s changes nothing", async (_name, steps, complaint) => {
  const { shell } = await newcomer();
  const ran = await answerAt(shell, ["init"], steps);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(complaint) });
  expect(readdirSync(shell.cwd)).toEqual([]);
});

test("Ctrl-C at the very last question leaves no half of a set-up behind", async () => {
  const { shell, portal } = await newcomer();
  const ran = await answerAt(
    shell,
    ["init", "--language", "en"],
    [
      ...connected(portal.webhookUrl(1)),
      [/Telegram bot token/u, TELEGRAM_TOKEN],
      [/Discord bot token/u, ""],
      [/Public https address/u, CTRL_C],
    ],
  );
  expect(ran.code).toBe(2);
  expect(readdirSync(shell.cwd)).toEqual([]);
});

test("without any bot the question comes again, until there is one", async () => {
  const { shell, portal } = await newcomer();
  const ran = await answerAt(
    shell,
    ["init", "--language", "en"],
    [
      ...connected(portal.webhookUrl(1)),
      [/Telegram bot token/u, ""],
      [/Discord bot token/u, ""],
      [/At least one bot.*\n(?:.*\n)*.*Telegram bot token/u, TELEGRAM_TOKEN],
      [/Discord bot token/u, ""],
      [/Public https address/u, ""],
    ],
  );
  expect(ran.code, ran.stderr).toBe(0);
});

test("in a folder that is set up only what may change is asked for, and Enter keeps it", async () => {
  const { shell, portal, discord } = await newcomer();
  const first = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN, "--language", "ru"];
  expect(await shell.run(first, portal.webhookUrl(1))).toMatchObject({ code: 0 });
  const again = await answerAt(
    shell,
    ["init"],
    [
      [/Токен бота Telegram \(Enter оставит прежний/u, ""],
      [/Токен бота Discord \(Enter – без него/u, discord.token],
      [/Внешний адрес/u, ""],
    ],
  );
  expect(again.code, again.stderr).toBe(0);
  expect(envOf(shell)).toMatchObject({ TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN, DISCORD_BOT_TOKEN: discord.token });
  expect((await shell.run("workspace list --json")).json()).toHaveLength(1);
});

test("a second portal is added by its flag; a name that is taken is told before anything else is asked", async () => {
  const { shell, portal } = await newcomer();
  const first = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN];
  expect(await shell.run(first, portal.webhookUrl(1))).toMatchObject({ code: 0 });
  const again = await answerAt(
    shell,
    ["init", "--webhook", portal.webhookUrl(1), "--discord-token", "a.b.c", "--telegram-token", TELEGRAM_TOKEN],
    [
      [/A short name/u, ""],
      [/main is there already/u, CTRL_C],
    ],
  );
  expect(again.code).toBe(2);
});

test("what only the environment says goes into .env too, so that the service does the same from there alone", async () => {
  const { shell, portal } = await newcomer();
  const { PRIVATE_HOSTS, TELEGRAM_API_ROOT } = shell.env;
  Object.assign(shell.env, { LOG_LEVEL: "warn", TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN, ADMIN_TOKEN: "a".repeat(20) });
  const ran = await shell.run("init --yes --webhook -", portal.webhookUrl(1));
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(envOf(shell)).toMatchObject({ PRIVATE_HOSTS, TELEGRAM_API_ROOT, LOG_LEVEL: "warn", PORT: "0" });
  expect(Object.keys(envOf(shell))).not.toContain("TELEGRAM_BOT_TOKEN");
  expect(ran.stdout).toMatch(/Not written.*TELEGRAM_BOT_TOKEN, ADMIN_TOKEN/u);
  for (const name of Object.keys(shell.env)) delete shell.env[name];
  shell.env.TELEGRAM_BOT_TOKEN = TELEGRAM_TOKEN;
  expect((await shell.run("doctor --json")).code).toBe(0);
});

test.each([
  ["--language", "fr"],
  ["--time-zone", "Mars/Olympus"],
])("init with %s %s changes nothing", async (...flag) => {
  const { shell, portal } = await newcomer();
  const line = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN, ...flag];
  expect(await shell.run(line, portal.webhookUrl(1))).toMatchObject({ code: 2 });
  expect(existsSync(join(shell.cwd, ".env"))).toBe(false);
});

test("a portal inside the network is told how to be allowed", async () => {
  const { shell, portal } = await newcomer();
  shell.env.PRIVATE_HOSTS = (shell.env.PRIVATE_HOSTS ?? "").replace(`${portal.host},`, "");
  const line = ["init", "--yes", "--webhook", "-", "--telegram-token", TELEGRAM_TOKEN];
  expect(await shell.run(line, portal.webhookUrl(1))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`--private-hosts ${portal.host}`),
  });
});
