import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { folderWithWorkspace } from "./support.ts";

test("entries are found by workspace, action and time", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  await shell.run("people unmap main --telegram @anna");
  const actions = async (filter: string) =>
    ((await shell.run(`audit list --json ${filter}`)).json() as { action: string }[]).map(({ action }) => action);
  expect(await actions("--action people")).toEqual(["people.unmap", "people.map"]);
  expect(await actions("--action people.map --workspace main")).toEqual(["people.map"]);
  expect(await actions("--action peop")).toEqual([]);
  expect(await actions("--until 2020-01-01")).toEqual([]);
  expect(await actions("--since 2020-01-01 --action workspace.add")).toEqual(["workspace.add"]);
  expect((await shell.run("audit list --since yesterday")).code).toBe(2);
});

test("the export is one JSON object a line, or CSV, oldest first", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  const lines = (await shell.run("audit export --workspace main")).stdout.trim().split("\n");
  const entries = lines.map((line): unknown => JSON.parse(line));
  expect(entries.at(0)).toMatchObject({ workspace: "main", action: "workspace.add" });
  expect(entries.at(-1)).toMatchObject({ action: "people.map", subject: "telegram @anna = 7" });
  const csv = (await shell.run("audit export --format csv --action people")).stdout.trim().split("\n");
  expect(csv[0]).toBe("at,workspace,actor,action,subject");
  expect(csv[1]).toContain(",main,");
  expect((await shell.run("audit export --format xml")).code).toBe(2);
});

test.each([
  "update audit set subject = 'nobody'",
  "update audit set at = 0",
  "delete from audit",
  "replace into audit select id, at, workspace_id, 'nobody', action, subject from audit",
  "insert into meta (key, value) values ('erasing', x''); delete from audit",
  "insert into meta (key, value) values ('erasing', x''); update audit set action = 'x'",
])("the database refuses: %s", async (sql) => {
  const { shell } = await folderWithWorkspace();
  const client = new Database(join(shell.cwd, "data", "herald24.sqlite"));
  try {
    expect(() => client.exec(sql)).toThrow("append-only");
  } finally {
    client.close();
  }
});
