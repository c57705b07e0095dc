import { expect } from "vitest";
import { folderWithWorkspace, type Shell } from "./support.ts";

export const GUILD = "112233445566778899";
export const CHANNEL = "112233445566778800";

/** A workspace with a Telegram group, a Discord server, Anna (7), and the group @oncall of her and Boris (8). */
export async function folderForRules(): Promise<Shell> {
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

/** Names of the rules, in their order. */
export const namesOf = async (shell: Shell): Promise<string[]> =>
  ((await shell.run("rule list --json")).json() as { name: string }[]).map(({ name }) => name);

/** What was noted about rules, newest first. */
export const auditOf = async (shell: Shell) =>
  (await (await shell.store()).read.audit.list({ action: "rule", limit: 100 })).map(({ action, subject }) => [
    action,
    subject,
  ]);
