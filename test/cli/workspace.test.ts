import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, folderWithWorkspace, portalFor } from "./support.ts";

const APP = {
  clientId: ["local", "a".repeat(8)].join("."),
  clientSecret: "s".repeat(24),
  scopes: ["im", "user_basic"],
  userId: 1,
};

const codeIn = (webhook: string): string => webhook.split("/").at(-2) ?? "";

test.each(["ignored", "honoured"] as const)(
  "adding a workspace finds out that tags are %s and leaves nothing in the feed",
  async (tags) => {
    const { shell, portal } = await folderWithWorkspace({ tags });
    const shown = await shell.run("workspace show main --json");
    expect(shown.json()).toMatchObject({
      name: "main",
      host: portal.host,
      tags,
      credentials: { kind: "webhook", userId: 1 },
    });
    expect(portal.allNotifications).toHaveLength(tags === "honoured" ? 4 : 2);
    expect(portal.feed(1)).toEqual([]);
  },
);

test("no command but the four that begin something works in an empty folder, and none leaves anything there", async () => {
  const shell = emptyFolder();
  for (const line of ["workspace list", "chat list", "people list main", "deliveries list", "audit list", "doctor"]) {
    expect(await shell.run(line), line).toMatchObject({ code: 1 });
  }
  expect(existsSync(join(shell.cwd, "data"))).toBe(false);
});

test("the code of the webhook is shown nowhere, not even as JSON or in complaints", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const code = codeIn(portal.webhookUrl(1));
  const lines = ["workspace show main --json", "workspace list --json", "workspace show main", "audit list --json"];
  const said = await Promise.all(lines.map((line) => shell.run(line)));
  portal.faults.add({
    kind: "reply",
    status: 401,
    body: { error: "INVALID_CREDENTIALS", error_description: portal.webhookUrl(1) },
  });
  said.push(await shell.run("workspace test main --json"));
  said.push(await shell.run(`workspace add main --webhook ${portal.webhookUrl(1)} --json`));
  for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(code);
});

test("a webhook that the portal refuses is not stored, and the command ends with 3", async () => {
  const portal = await portalFor();
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  const wrong = portal.webhookUrl(1).replace(codeIn(portal.webhookUrl(1)), "z".repeat(16));
  const added = await shell.run(["workspace", "add", "main", "--webhook", wrong]);
  expect(added).toMatchObject({ code: 3, stderr: expect.stringContaining("INVALID_CREDENTIALS") });
  expect((await shell.run("workspace list --json")).json()).toEqual([]);
});

test("what is left to do is said: nobody administers a new workspace until the operator names its owner", async () => {
  const portal = await portalFor();
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  const added = await shell.run("workspace add main --webhook -", portal.webhookUrl(1));
  const line = "admin add main --telegram <user id> --role owner";
  expect(added.stdout).toContain(`npx herald24 ${line}`);
  expect(await shell.run(line.replace("<user id>", "77"))).toMatchObject({ code: 0 });
  expect((await shell.run("admin list main --json")).json()).toMatchObject([{ userId: "77", role: "owner" }]);
});

test("a webhook without the scope im is refused with the way to mend it", async () => {
  const portal = await portalFor({ webhooks: [{ userId: 1, code: "c".repeat(16), scopes: ["user_basic"] }] });
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  const added = await shell.run("workspace add main --webhook -", portal.webhookUrl(1));
  expect(added).toMatchObject({ code: 3, stderr: expect.stringMatching(/scope "im" is missing/u) });
});

test.each([
  ["a portal on a private host", (url: string) => url, /PRIVATE_HOSTS/u],
  ["no address at all", () => "nonsense", /full domain name/u],
])("%s is wrong input with a remedy", async (_name, address, remedy) => {
  const portal = await portalFor();
  const added = await emptyFolder().run(["workspace", "add", "main", "--webhook", address(portal.webhookUrl(1))]);
  expect(added).toMatchObject({ code: 2, stderr: expect.stringMatching(remedy) });
});

test("without a terminal the missing webhook is named instead of asked for", async () => {
  expect(await emptyFolder().run("workspace add main")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--webhook @file"),
  });
});

test.each(["42", "a b", "../x", ""])("%j is no name for a workspace", async (name) => {
  expect(await emptyFolder().run(["workspace", "add", name, "--webhook", "x"])).toMatchObject({ code: 2 });
});

test("an application with tokens is added, and one without waits for its installation", async () => {
  const portal = await portalFor({ apps: [APP], tags: "ignored" });
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  writeFileSync(join(shell.cwd, "secret"), APP.clientSecret);
  const { accessToken, refreshToken } = portal.issueTokens(APP.clientId);
  const known = ["--oauth", "--domain", portal.url, "--client-id", APP.clientId, "--client-secret", "@secret"];
  const tokens = [
    "--access-token",
    accessToken,
    "--refresh-token",
    refreshToken,
    "--server-endpoint",
    `${portal.url}/rest/`,
  ];
  const added = await shell.run(["workspace", "add", "app", ...known, ...tokens, "--json"]);
  expect(added.json()).toMatchObject({
    workspace: { tags: "honoured", credentials: { kind: "oauth", installed: true } },
  });
  const server = ["--server-endpoint", `${portal.url}/rest`];
  const waiting = await shell.run(["workspace", "add", "later", ...known, ...server]);
  expect(waiting).toMatchObject({ code: 0, stdout: expect.stringContaining("not installed") });
  const { credentials } = (await (await shell.store()).read.workspaces.byName("later")) ?? {};
  expect(credentials).toMatchObject({ serverEndpoint: `${portal.url}/rest/` });
  const wrong = ["--server-endpoint", "http://auth.example/rest/"];
  expect(await shell.run(["workspace", "add", "third", ...known, ...wrong])).toMatchObject({ code: 2 });
});

