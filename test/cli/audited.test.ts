import { expect, test } from "vitest";
import { AUDITED, UNAUDITED } from "./auditedCommands.ts";
import { emptyFolder, folderWithWorkspace, type Shell } from "./support.ts";

/** Every command that there is, as the program itself lists them. */
async function commandsOf(shell: Shell, path: readonly string[] = []): Promise<readonly string[]> {
  const help = (await shell.run([...path, "--help"])).stdout;
  const listed = help.split(/^Commands:$/mu)[1];
  if (listed === undefined) return [path.join(" ")];
  const names = [...listed.matchAll(/^ {2}(?<name>[a-z][\w-]*)/gmu)].map(({ groups }) => groups?.name ?? "");
  const inner = names.filter((name) => name !== "help").map((name) => commandsOf(shell, [...path, name]));
  return (await Promise.all(inner)).flat();
}

test("every command either is audited or is known to change nothing", async () => {
  const commands = await commandsOf(emptyFolder());
  expect(commands.length).toBeGreaterThan(30);
  expect(commands.toSorted()).toEqual([...Object.keys(UNAUDITED), ...Object.keys(AUDITED)].toSorted());
});

test.each(Object.values(AUDITED).flat())("$line is audited as $action", async (each) => {
  const { shell, portal } = await folderWithWorkspace({ departments: [{ id: 5, name: "Sales", heads: [7] }] });
  shell.env.USER = "ada";
  await each.prepare?.({ shell, store: () => shell.store() });
  for (const line of each.before ?? []) expect(await shell.run(line), line).toMatchObject({ code: 0 });
  const entries = async () =>
    (await shell.run("audit export")).stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  const before = each.action === "workspace.add" ? [] : await entries();
  expect(await shell.run(each.line, each.stdin)).toMatchObject({ code: 0 });
  const added = (await entries()).slice(before.length);
  const subject = typeof each.subject === "string" ? each.subject : expect.stringMatching(each.subject);
  const workspace = each.inWorkspace === false ? undefined : { workspace: expect.stringMatching(/^main2?$/u) };
  const actor = each.action === "workspace.add" ? expect.stringMatching(/^cli/u) : "cli:ada";
  expect(added).toContainEqual(expect.objectContaining({ actor, action: each.action, subject, ...workspace }));
  const code = /\/rest\/1\/(?<code>[^/]+)/u.exec(portal.webhookUrl(1))?.groups?.code ?? "";
  expect(JSON.stringify(added)).not.toContain(code);
});

test("what is refused leaves no entry", async () => {
  const { shell } = await folderWithWorkspace();
  const count = async () => (await shell.run("audit export")).stdout.trim().split("\n").length;
  const before = await count();
  for (const line of [
    "people map main --telegram @a!b --bitrix 7",
    "people unmap main --bitrix 7",
    "admin remove main --telegram 1",
    "group remove main oncall",
    "chat unbind --telegram -1",
    "people import main - --dry-run",
    "rule add main a --from telegram:-5 --to id:7",
    "rule import main - --dry-run",
    "oncall remove main ops",
  ])
    await shell.run(line, "bitrix_id,telegram\n7,anna\n");
  expect(await count()).toBe(before);
});
