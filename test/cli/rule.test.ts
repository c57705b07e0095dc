import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { folderWithWorkspace, type Shell } from "./support.ts";

const GUILD = "112233445566778899";
const CHANNEL = "112233445566778800";

/** A workspace with a Telegram group, a Discord server, Anna (7), and the group @oncall of her and Boris (8). */
async function folderForRules(): Promise<Shell> {
  const { shell } = await folderWithWorkspace();
  for (const line of [
    "chat bind main --telegram -1001",
    `chat bind main --discord ${GUILD}`,
    "people map main --telegram @anna --bitrix 7",
    "group add main oncall @anna id:8",
  ])
    expect(await shell.run(line)).toMatchObject({ code: 0 });
  return shell;
}

const names = async (shell: Shell): Promise<string[]> =>
  ((await shell.run("rule list --json")).json() as { name: string }[]).map(({ name }) => name);

const audit = async (shell: Shell) =>
  (await (await shell.store()).read.audit.list({ action: "rule", limit: 100 })).map(({ action, subject }) => [
    action,
    subject,
  ]);

test("a rule is made with all it can have, listed, and noted without what it looks for", async () => {
  const shell = await folderForRules();
  const added = await shell.run([
    ...[
      "rule",
      "add",
      "main",
      "CI",
      "--from",
      "telegram:-1001/7",
      "--to",
      "@oncall, id:42",
      "--to",
      `discord:${GUILD}/${CHANNEL}`,
    ],
    ...["--tag", "#ci", "--word", "disk full", "--pattern", "job (\\w+)", "--author", "Grafana", "--severity", "error"],
    ...[
      "--field",
      "team=ops",
      "--except-tag",
      "test",
      "--except-field",
      "env=/stag.*/",
      "--stop",
      "--priority",
      "urgent",
    ],
    ...["--key", "fields:job,host", "--group", "30s", "--update", "5m", "--storm-after", "3", "--cap", "9"],
    ...[
      "--inhibit-by",
      "a,b",
      "--escalate",
      "10m @oncall",
      "--escalate",
      "1h id:9",
      "--repeat",
      "2",
      "--no-edits",
      "--no-media",
    ],
  ]);
  expect(added).toMatchObject({ code: 0, stderr: "" });
  expect(added.stdout).toContain("Rule ci: from telegram:-1001/7 to @oncall, id:42, discord:");
  const [rule] = (await shell.run("rule list --json")).json() as [{ rule: object }];
  expect(rule).toMatchObject({ workspace: "main", position: 1, name: "ci", enabled: true, troubles: [] });
  expect(rule.rule).toEqual({
    name: "ci",
    from: "telegram:-1001/7",
    to: ["@oncall", "id:42", `discord:${GUILD}/${CHANNEL}`],
    filter: {
      tags: ["ci"],
      words: ["disk full"],
      pattern: "job (\\w+)",
      authors: ["Grafana"],
      severity: "error",
      fields: { team: "ops" },
      except: { tags: ["test"], fields: { env: "/stag.*/" } },
    },
    options: {
      stop: true,
      priority: "urgent",
      key: { fields: ["job", "host"] },
      group: "30s",
      update: "5m",
      "storm-after": 3,
      cap: 9,
      "inhibit-by": ["a", "b"],
      escalate: ["10m @oncall", "1h id:9"],
      repeat: 2,
      edits: false,
      media: false,
    },
  });
  const people = (await shell.run("people list --json")).json();
  expect(people).toMatchObject([{ bitrixId: 7 }, { bitrixId: 8 }, { bitrixId: 42 }, { bitrixId: 9 }]);
  expect(await audit(shell)).toEqual([
    ["rule.add", `ci: telegram:-1001/7 to @oncall id:42 discord:${GUILD}/${CHANNEL}`],
  ]);
});

