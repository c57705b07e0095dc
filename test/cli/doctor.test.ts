import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTelegram } from "../../sandbox/telegram/server.ts";
import { networkWords } from "../../src/app/networkWords.ts";
import { diskFindings } from "../../src/cli/serviceCheck.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { folderWithWorkspace, type Shell } from "./support.ts";

const TOKEN = `${7_000_001}:${"t".repeat(35)}`;

interface Found {
  readonly subject: string;
  readonly state: string;
  readonly detail: string;
  readonly fix?: string;
}

async function findings(shell: Shell): Promise<readonly Found[]> {
  const ran = await shell.run("doctor --json");
  return ran.json() as Found[];
}

const about = (found: readonly Found[], subject: string): readonly Found[] =>
  found.filter((each) => each.subject === subject);

async function withTelegram(shell: Shell) {
  const telegram = await startTelegram({ token: TOKEN });
  onTestFinished(() => telegram.close());
  shell.env.TELEGRAM_API_ROOT = telegram.url;
  shell.env.TELEGRAM_BOT_TOKEN = TOKEN;
  shell.env.PRIVATE_HOSTS = `${shell.env.PRIVATE_HOSTS},${new URL(telegram.url).host}`;
  return telegram;
}

/** A port where nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

test("a portal that cannot be reached is the network's fault, one that refuses is the webhook's", async () => {
  const { shell, portal } = await folderWithWorkspace();
  portal.faults.add({ kind: "reply", status: 403, body: { error: "INVALID_CREDENTIALS" } });
  const [refused] = about(await findings(shell), "workspace main");
  expect(refused).toMatchObject({ state: "broken", fix: expect.stringContaining("webhook=@file") });
  await portal.pause();
  const [blocked] = about(await findings(shell), "workspace main");
  expect(blocked).toMatchObject({
    state: "broken",
    detail: expect.stringMatching(/^the network, not the credentials: .*refuses connections/u),
    fix: expect.not.stringContaining("webhook"),
  });
});

test("a tariff without REST is named", async () => {
  const { shell, portal } = await folderWithWorkspace();
  portal.faults.add({ kind: "reply", status: 401, body: { error: "WRONG_LICENSE", error_description: "no REST" } });
  const [found] = about(await findings(shell), "workspace main");
  expect(found).toMatchObject({ state: "broken", fix: expect.stringContaining("tariff") });
});

test("a webhook that acts as somebody else than before is named", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  const [workspace] = await store.read.workspaces.list();
  if (!workspace?.capabilities) throw new Error("not probed");
  const capabilities = { ...workspace.capabilities, userId: 8 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { capabilities }));
  const [found] = about(await findings(shell), "workspace main owner");
  expect(found).toMatchObject({ state: "warning", detail: expect.stringMatching(/user 8 .*\(id 1\)/u) });
});

test("a clock five minutes off is named, with the direction", async () => {
  const { shell } = await folderWithWorkspace({ clock: () => Date.now() - 300_000 });
  const [found] = about(await findings(shell), "workspace main clock");
  expect(found).toMatchObject({
    state: "warning",
    detail: expect.stringMatching(/behind/u),
    fix: expect.stringContaining("NTP"),
  });
});

test("Telegram's token and the way to Telegram are told apart", async () => {
  const { shell } = await folderWithWorkspace();
  await withTelegram(shell);
  shell.env.TELEGRAM_BOT_TOKEN = `${7_000_001}:${"w".repeat(35)}`;
  expect(about(await findings(shell), "Telegram token")).toMatchObject([{ state: "broken" }]);
  const host = `127.0.0.1:${await deadPort()}`;
  shell.env.TELEGRAM_API_ROOT = `http://${host}`;
  shell.env.PRIVATE_HOSTS = `${shell.env.PRIVATE_HOSTS},${host}`;
  expect(about(await findings(shell), "Telegram")).toMatchObject([
    { state: "broken", detail: expect.stringMatching(/^the network, not the token/u) },
  ]);
});

test("another program that polls the same bot is named", async () => {
  const { shell } = await folderWithWorkspace();
  const telegram = await withTelegram(shell);
  const stop = new AbortController();
  const other = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const polled = await fetch(`${telegram.url}/bot${TOKEN}/getUpdates?timeout=2`, { signal: stop.signal }).catch(
        () => undefined,
      );
      await polled?.text().catch(() => "");
    }
  };
  const polling = other();
  const found = await findings(shell);
  stop.abort();
  await polling;
  expect(about(found, "Telegram poller")).toMatchObject([
    { state: "broken", fix: expect.stringContaining("bot of its own") },
  ]);
});

test("a chat that the bot was removed from is named", async () => {
  const { shell } = await folderWithWorkspace();
  const telegram = await withTelegram(shell);
  const owner = telegram.createUser({ firstName: "Ivan" });
  const group = telegram.createChat({ type: "supergroup", title: "Ops", owner });
  await shell.run(`chat bind main --telegram ${group.id}`);
  expect(about(await findings(shell), `Telegram chat ${group.id}`)).toMatchObject([{ state: "ok" }]);
  telegram.kickBot(group, owner);
  expect(about(await findings(shell), `Telegram chat ${group.id}`)).toMatchObject([{ state: "broken" }]);
});

test("messages that were given up are counted", async () => {
  const { shell } = await folderWithWorkspace();
  const store = await shell.store();
  await store.tx(async (tx) => {
    const rows = await tx.inbox.put([{ platform: "telegram", externalId: "1", payload: "{}", receivedAt: 0 }]);
    await tx.inbox.giveUp(
      rows.map(({ id }) => id),
      5,
    );
  });
  expect(about(await findings(shell), "inbox")).toMatchObject([
    { state: "warning", detail: expect.stringMatching(/^1 /u) },
  ]);
});

test.each([
  [10, "broken"],
  [300, "warning"],
  [9_000, "ok"],
] as const)("with %d MB free the disk is %s", async (megabytes, state) => {
  const found = await diskFindings({ dataDir: "/" }, wordsIn("en"), async () => megabytes * 1024 * 1024);
  expect(found).toMatchObject([{ check: "disk", state }]);
});

test.each([
  ["ENOTFOUND", /resolved/u, /DNS/u],
  ["ECONNREFUSED", /refuses/u, /firewall/u],
  ["UND_ERR_CONNECT_TIMEOUT", /blocked/u, /PROXY_URL/u],
  ["CERT_HAS_EXPIRED", /certificate/u, /NODE_EXTRA_CA_CERTS/u],
  ["something else", /no usable answer/u, /browser/u],
])("%s is put into words", (code, detail, fix) => {
  const fault = networkWords(wordsIn("en"), { host: "portal.example", reason: `portal.example: ${code}` });
  expect(fault).toMatchObject({ detail: expect.stringMatching(detail), fix: expect.stringMatching(fix) });
});

test("a database that the key does not fit is not taken for an empty one", async () => {
  const { shell } = await folderWithWorkspace();
  writeFileSync(join(shell.cwd, "data", "secret.key"), Buffer.alloc(32, 9).toString("base64"));
  expect(about(await findings(shell), "database and key")).toMatchObject([{ state: "broken" }]);
});
