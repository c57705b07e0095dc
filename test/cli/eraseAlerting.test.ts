import { expect, test } from "vitest";
import { folderWithWorkspace, type Shell } from "./support.ts";

const ZOYA = "9876543210";

/** Zoya (77) and Boris (8), in rules, a silence, a rotation and with quiet hours. */
async function openOffice(): Promise<Shell> {
  const { shell } = await folderWithWorkspace();
  for (const line of [
    "chat bind main --telegram -1001",
    `people map main --telegram @zoya=${ZOYA} --bitrix 77 --name Zoya`,
    "people map main --telegram @boris --bitrix 8",
    "oncall set main ops --members id:77,id:8 --daily --start 2026-01-01",
    "oncall override main ops --person id:77 --until +8h",
    "oncall override main ops --person id:8 --from +9h --until +10h",
    "rule add main both --from telegram:-1001 --to id:77,id:8 --author Zoya --escalate 10m_id:77 --escalate 20m_id:8",
    "rule add main her --from telegram:-1001 --to id:77",
    "rule add main other --from telegram:-1001 --to id:8",
  ])
    expect(await shell.run(line.split(" ").map((word) => word.replace("m_id", "m id")))).toMatchObject({ code: 0 });
  const store = await shell.store();
  await store.tx(async (tx) => {
    const zoya = await tx.people.byBitrixId(1, 77);
    await tx.quiet.set(zoya?.id ?? 0, { from: 0, until: 60, timeZone: "UTC" });
    const [own, others] = [`telegram:${ZOYA}`, "telegram:5"];
    const until = { createdAt: 0, endsAt: Date.now() + 9e6, workspaceId: 1 };
    await tx.silences.add({ ...until, createdBy: own, matcher: { tags: ["ci"] } });
    await tx.silences.add({ ...until, createdBy: others, matcher: { words: ['what "Zoya" said'] } });
  });
  return shell;
}

const state = async (shell: Shell) => {
  const { read } = await shell.store();
  const [rotation] = await read.oncall.list(1);
  return {
    rules: await read.rules.list(1),
    silences: await read.silences.live(1, Date.now()),
    members: rotation?.members,
    overrides: rotation && (await read.oncall.overrides(rotation.id, 0)),
  };
};

test("an erased person is named by no rule, silence, rotation or override any more, and nothing lets more pass than before", async () => {
  const shell = await openOffice();
  const boris = await (await shell.store()).read.people.byBitrixId(1, 8);
  const dry = (await shell.run("people erase main id:77 --dry-run --json")).json();
  expect(dry).toMatchObject({ counts: { rules: 2, silences: 2, turns: 1, overrides: 1, quietHours: 1 } });
  expect((await state(shell)).members).toHaveLength(2);
  const ran = await shell.run("people erase main id:77 --yes --json");
  expect(ran).toMatchObject({ code: 0 });
  const { pseudonym } = ran.json() as { pseudonym: string };
  const { rules, silences, members, overrides } = await state(shell);
  const eight = { kind: "person", bitrixId: 8 };
  expect(rules).toMatchObject([
    { name: "both", enabled: true, targets: [eight], filter: { authors: [pseudonym] } },
    { name: "her", enabled: false, targets: [] },
    { name: "other", enabled: true, targets: [eight], filter: {} },
  ]);
  expect(rules[0]?.options.escalation).toEqual({ steps: [{ afterMinutes: 20, targets: [eight] }], repeats: 0 });
  expect(silences).toMatchObject([
    { createdBy: pseudonym, matcher: { tags: ["ci"] } },
    { createdBy: "telegram:5", matcher: { words: [`what "${pseudonym}" said`] } },
  ]);
  expect(members).toEqual([boris?.id]);
  expect(overrides).toMatchObject([{ personId: boris?.id }]);
  expect(JSON.stringify({ rules, silences, overrides })).not.toMatch(/Zoya|9876543210/u);
  expect((await shell.run("rule list")).code).toBe(0);
});