test.each([
  [
    "--from telegram:-1002 --to @anna",
    "--from: telegram:-1002 is not bound to main",
    "chat bind main --telegram -1002",
  ],
  [
    `--from telegram:-1001 --to discord:112233445566778811/${CHANNEL}`,
    "--to: discord:112233445566778811/",
    `chat bind main --discord 112233445566778811 --channel ${CHANNEL}`,
  ],
  ["--from telegram:-1001 --to telegram:-1001", "--to", "get back what it has said"],
  [`--from telegram:-1001 --to discord:${GUILD}`, "--to", "discord:<server>/<channel>"],
  ["--from telegram:-1001 --to @nobody", "--to: @nobody", "map the account first"],
  ["--from telegram:-1001 --to oncall:ops", "--to: there is no rotation oncall:ops", "oncall set main"],
  ["--from hook:prom --to @anna", "--from: main has no hook prom", "hook add main prom"],
  ["--from telegram:-1001 --to @anna --escalate 10m", "--escalate", "10m @oncall"],
  ["--from telegram:-1001 --to @anna --pattern a(?=b)", "--pattern", "RE2"],
  ["--from telegram:-1001 --to @anna --except-tag a!b", "--except-tag", "letters"],
  ["--from telegram:-1001 --to @anna --field job", "--field", "job=api"],
  ["--from telegram:-1001", "--to (missing)", "oncall:<rotation>"],
  ["--from telegram:-1001 --to discord-webhook:$NOT_THERE", "--to: $NOT_THERE", "api/webhooks/<id>/<token>"],
])("rule add %s is refused with the place and the remedy", async (flags, place, remedy) => {
  const shell = await folderForRules();
  const ran = await shell.run(`rule add main ci ${flags}`);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain(place);
  expect(ran.stderr).toContain(remedy);
  expect(await names(shell)).toEqual([]);
});

test("a name is taken once, whatever its case; a rule of another workspace is not seen", async () => {
  const shell = await folderForRules();
  await shell.run("rule add main ci --from telegram:-1001 --to @anna");
  expect(await shell.run("rule add main CI --from telegram:-1001 --to @anna")).toMatchObject({ code: 2 });
  expect((await shell.run("rule remove main cl")).stderr).toContain("did you mean ci?");
  const { webhookUrl, host } = (await folderWithWorkspace()).portal;
  shell.env.PRIVATE_HOSTS = `${shell.env.PRIVATE_HOSTS},${host}`;
  await shell.run("workspace add other --webhook -", webhookUrl(1));
  expect(await shell.run("rule remove other ci")).toMatchObject({ code: 2 });
  expect(await shell.run("rule add other ci --from telegram:-1001 --to id:7")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("not bound to other"),
  });
});

test("rules are switched off and on, moved and removed, each noted once", async () => {
  const shell = await folderForRules();
  for (const name of ["a", "b", "c"]) await shell.run(`rule add main ${name} --from telegram:-1001 --to @anna`);
  expect((await shell.run("rule move main c --before b")).stdout).toBe("The order is: a, c, b.\n");
  expect((await shell.run("rule move main a --last")).stdout).toBe("The order is: c, b, a.\n");
  expect((await shell.run("rule move main b --first")).stdout).toBe("The order is: b, c, a.\n");
  expect((await shell.run("rule move main b --first")).stdout).toBe("The order is: b, c, a.\n");
  expect(await names(shell)).toEqual(["b", "c", "a"]);
  expect((await shell.run("rule disable main b")).stdout).toBe("Rule b is off now.\n");
  expect((await shell.run("rule disable main b")).stdout).toBe("Rule b is off already.\n");
  expect((await shell.run("rule list")).stdout).toMatch(/ b +off /u);
  await shell.run("rule enable main b");
  await shell.run("rule remove main c");
  expect((await audit(shell)).map(([action]) => action).reverse()).toEqual([
    ...["rule.add", "rule.add", "rule.add", "rule.move", "rule.move", "rule.move"],
    ...["rule.disable", "rule.enable", "rule.remove"],
  ]);
  for (const flags of ["", "--first --last", "--before a", "--before nobody"])
    expect(await shell.run(`rule move main a ${flags}`.trim())).toMatchObject({ code: 2 });
});

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
  expect(await names(shell)).toEqual(["old"]);
  expect((await shell.run("people list --json")).json()).toHaveLength(2);
  expect(await shell.run("rule import main rules.yaml")).toMatchObject({ code: 0 });
  expect(await names(shell)).toEqual(["ci", "night"]);
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
  expect(await names(shell)).toEqual(["night", "ci"]);
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
  expect(await names(shell)).toEqual([]);
  expect(await audit(shell)).toEqual([]);
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

