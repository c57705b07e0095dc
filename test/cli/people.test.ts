import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine, parseCsv } from "../../src/cli/csv.ts";
import { addWaiting } from "./deliveries.ts";
import { folderWithWorkspace } from "./support.ts";

test("accounts of both platforms are mapped to one person, by name or by id", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run(["people", "map", "main", "--telegram", "@Anna_B", "--bitrix", "7", "--name", "Anna Orlova"]);
  await shell.run("people map main --discord 112233445566778899 --bitrix 7 --email anna@company.example");
  expect((await shell.run("people list main --json")).json()).toEqual([
    {
      bitrixId: 7,
      name: "Anna Orlova",
      email: "anna@company.example",
      leftAt: null,
      accounts: [
        { platform: "telegram", userId: null, username: "anna_b" },
        { platform: "discord", userId: "112233445566778899", username: null },
      ],
    },
  ]);
});

test.each([
  "people map main --telegram @anna",
  "people map main --bitrix 7",
  "people map main --telegram @anna --bitrix abc",
  "people map main --telegram @anna --bitrix 0",
  "people map main --telegram @a!b --bitrix 7",
  "people map main --telegram @anna --discord anna --bitrix 7",
  "people unmap main --telegram @nobody",
  "people unmap main",
  "people search main x",
])("%s is wrong input", async (line) => {
  const { shell } = await folderWithWorkspace();
  expect(await shell.run(line)).toMatchObject({ code: 2, stdout: "" });
});

test("the only workspace need not be named; of several one must be", async () => {
  const { shell, portal } = await folderWithWorkspace();
  writeFileSync(join(shell.cwd, "people.csv"), "bitrix_id,telegram\n7,anna\n");
  expect(await shell.run("people import people.csv")).toMatchObject({ code: 0 });
  expect((await shell.run("people list --json")).json()).toMatchObject([{ bitrixId: 7 }]);
  expect((await shell.run("people export")).stdout).toContain("7,,,anna,");
  expect((await shell.run("group list --json")).json()).toEqual([]);
  expect((await shell.run("admin list --json")).json()).toEqual([]);
  await shell.run(["workspace", "add", "other", "--webhook", portal.webhookUrl(1)]);
  expect(await shell.run("people list")).toMatchObject({ code: 2, stderr: expect.stringContaining("main, other") });
  expect(await shell.run("people import a b c")).toMatchObject({ code: 2 });
});

test("an account that belongs to somebody is not taken away in silence", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  const taken = await shell.run("people map main --telegram @anna --bitrix 8");
  expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining("people unmap main --telegram @anna") });
  expect((await shell.run("people list main --json")).json()).toMatchObject([{ bitrixId: 7 }]);
});

test("unmapping cancels what is queued for the person and says how many", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  await addWaiting(await shell.store(), { bitrixIds: [7, 8] });
  expect((await shell.run("people unmap main --telegram anna --json")).json()).toMatchObject({
    bitrixId: 7,
    cancelled: 1,
  });
  expect((await shell.run("people list main --json")).json()).toMatchObject([
    { bitrixId: 7, accounts: [] },
    { bitrixId: 8 },
  ]);
});

const GOOD = [
  "bitrix_id,name,email,telegram,discord",
  '7,"Orlova, Anna",anna@company.example,anna 4242,',
  "8,Boris,,,boris",
];

test("a file is imported as a whole, and exported again as it came", async () => {
  const { shell } = await folderWithWorkspace();
  const dry = await shell.run("people import main - --dry-run --json", GOOD.join("\r\n"));
  expect(dry.json()).toMatchObject({ dryRun: true, people: 2, accounts: 3, problems: [] });
  expect((await shell.run("people list main --json")).json()).toEqual([]);
  writeFileSync(
    join(shell.cwd, "people.csv"),
    `\uFEFF${GOOD.join("\n").replaceAll(",", ";").replace("Orlova; Anna", "Orlova, Anna")}`,
  );
  expect(await shell.run("people import main people.csv")).toMatchObject({ code: 0 });
  const exported = await shell.run("people export main");
  expect(exported.stdout).toBe(`${GOOD.join("\n")}\n`);
});

test("a dry run tells line by line what would be new, also what would be overwritten, and nothing of what stays", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run(["people", "map", "main", "--telegram", "@anna", "--bitrix", "7", "--name", "Anna Orlova"]);
  const lines = ["bitrix_id,name,telegram", "7,Someone  Else,@Anna 99", '8,"Boris\nLang",boris=77', "7,,anna"];
  const dry = await shell.run("people import main - --dry-run", lines.join("\n"));
  expect(dry.stdout.split("\n").slice(0, 3)).toEqual([
    "line 2: Bitrix24 user 7: name Anna Orlova becomes Someone Else, telegram 99 is added",
    "line 3: Bitrix24 user 8: new, name Boris Lang, telegram @boris=77 is added",
    "3 people with 4 accounts would be mapped in main.",
  ]);
  expect((await shell.run("people list main --json")).json()).toMatchObject([{ bitrixId: 7, name: "Anna Orlova" }]);
});

test("every wrong line is named with its number, and nothing is imported", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @taken --bitrix 1");
  const lines = ["bitrix_id,telegram,email", "7,anna,", "x,boris,", "8,a!,", "9,taken,", "", "10,,nomail"];
  const ran = await shell.run("people import main - --json", lines.join("\n"));
  expect(ran.code).toBe(2);
  expect(ran.json()).toMatchObject({ people: 0, problems: [{ line: 3 }, { line: 4 }, { line: 5 }, { line: 7 }] });
  expect((await shell.run("people list main --json")).json()).toMatchObject([{ bitrixId: 1 }]);
  expect(await shell.run("people import main -", "id,name\n7,Anna")).toMatchObject({ code: 2 });
  expect(await shell.run("people import main missing.csv")).toMatchObject({ code: 2 });
});

