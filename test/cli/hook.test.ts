import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/app/hash.ts";
import { alertsOf } from "../../src/core/hooks/parse.ts";
import { folderWithWorkspace } from "./support.ts";

test("a hook is added with its whole address, and its key is shown this once and kept nowhere", async () => {
  const { shell } = await folderWithWorkspace();
  const added = await shell.run("hook add main prometheus --kind alertmanager");
  expect(added).toMatchObject({ code: 0, stderr: "" });
  const key = /http:\/\/127\.0\.0\.1:8024\/hooks\/(?<key>[\w-]{22})$/mu.exec(added.stdout)?.groups?.key ?? "";
  expect(added.stdout).toContain("PUBLIC_URL is not set");
  const store = await shell.store();
  expect(await store.read.hooks.byKeyHash(sha256(key))).toMatchObject({ name: "prometheus", kind: "alertmanager" });
  const listed = await shell.run("hook list");
  const audited = await shell.run("audit list --json");
  expect(listed.stdout).toMatch(/main +prometheus +alertmanager +live +never used/u);
  expect(audited.stdout).toContain("prometheus (alertmanager)");
  expect(listed.stdout + audited.stdout).not.toContain(key);
});

test("with a public address that one is shown, and --json holds all there is", async () => {
  const { shell } = await folderWithWorkspace();
  shell.env.PUBLIC_URL = "https://herald.example.org";
  const added = (
    await shell.run("hook add main sentry --kind generic --mapping title=data.title fields.host=host --json")
  ).json();
  expect(added).toMatchObject({
    workspace: "main",
    name: "sentry",
    kind: "generic",
    mapping: { title: "data.title", "fields.host": "host" },
    address: expect.stringMatching(/^https:\/\/herald\.example\.org\/hooks\/[\w-]{22}$/u),
    revokedAt: null,
  });
  const api = await shell.run("hook add main deploy --kind api");
  expect(api.stdout).toContain("POST to: https://herald.example.org/api/v1/notifications");
  expect(api.stdout).toMatch(/Authorization: Bearer [\w-]{22}$/mu);
  expect(api.stdout).not.toContain("PUBLIC_URL");
});

test("GitHub's secret is made and shown, or taken from a file and not shown", async () => {
  const { shell } = await folderWithWorkspace();
  const made = await shell.run("hook add main github --kind github");
  const secret = /secret: +(?<secret>\S{32})$/mu.exec(made.stdout)?.groups?.secret;
  const given = "g".repeat(20);
  writeFileSync(join(shell.cwd, "secret"), `${given}\n`);
  const own = await shell.run("hook add main github2 --kind github --secret @secret");
  expect(own.stdout).not.toContain(given);
  const store = await shell.store();
  const hooks = await store.read.hooks.list(1);
  expect(hooks.map((hook) => hook.secret)).toEqual([secret, given]);
});

test("a revoked hook is listed as such, and its name is free again", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("hook add main x --kind zabbix");
  expect(await shell.run("hook revoke main x")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Revoked hook x"),
  });
  expect((await shell.run("hook add main x --kind grafana")).code).toBe(0);
  const listed = (await shell.run("hook list --workspace main --json")).json();
  expect(listed).toMatchObject([
    { name: "x", kind: "zabbix", revokedAt: expect.any(String) },
    { name: "x", kind: "grafana", revokedAt: null },
  ]);
  expect((await shell.run("audit list --action hook.revoke --json")).json()).toMatchObject([{ subject: "x (zabbix)" }]);
});

test.each([
  ["hook add main x", "--kind is absent: must be one of alertmanager"],
  ["hook add main x --kind nagios", "--kind nagios: must be one of"],
  ["hook add nowhere x --kind grafana", 'no workspace is called "nowhere"'],
  ["hook add main a/b --kind grafana", 'hook "a/b": must be 1 to 63'],
  ["hook add main taken --kind grafana", "has a hook taken already"],
  ["hook add main x --kind grafana --mapping title=a", "--mapping belongs to --kind generic"],
  ["hook add main x --kind generic --mapping colour=a", '--mapping colour=a: "colour" cannot be mapped'],
  ["hook add main x --kind grafana --secret 0123456789abcdef", "--secret belongs to --kind github"],
  ["hook add main x --kind github --secret short", "--secret: must have at least 16 characters"],
  ["hook add main x --kind github --secret @nothing", "the file cannot be read"],
  ["hook revoke main none", "has no live hook none; there is taken"],
])("“%s” is refused with the rule and the remedy, and changes nothing", async (line, message) => {
  const { shell } = await folderWithWorkspace();
  await shell.run("hook add main taken --kind generic");
  const before = (await shell.run("audit list --json")).stdout;
  const { code, stderr } = await shell.run(line);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect((await shell.run("audit list --json")).stdout).toBe(before);
});

test("who is erased is gone from the alerts that wait, too", async () => {
  const { shell } = await folderWithWorkspace();
  const name = `Zoya-${randomUUID()}`;
  await shell.run(["people", "map", "main", "--telegram", "@zoya", "--bitrix", "9", "--name", name]);
  await shell.run("hook add main x --kind generic");
  const store = await shell.store();
  const [hook] = await store.read.hooks.list(1);
  if (!hook) throw new Error("the hook is there");
  const alert = { text: "", fields: [], tags: [], status: "firing" } as const;
  const alerts = [
    { ...alert, title: `Call ${name}` },
    { ...alert, title: "Disk is full" },
  ];
  await store.tx((tx) => tx.hooks.take(hook.id, alertsOf(alerts, { hook, delivery: "d", now: 5 }), 5));
  expect((await shell.run("people erase main id:9 --yes")).stdout).toContain("1 alert that waits");
  expect((await store.read.hooks.due(5, 10)).map((row) => row.alert?.title)).toEqual(["Disk is full"]);
});
