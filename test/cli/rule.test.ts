import { expect, test } from "vitest";
import { auditOf, CHANNEL, folderForRules, GUILD, namesOf } from "./rules.ts";
import { folderWithWorkspace } from "./support.ts";

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
  expect(await auditOf(shell)).toEqual([
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
  expect(await namesOf(shell)).toEqual([]);
});

test("whom a rule tells and calls in is named once where nobody is there", async () => {
  const shell = await folderForRules();
  for (const member of ["@anna", "id:8"]) await shell.run(`group remove main oncall ${member}`);
  const line = "rule add main all --from telegram:-1001 --to @oncall".split(" ");
  for (const argv of [[...line, "--escalate", "5m @oncall"], "rule list"])
    expect((await shell.run(argv)).stdout.match(/nobody in it now/gu)).toHaveLength(1);
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
  expect(await namesOf(shell)).toEqual(["b", "c", "a"]);
  expect((await shell.run("rule disable main b")).stdout).toBe("Rule b is off now.\n");
  expect((await shell.run("rule disable main b")).stdout).toBe("Rule b is off already.\n");
  expect((await shell.run("rule list")).stdout).toMatch(/ b +off /u);
  await shell.run("rule enable main b");
  await shell.run("rule remove main c");
  expect((await auditOf(shell)).map(([action]) => action).reverse()).toEqual([
    ...["rule.add", "rule.add", "rule.add", "rule.move", "rule.move", "rule.move"],
    ...["rule.disable", "rule.enable", "rule.remove"],
  ]);
  for (const flags of ["", "--first --last", "--before a", "--before nobody"])
    expect(await shell.run(`rule move main a ${flags}`.trim())).toMatchObject({ code: 2 });
});
