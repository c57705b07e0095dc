import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHANNEL, folderForRules, GUILD } from "./rules.ts";

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
    "ci: matches; tells Anna Orlova (Bitrix24 user 7), Bitrix24 user 8",
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
