import { expect, test } from "vitest";
import { folderWithWorkspace } from "./support.ts";

test("whoever is mapped by number is looked up in the portal and called by name, unless they have been given one", async () => {
  const { shell } = await folderWithWorkspace();
  expect((await shell.run("people map main --telegram @anna --bitrix 7")).stdout).toBe(
    "telegram @anna is Anna Orlova (Bitrix24 user 7) in main.\n",
  );
  await shell.run(["people", "map", "main", "--telegram", "@boris", "--bitrix", "8", "--name", "Bob"]);
  const again = await shell.run("people map main --discord 112233445566778899 --bitrix 8 --json");
  expect(again.json()).toMatchObject({ name: "Bob", isInPortal: true });
});

test("a number that the portal does not show is mapped all the same, and said to be in doubt", async () => {
  const { shell, portal } = await folderWithWorkspace();
  const unknown = await shell.run("people map main --telegram @zoya --bitrix 4711");
  expect(unknown).toMatchObject({ code: 0, stderr: "" });
  expect(unknown.stdout).toContain("no active person with the id 4711");
  expect(unknown.stdout).toContain("herald24 people unmap main --bitrix 4711");
  await portal.pause();
  const silent = await shell.run("people map main --telegram @boris --bitrix 8");
  expect(silent).toMatchObject({ code: 0, stderr: "" });
  expect(silent.stdout).toContain("not looked up in the portal: it gives no answer just now");
  const json = await shell.run("people map main --telegram @anna --bitrix 7 --json");
  expect(json.json()).toMatchObject({ bitrixId: 7, name: null, isInPortal: null });
});

test("search finds people of the portal and of the mapping", async () => {
  const { shell, portal } = await folderWithWorkspace();
  await shell.run("people map main --telegram @orlik --bitrix 8");
  expect((await shell.run("people search main orl --json")).json()).toMatchObject([
    { bitrixId: 7, name: "Anna Orlova", accounts: [] },
    { bitrixId: 8, accounts: ["telegram @orlik"] },
  ]);
  await shell.run(["people", "map", "main", "--telegram", "@petr", "--bitrix", "99", "--name", "Ёжиков Пётр"]);
  for (const text of ["ежиков петр", "Петр Ежиков"])
    expect((await shell.run(["people", "search", "main", text, "--json"])).json()).toMatchObject([{ bitrixId: 99 }]);
  await portal.pause();
  const offline = await shell.run("people search main orl");
  expect(offline).toMatchObject({ code: 1, stdout: expect.stringContaining("@orlik") });
});

test("an address that two people have is shown as theirs, and maps nobody", async () => {
  const users = [1, 7, 8].map((id) => ({
    id,
    name: `N${id}`,
    lastName: "",
    active: true,
    email: "two@company.example",
  }));
  const { shell } = await folderWithWorkspace({ users });
  const ran = await shell.run("people map main --telegram @anna --email two@company.example");
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("N7 (Bitrix24 user 7) and N8") });
});

test("an exact e-mail address names the person, as the portal spells the name", async () => {
  const { shell } = await folderWithWorkspace();
  const mapped = await shell.run("people map main --telegram @anna --email Anna@Company.example --json");
  expect(mapped.json()).toMatchObject({ bitrixId: 7, name: "Anna Orlova" });
});

test("a portal that drops the filter and answers with everybody maps nobody", async () => {
  const webhooks = [{ userId: 1, code: "c".repeat(16), scopes: ["im", "user_brief"] }];
  const { shell } = await folderWithWorkspace({ webhooks });
  const refused = await shell.run("people map main --telegram @anna --email anna@company.example");
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("user_basic") });
  const unseen = await shell.run("people search main anna@company.example");
  expect(unseen).toMatchObject({ code: 3, stderr: expect.stringContaining("scope user_basic") });
  expect((await shell.run("people list main --json")).json()).toEqual([]);
});

test.each(["nobody@company.example", "anna%", "dmitri@company.example"])(
  "%s is the address of no active person, so nobody is mapped",
  async (email) => {
    const { shell } = await folderWithWorkspace();
    expect((await shell.run(["people", "map", "main", "--telegram", "@anna", "--email", email])).code).toBe(2);
    expect((await shell.run("people list main --json")).json()).toEqual([]);
  },
);

test("ё and е are the same when one searches, in the portal and in the mapping", async () => {
  const users = [
    { id: 1, name: "Ada", lastName: "Admin", active: true, admin: true },
    { id: 7, name: "Семён", lastName: "Орлов", active: true },
  ];
  const { shell } = await folderWithWorkspace({ users });
  const found = { bitrixId: 7, name: "Семён Орлов" };
  expect((await shell.run("people search main семен --json")).json()).toMatchObject([found]);
  await shell.run(["people", "map", "main", "--telegram", "@fyodor", "--bitrix", "8", "--name", "Фёдор"]);
  expect((await shell.run("people search main федор --json")).json()).toMatchObject([{ bitrixId: 8 }]);
});
