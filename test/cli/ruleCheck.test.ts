import { expect, test } from "vitest";
import { folderWithWorkspace } from "./support.ts";

test("doctor names a rule whose chat belongs to nobody any more, with the line that mends it, in either language", async () => {
  const { shell } = await folderWithWorkspace();
  for (const line of [
    "chat bind main --telegram -1001",
    "people map main --telegram @anna --bitrix 7",
    "rule add main CI --from telegram:-1001 --to id:7",
  ])
    expect(await shell.run(line)).toMatchObject({ code: 0 });
  const findings = async (language: string) =>
    ((await shell.run(`doctor --json --language ${language}`)).json() as { check: string; place?: string }[]).filter(
      ({ check }) => check === "rules",
    );
  expect(await findings("en")).toEqual([]);
  expect(await shell.run("chat unbind --telegram -1001")).toMatchObject({ code: 0 });
  expect(await findings("en")).toMatchObject([
    {
      place: "main",
      state: "warning",
      detail: expect.stringContaining("the rule ci"),
      fix: expect.stringContaining("chat bind main --telegram -1001"),
    },
  ]);
  expect(await findings("ru")).toMatchObject([{ detail: expect.stringContaining("правило ci") }]);
});
