import { expect, test } from "vitest";
import { folderWithWorkspace, type Shell } from "./support.ts";

async function folderWithPeople(): Promise<Shell> {
  const { shell } = await folderWithWorkspace();
  for (const line of [
    "people map main --telegram @anna --bitrix 7 --name Anna",
    "people map main --telegram @boris --bitrix 8 --name Boris",
    "workspace set main time-zone=Europe/Berlin",
  ])
    expect(await shell.run(line)).toMatchObject({ code: 0 });
  return shell;
}

const SET = "oncall set main ops --members @anna,id:8 --weekly --handover 09:00 --start 2026-01-05";

test("a rotation is made, and says who is on call at a moment and who is next, by its own clocks", async () => {
  const shell = await folderWithPeople();
  expect(await shell.run(SET)).toMatchObject({ code: 0, stderr: "" });
  const at = async (time: string) => (await shell.run(`oncall show main --at ${time}`)).stdout.split("\n")[0];
  expect(await at("2026-01-12T08:59")).toBe(
    "main @ops: Anna (Bitrix24 user 7); from 2026-01-12 09:00: Boris (Bitrix24 user 8)",
  );
  expect(await at("2026-01-12T09:00")).toBe(
    "main @ops: Boris (Bitrix24 user 8); from 2026-01-19 09:00: Anna (Bitrix24 user 7)",
  );
  expect(await at("2026-01-12T08:00Z")).toContain("@ops: Boris");
  // The clocks go forward in between: a turn ends at its time of day all the same.
  expect(await at("2026-03-30T08:59")).toContain("from 2026-03-30 09:00: Anna");
  expect((await shell.run("oncall show --json")).json()).toMatchObject([
    {
      workspace: "main",
      name: "ops",
      period: "weekly",
      handover: "09:00",
      timeZone: "Europe/Berlin",
      startDate: "2026-01-05",
      members: [
        { bitrixId: 7, name: "Anna" },
        { bitrixId: 8, name: "Boris" },
      ],
      overrides: [],
    },
  ]);
});

test("what is not given of a rotation stays as it is, and every change is noted", async () => {
  const shell = await folderWithPeople();
  await shell.run(SET);
  await shell.run("oncall set main OPS --daily --time-zone Asia/Tokyo");
  expect((await shell.run("oncall show --json")).json()).toMatchObject([
    { period: "daily", timeZone: "Asia/Tokyo", handover: "09:00", startDate: "2026-01-05", members: [{}, {}] },
  ]);
  await shell.run("oncall remove main @ops");
  const { stdout } = await shell.run("oncall show");
  expect(stdout).toContain("There is no rotation yet");
  const noted = await (await shell.store()).read.audit.list({ action: "oncall", limit: 9 });
  expect(noted.map(({ action, subject }) => [action, subject]).reverse()).toEqual([
    ["oncall.set", "@ops: id:7 id:8 weekly from 2026-01-05 Europe/Berlin"],
    ["oncall.set", "@ops: id:7 id:8 daily from 2026-01-05 Asia/Tokyo"],
    ["oncall.remove", "@ops"],
  ]);
});

test("somebody else is on call for a while, and that is taken back by its number", async () => {
  const shell = await folderWithPeople();
  await shell.run("oncall set main ops --members @anna --daily");
  const made = await shell.run("oncall override main ops --person @boris --until +8h --json");
  expect(made.json()).toMatchObject({
    now: { bitrixId: 8 },
    next: { person: { bitrixId: 7 } },
    overrides: [{ id: 1 }],
  });
  await shell.run("oncall override main ops --person id:9 --from 2099-01-01T10:00 --until 2099-01-02");
  expect((await shell.run("oncall show main")).stdout).toContain(
    "override 2: Bitrix24 user 9 from 2099-01-01 10:00 to 2099-01-02 00:00",
  );
  expect((await shell.run("oncall override main ops --remove 1")).stdout).toContain("@ops: Anna");
  for (const flags of [
    "--remove 1",
    "--remove 2 --person id:7",
    "--person id:7",
    "--until +8h",
    "--person id:7 --until yesterday",
    "--person id:7 --until 2020-01-01",
    "--person id:7 --from 2099-02-01 --until 2099-01-01",
    "--person @nobody --until +1h",
  ])
    expect(await shell.run(`oncall override main ops ${flags}`)).toMatchObject({ code: 2, stdout: "" });
});

test.each([
  "oncall set main ops",
  "oncall set main ops --members @nobody",
  "oncall set main ops --members id:7 --daily --weekly",
  "oncall set main ops --members id:7 --handover 25:00",
  "oncall set main ops --members id:7 --time-zone Mars/Base",
  "oncall set main ops --members id:7 --start 2026-02-30",
  "oncall set main two.words! --members id:7",
  "oncall show main --at sometime",
  "oncall remove main ops",
])("%s is wrong input", async (line) => {
  const shell = await folderWithPeople();
  if (line.includes("show")) await shell.run(SET);
  expect(await shell.run(line)).toMatchObject({ code: 2, stdout: "" });
});

test("a name means one thing: rotations, groups and usernames do not share any", async () => {
  const shell = await folderWithPeople();
  await shell.run("group add main oncall @anna");
  expect((await shell.run("oncall set main Oncall --members id:7")).stderr).toContain("there is a group @oncall");
  expect((await shell.run("oncall set main anna --members id:7")).stderr).toContain("telegram username is @anna");
  await shell.run(SET);
  expect((await shell.run("group add main Ops @anna")).stderr).toContain("there is a rotation @Ops");
  expect((await shell.run("people map main --discord ops --bitrix 9")).stderr).toContain("a group or a rotation");
});

test("a rule by a rotation tells whoever is on call, and says so when the rotation is gone", async () => {
  const shell = await folderWithPeople();
  await shell.run("chat bind main --telegram -1001");
  await shell.run("oncall set main ops --members @anna --daily");
  expect(await shell.run("rule add main ci --from telegram:-1001 --to @ops")).toMatchObject({ code: 0 });
  expect((await shell.run("rule test main hello")).stdout).toContain("tells Anna (Bitrix24 user 7)");
  await shell.run("oncall override main ops --person @boris --until +1h");
  expect((await shell.run("rule test main hello")).stdout).toContain("tells Boris (Bitrix24 user 8)");
  expect((await shell.run("oncall remove main ops")).stdout).toContain("These rules tell nobody by it any more: ci.");
  expect((await shell.run("rule list")).stdout).toContain("there is no rotation oncall:ops in main");
});