test("tokens that were renewed while they were tried are the ones that are stored", async () => {
  const portal = await portalFor({ apps: [APP] });
  const shell = emptyFolder();
  shell.env.PRIVATE_HOSTS = portal.host;
  const { accessToken, refreshToken } = portal.issueTokens(APP.clientId);
  portal.expireTokens();
  const known = ["--oauth", "--domain", portal.url, "--client-id", APP.clientId, "--client-secret", APP.clientSecret];
  const tokens = [
    "--access-token",
    accessToken,
    "--refresh-token",
    refreshToken,
    "--server-endpoint",
    `${portal.url}/rest/`,
  ];
  expect(await shell.run(["workspace", "add", "app", ...known, ...tokens])).toMatchObject({ code: 0 });
  expect(portal.requests.filter(({ method }) => method === "oauth/token")).toHaveLength(1);
  expect(await shell.run("workspace test app")).toMatchObject({ code: 0 });
  expect(portal.requests.filter(({ method }) => method === "oauth/token")).toHaveLength(1);
});

test("a successful test resumes a suspended workspace, a failed one does not", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const store = await shell.store();
  const id = (await store.read.workspaces.byName("main"))?.id ?? 0;
  await store.tx((tx) => tx.workspaces.suspend(id, { code: "OVERLOAD_LIMIT", reason: "blocked", at: 1 }));
  portal.faults.add({ kind: "reply", status: 503, body: { error: "OVERLOAD_LIMIT" } });
  expect(await shell.run("workspace test main")).toMatchObject({ code: 3 });
  expect((await store.read.workspaces.byId(id))?.suspended).toBeDefined();
  expect((await shell.run("workspace test main --json")).json()).toMatchObject({ resumed: true });
  expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
});

test("a test tells what the portal grants now, and that a tariff has lost REST", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const known = async () => (await shell.run("workspace show main --json")).json() as { capabilities: object };
  const before = (await known()).capabilities;
  portal.faults.add({ kind: "reply", status: 401, body: { error: "WRONG_LICENSE" } });
  expect(await shell.run("workspace test main")).toMatchObject({ code: 3 });
  expect((await known()).capabilities).toEqual({ ...before, rest: "none" });
  expect(await shell.run("workspace test main")).toMatchObject({ code: 0 });
  expect((await known()).capabilities).toMatchObject({ rest: "available" });
});

test.each([
  ["a set-up code", () => "0f".repeat(16)],
  ["a webhook's code", () => ["a1b2c3", "d4e5f6", "g7h8"].join("")],
  ["a webhook", () => `https://a.example/rest/1/${"z".repeat(16)}/`],
])("%s in the place of a name is refused and not repeated", async (_, secretOf) => {
  const { shell, portal } = await folderWithWorkspace();
  const secret = secretOf();
  const added = await shell.run(["workspace", "add", secret, "--webhook", "-"], portal.webhookUrl(1));
  expect(added).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing like a code") });
  expect(added.stdout + added.stderr).not.toContain(secret);
});

test("a portal that cannot be reached ends a test with 1", async () => {
  const { shell, portal } = await folderWithWorkspace();
  await portal.pause();
  expect(await shell.run("workspace test main")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cannot be reached"),
  });
});

test("settings are changed all together or not at all", async () => {
  const { shell } = await folderWithWorkspace();
  const done = await shell.run("workspace set main language=ru deadlineHours=24 admin-chat=telegram:-1005/7 --json");
  expect(done.json()).toMatchObject({
    settings: { language: "ru", deadlineHours: 24 },
    adminChat: { platform: "telegram", chatId: "-1005", threadId: "7" },
  });
  const wrong = await shell.run("workspace set main language=en publish=everywhere");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("auto, relay, drive, none") });
  expect((await shell.run("workspace show main --json")).json()).toMatchObject({ settings: { language: "ru" } });
});

test("settings are shown as `workspace set` takes them", async () => {
  const { shell } = await folderWithWorkspace();
  const { stdout } = await shell.run("workspace show main");
  const shown = /^settings +(?<settings>.+)$/mu.exec(stdout)?.groups?.settings ?? "";
  expect(shown).toContain("external-links=no");
  expect(await shell.run(`workspace set main ${shown}`)).toMatchObject({ code: 0 });
});

test("a new webhook takes the place of the old one only when it works", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const other = await portalFor({ webhooks: [{ userId: 7, code: "n".repeat(16), scopes: ["im"] }] });
  const wrong = await shell.run("workspace set main webhook=-", other.webhookUrl(7));
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("PRIVATE_HOSTS") });
  shell.env.PRIVATE_HOSTS = `${portal.host},${other.host}`;
  const done = await shell.run("workspace set main webhook=- --json", other.webhookUrl(7));
  expect(done.json()).toMatchObject({ host: other.host, tags: "ignored", credentials: { userId: 7 } });
  const changes = await shell.run("audit list --json");
  expect(changes.stdout).toContain('"subject":"webhook"');
});

test("a second workspace of the same name is refused, and an unknown one is answered with those that there are", async () => {
  const { shell, portal } = await folderWithWorkspace();
  expect(await shell.run("workspace add main --webhook -", portal.webhookUrl(1))).toMatchObject({ code: 2 });
  const unknown = await shell.run("workspace show mian --json");
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("there is main") });
  expect(unknown.json()).toMatchObject({ error: { exitCode: 2 } });
});
