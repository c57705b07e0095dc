import { expect, test } from "vitest";
import { folderWithWorkspace, type Shell } from "./support.ts";
import { answerAt, CTRL_C } from "./terminal.ts";

const names = async (shell: Shell): Promise<unknown> => (await shell.run("workspace list --json")).json();

async function withPeople() {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  await shell.run("chat bind main --telegram -5");
  return shell;
}

test("without a terminal a workspace is removed with --yes alone; without it, what would go is counted", async () => {
  const shell = await withPeople();
  expect(await shell.run("workspace remove main")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/main goes with 1 person, 1 chat, 0 queued deliveries.*--yes/u),
  });
  expect(await names(shell)).toHaveLength(1);
  expect(await shell.run("workspace remove main --yes")).toMatchObject({
    code: 0,
    stdout: "Removed main; 0 queued deliveries were cancelled.\n",
  });
  expect(await names(shell)).toEqual([]);
});

test("at a terminal it is asked, and only a yes removes", async () => {
  const shell = await withPeople();
  const asked = /Remove main with 1 person, 1 chat, 0 queued deliveries\?/u;
  for (const answer of ["", "n", CTRL_C]) {
    expect(await answerAt(shell, ["workspace", "remove", "main"], [[asked, answer]])).toMatchObject({ code: 2 });
    expect(await names(shell)).toHaveLength(1);
  }
  expect(await answerAt(shell, ["workspace", "remove", "main"], [[asked, "y"]])).toMatchObject({ code: 0 });
  expect(await names(shell)).toEqual([]);
});

test("a workspace that is not there is wrong input, with --yes too", async () => {
  const shell = await withPeople();
  expect(await shell.run("workspace remove other --yes")).toMatchObject({ code: 2 });
});
