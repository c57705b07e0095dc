import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { auditOf, CHANNEL, folderForRules, GUILD, namesOf } from "./rules.ts";

const FILE = `# who hears what
rules:
  - name: ci
    from: telegram:-1001
    to: [ "@oncall", id:42 ]
    filter:
      tags: [ci]
      severity: error
  - name: night
    from: telegram:-1001
    to: "@anna"
    enabled: no
`;

test("a file is imported once, shows what it changes with its lines, and then changes nothing", async () => {
  const shell = await folderForRules();
  const file = join(shell.cwd, "rules.yaml");
  writeFileSync(file, FILE);
  await shell.run("rule add main old --from telegram:-1001 --to @anna");
  const tried = await shell.run("rule import main rules.yaml --dry-run");
  expect(tried.stdout).toBe(
    "would be added: ci (line 3)\nwould be added: night (line 9)\nwould be removed: old, with the incidents it has made\n",
  );
  expect(await namesOf(shell)).toEqual(["old"]);
  expect((await shell.run("people list --json")).json()).toHaveLength(2);
  expect(await shell.run("rule import main rules.yaml")).toMatchObject({ code: 0 });
  expect(await namesOf(shell)).toEqual(["ci", "night"]);
  const again = await shell.run("rule import main - --json", FILE);
  expect(again.json()).toMatchObject({ added: [], changed: [], removed: [], unchanged: 2, reordered: false });
  const [ciBefore] = await (await shell.store()).read.rules.list(1);
  writeFileSync(file, FILE.replace("severity: error", "severity: critical").replace("enabled: no", "enabled: yes"));
  expect((await shell.run("rule import main rules.yaml")).stdout).toBe(
    "changed: ci (line 3): filter\nchanged: night (line 9): enabled\n",
  );
  const [ciAfter] = await (await shell.store()).read.rules.list(1);
  expect(ciAfter?.id).toBe(ciBefore?.id);
  const exported = (await shell.run("rule list --workspace main --yaml")).stdout;
  expect((await shell.run("rule import main -", exported)).stdout).toContain("Nothing changed");
  const turned = { rules: (parse(exported) as { rules: object[] }).rules.toReversed() };
  expect((await shell.run("rule import main -", JSON.stringify(turned))).stdout).toBe(
    "put into the order of the file\n",
  );
  expect(await namesOf(shell)).toEqual(["night", "ci"]);
});

test("a file with anything wrong changes nothing, and all that is wrong is told with its lines", async () => {
  const shell = await folderForRules();
  const wrong = FILE.replace("severity: error", "severety: error").replace('to: "@anna"', "to: telegram:x");
  const ran = await shell.run("rule import main -", wrong);
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.stderr).toContain('-, line 8: rules[0].filter.severety "error"');
  expect(ran.stderr).toContain('-, line 11: rules[1].to "telegram:x"');
  const unbound = await shell.run(
    "rule import main -",
    FILE.replace(/telegram:-1001\n {4}to: "@anna"/u, "telegram:-5\n    to: id:1"),
  );
  expect(unbound.stderr).toContain("-, line 10: rules[1].from: telegram:-5 is not bound to main");
  expect((await shell.run("rule import main -", "rules: [a: b: c")).stderr).toMatch(/-, line 1: this is no YAML/u);
  expect((await shell.run("rule import main -", "rules:\n- name: a\n  name: b\n")).stderr).toMatch(
    /line 3: this is no YAML/u,
  );
  const [a, b] = ["&a [x,x,x,x,x,x,x,x,x,x]", "&b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]"];
  const bomb = `rules:\n- ${a}\n- ${b}\n- [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`;
  for (const text of ["", bomb, "rules: *nothing", "rules: []\n---\nrules: []"])
    expect(await shell.run("rule import main -", text)).toMatchObject({ code: 2, stdout: "" });
  expect(await shell.run("rule import main absent.yaml")).toMatchObject({ code: 2 });
  expect(await namesOf(shell)).toEqual([]);
  expect(await auditOf(shell)).toEqual([]);
});

test("a webhook comes from the environment or a file, is never shown, and survives export and import", async () => {
  const shell = await folderForRules();
  const token = randomBytes(40).toString("hex");
  const address = `https://discord.com/api/webhooks/${GUILD}/${token}`;
  writeFileSync(join(shell.cwd, "hook.txt"), `${address}?thread_id=${CHANNEL}\n`);
  shell.env.OPS_HOOK = address;
  const all: string[] = [];
  for (const line of [
    "rule add main a --from telegram:-1001 --to discord-webhook:$OPS_HOOK",
    "rule add main b --from telegram:-1001 --to discord-webhook:@hook.txt",
    "rule list",
    "rule list --json",
    "rule list --yaml",
    "rule test main hello",
    "audit list",
  ]) {
    const ran = await shell.run(line);
    expect(ran).toMatchObject({ code: 0 });
    all.push(ran.stdout, ran.stderr);
  }
  const exported = (await shell.run("rule list --yaml")).stdout;
  expect(exported).toContain(`discord-webhook:${GUILD}/${CHANNEL}`);
  expect((await shell.run("rule import main - --json", exported)).json()).toMatchObject({ unchanged: 2, changed: [] });
  const given = await shell.run([
    "rule",
    "add",
    "main",
    "c",
    "--from",
    "telegram:-1001",
    "--to",
    `discord-webhook:${address}`,
  ]);
  expect(given).toMatchObject({ code: 2, stderr: expect.stringContaining("discord-webhook:$NAME") });
  shell.env.EVIL = address.replace("discord.com", "evil.example");
  const evil = await shell.run("rule add main c --from telegram:-1001 --to discord-webhook:$EVIL");
  expect(evil.code).toBe(2);
  const unknown = await shell.run("rule add main c --from telegram:-1001 --to discord-webhook:112233445566778866");
  expect(unknown.stderr).toContain("no rule of main has the webhook");
  expect([...all, exported, given.stderr, evil.stderr].join()).not.toContain(token);
  expect(readFileSync(join(shell.cwd, "data", "herald24.sqlite")).includes(token)).toBe(false);
});