test.each([
  [
    "a quotation mark that is not closed",
    '7,"Anna,anna,\n8,Boris,boris,',
    [{ line: 2, problem: "a quotation mark is not closed" }],
  ],
  ["a separator in a bare cell", "7,Orlova, Anna,anna,\n8,Boris,,boris", [{ line: 2 }]],
  ["lines that name one person differently", "7,Anna,,anna\n8,Boris,,\n7,Maria,,maria", [{ line: 4 }]],
  ["an account of two people", "7,Anna,,anna\n8,Boris,,anna", [{ line: 3 }]],
])("%s is named with its line, and nothing is imported", async (_, lines, problems) => {
  const { shell } = await folderWithWorkspace();
  const ran = await shell.run("people import main - --json", `bitrix_id,name,email,telegram\n${lines}`);
  expect(ran.json()).toMatchObject({ people: 0, problems });
  expect((await shell.run("people list main --json")).json()).toEqual([]);
});

test("a file in another encoding is refused, rather than imported with broken names", async () => {
  const { shell } = await folderWithWorkspace();
  const windows1251 = Buffer.from([0x37, 0x2c, 0xc0, 0xed, 0xed, 0xe0]);
  writeFileSync(join(shell.cwd, "people.csv"), Buffer.concat([Buffer.from("bitrix_id,name\n"), windows1251]));
  expect(await shell.run("people import people.csv")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("UTF-8"),
  });
});

test("cells of any text survive writing and reading, and none is a formula to a spreadsheet", () => {
  const cell = fc
    .string({ unit: fc.constantFrom("a", "Ж", '"', ",", ";", " ", "\n", "=", "-", "@", "'", "+") })
    .map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      const heading = csvLine(cells.map((_, index) => `column${index}`));
      const written = csvLine(cells);
      fc.pre(cells.some((each) => each !== ""));
      expect(parseCsv(`${heading}\n${written}\n`)[1]).toEqual({ line: 2, cells });
      expect(written).not.toMatch(/^"?[=+\-@]/u);
    }),
  );
});

test("a group takes people by name, id and e-mail, and gives them back", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7 --email anna@company.example");
  expect(await shell.run("group add main oncall @anna id:8")).toMatchObject({ code: 0 });
  expect(await shell.run("group add main @OnCall anna@company.example,9")).toMatchObject({ code: 0 });
  expect((await shell.run("group list main --json")).json()).toMatchObject([
    { name: "oncall", members: [{ bitrixId: 7 }, { bitrixId: 8 }, { bitrixId: 9 }] },
  ]);
  await shell.run("group remove main oncall id:8");
  expect((await shell.run("group list main --json")).json()).toMatchObject([
    { members: [{ bitrixId: 7 }, { bitrixId: 9 }] },
  ]);
  expect(await shell.run("group remove main oncall")).toMatchObject({ code: 0 });
  expect((await shell.run("group list main --json")).json()).toEqual([]);
});

test("a group takes no name that is somebody's username, and nobody who is unknown", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --discord anna --bitrix 7");
  expect(await shell.run("group add main Anna id:7")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("username"),
  });
  expect(await shell.run("group add main oncall @nobody")).toMatchObject({ code: 2 });
  expect(await shell.run("group remove main oncall")).toMatchObject({ code: 2 });
});

test("nobody is mapped by a username that is a group's name, by hand or from a file", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("group add main oncall id:7");
  for (const flag of ["--telegram @OnCall", "--discord oncall"])
    expect(await shell.run(`people map main ${flag} --bitrix 8`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("name of a group"),
    });
  const lines = ["bitrix_id,telegram,discord", "8,anna,", "9,,Oncall", "10,@oncall=424242,"];
  const ran = await shell.run("people import main - --json", lines.join("\n"));
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.json()).toMatchObject({ people: 0, problems: [{ line: 3 }, { line: 4 }] });
  expect((await shell.run("people map main --telegram 424242 --bitrix 8")).code).toBe(0);
});

test("a mapping in which somebody has taken a group's name since is exported and imported as it is", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram 424242 --bitrix 8");
  await shell.run("group add main oncall id:7");
  const store = await shell.store();
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await store.tx((tx) => tx.people.sighted({ chat, userId: "424242", username: "oncall", name: "M" }, 0));
  const { stdout } = await shell.run("people export main");
  expect(stdout).toContain("oncall=424242");
  expect(await shell.run("people import main -", stdout)).toMatchObject({ code: 0 });
  expect(await shell.run("group add main oncall id:9")).toMatchObject({ code: 0 });
});

test("a group stands for whoever heads a department, and says so", async () => {
  const { shell } = await folderWithWorkspace({ departments: [{ id: 5, name: "Sales", heads: [7] }] });
  const added = await shell.run("group add main heads --department 5 --json");
  expect(added.json()).toMatchObject({ name: "heads", departmentId: 5, members: [{ bitrixId: 7 }] });
  expect((await shell.run("group list main")).stdout).toContain("heads of department 5: id:7");
  expect((await shell.run("group add main heads id:8 --department 5")).code).toBe(2);
  for (const line of ["group add main heads id:8", "group remove main Heads id:7"])
    expect(await shell.run(line)).toMatchObject({ code: 2, stderr: expect.stringContaining("heads department 5") });
  expect((await shell.run("group list main --json")).json()).toMatchObject([{ members: [{ bitrixId: 7 }] }]);
  expect((await shell.run("group add main typo --department 99")).stdout).toContain("now nobody: check that id");
  expect(await shell.run("group remove main heads")).toMatchObject({ code: 0 });
  expect(await shell.run("group add main heads id:8")).toMatchObject({ code: 0 });
});