test("a trial says of each rule what becomes of a message, why not, which incident, and whom it tells", async () => {
  const shell = await folderForRules();
  for (const line of [
    "rule add main ci --from telegram:-1001 --to @oncall --tag ci --key shape --stop",
    "rule add main red --from telegram:-1001 --to id:7 --severity critical --except-word drill",
    `rule add main rest --from telegram:-1001/7 --to discord:${GUILD}/${CHANNEL}`,
    "rule add main off --from telegram:-1001 --to id:7",
    "rule disable main off",
  ])
    expect(await shell.run(line)).toMatchObject({ code: 0 });
  const tried = await shell.run(["rule", "test", "main", "Build", "17", "failed", "#ci"]);
  expect(tried.stdout.split("\n")).toEqual([
    "ci: matches; tells Bitrix24 user 7, Bitrix24 user 8",
    "  incident: shape:build <n> failed ci",
    "red: is not asked, because ci matches and stops",
    "rest: is not asked, because ci matches and stops",
    "off: is switched off",
    "",
  ]);
  const asked = "rule test main disk --from telegram:-1001/7 --severity warning --json";
  expect((await shell.run(asked)).json()).toMatchObject([
    { rule: "ci", result: "no", because: [{ part: "tags", wanted: "ci", found: "" }] },
    { rule: "red", result: "no", because: [{ part: "severity", wanted: "critical", found: "warning" }] },
    { rule: "rest", result: "match", key: null, persons: [], chats: [`discord:${GUILD}/${CHANNEL}`], muted: false },
    { rule: "off", result: "disabled" },
  ]);
  expect((await shell.run("rule test main drill --severity critical")).stdout).toContain("its exception holds (words)");
  expect((await shell.run("rule test main x --from telegram:-1001 --json")).json()).toHaveLength(3);
  await shell.run("group remove main oncall");
  expect((await shell.run("rule test main #ci")).stdout).toContain("missing: there is no group @oncall in main");
  expect((await shell.run("rule list")).stdout).toContain("ci: there is no group @oncall in main");
  await shell.run("chat unbind --telegram -1001");
  expect((await shell.run("rule list")).stdout).toContain("chat bind main --telegram -1001");
  for (const line of [
    "rule test main",
    "rule test main x --file y",
    "rule test main x --from hook:none",
    "rule test main x --severity bad",
    "rule test main --file absent",
  ])
    expect(await shell.run(line)).toMatchObject({ code: 2, stdout: "" });
});

test("what a hook is sent is tried out as the hook understands it", async () => {
  const shell = await folderForRules();
  await shell.run("hook add main prom --kind alertmanager");
  await shell.run("rule add main disks --from hook:prom --to @anna --field alertname=/Disk.*/");
  const alert = (name: string, severity: string) => ({
    status: "firing",
    labels: { alertname: name, severity },
    annotations: {},
    fingerprint: name.toLowerCase(),
    startsAt: "2026-01-05T12:00:00Z",
  });
  const body = { version: "4", status: "firing", alerts: [alert("DiskFull", "critical"), alert("CpuHigh", "warning")] };
  writeFileSync(join(shell.cwd, "post.json"), JSON.stringify(body));
  const tried = (await shell.run("rule test main --file post.json --from hook:prom --json")).json();
  expect(tried).toMatchObject([
    { alert: { severity: "critical" }, rules: [{ rule: "disks", result: "match", key: "source:diskfull" }] },
    { alert: { severity: "warning" }, rules: [{ rule: "disks", result: "no" }] },
  ]);
  writeFileSync(join(shell.cwd, "post.json"), JSON.stringify({ version: "4", alerts: "x" }));
  expect(await shell.run("rule test main --file post.json --from hook:prom")).toMatchObject({ code: 2 });
  await shell.run("hook revoke main prom");
  expect((await shell.run("rule list")).stdout).toContain("the hook prom is revoked");
});
