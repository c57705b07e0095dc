import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getTableColumns, is, Table } from "drizzle-orm";
import { expect, test } from "vitest";
import { SEALED_COLUMNS } from "../../adapters/database/reseal.ts";
import { emptyFolder, folderWithWorkspace } from "./support.ts";

test.each([
  "frobnicate",
  "workspace frobnicate",
  "workspace",
  "chat bind",
  "workspace list --frobnicate",
  "workspace show a b",
])("%s is wrong input", async (line) => {
  expect(await emptyFolder().run(line)).toMatchObject({ code: 2, stdout: "" });
});

test.each(["--help", "--version", "workspace --help", "people map --help", "init --help", "notify --help"])(
  "%s ends with 0",
  async (line) => {
    expect(await emptyFolder().run(line)).toMatchObject({ code: 0, stderr: "" });
  },
);

test(".env of the folder is read, and the process environment stands above it", async () => {
  const { shell } = await folderWithWorkspace();
  writeFileSync(join(shell.cwd, ".env"), "DATA_DIR=elsewhere\n");
  expect(await shell.run("workspace list")).toMatchObject({ code: 1, stderr: expect.stringContaining("elsewhere") });
  shell.env.DATA_DIR = "data";
  expect(await shell.run("workspace list")).toMatchObject({ code: 0 });
});

test("a malformed environment is told all at once, without the value of a secret", async () => {
  const shell = emptyFolder();
  const token = "x".repeat(40);
  Object.assign(shell.env, { PORT: "many", TELEGRAM_BOT_TOKEN: token, PUBLIC_URL: "nowhere" });
  const ran = await shell.run("start");
  expect(ran.code).toBe(2);
  for (const name of ["PORT", "TELEGRAM_BOT_TOKEN", "PUBLIC_URL"]) expect(ran.stderr).toContain(name);
  expect(ran.stderr).not.toContain(token);
});

test("names that strangers chose cannot command the terminal", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run(["people", "map", "main", "--telegram", "@anna", "--bitrix", "7", "--name", "An\u001B[2Jna"]);
  expect((await shell.run("people list main")).stdout).not.toContain("\u001B");
});

test("the example of an environment is one that the program takes", async () => {
  const shell = emptyFolder();
  writeFileSync(join(shell.cwd, ".env"), readFileSync(new URL("../../.env.example", import.meta.url)));
  expect(await shell.run("workspace list")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no database"),
  });
});

test("key rotation knows every sealed column of the schema", async () => {
  const folder = new URL("../../adapters/database/schema/", import.meta.url);
  const modules: object[] = await Promise.all(
    readdirSync(folder).map((name) => import(/* @vite-ignore */ new URL(name, folder).href)),
  );
  const tables = modules.flatMap((module) => Object.values(module)).filter((each) => is(each, Table));
  const sealed = tables.flatMap((table) =>
    Object.values(getTableColumns(table))
      .filter((column) => column.getSQLType() === "blob")
      .map((column) => column.name),
  );
  expect(SEALED_COLUMNS.map(({ column }) => column).toSorted()).toEqual(sealed.toSorted());
});
