import { expect, test } from "vitest";
import { slotOf } from "../../src/app/receipts.ts";
import { addPeople, message, notification } from "../support/entries.ts";
import { addWaiting } from "./deliveries.ts";
import { folderWithWorkspace, portalFor, type Shell } from "./support.ts";

/** Stands in everything that the other workspace has, but for its own name. */
const MARK = "zebra";

/** Names that somebody could have chosen to break out of where they are shown. */
const HOSTILE = [
  `${MARK} <img src=x onerror=alert(1)>`,
  `${MARK}\nother  forged  row`,
  `${MARK} "quoted", 'too'; =1+1`,
  `${MARK} [URL=https://evil.example]x[/URL]`,
  `${MARK} ../../etc/passwd`,
  `${MARK} \u202Egnp.exe\u2066`,
  `${MARK} 👩‍👩‍👧 \u001b[31mred\u0007`,
];

/** Of the other workspace: people, a group, a role, a chat, and a delivery that waits. */
async function addOther(shell: Shell): Promise<{ deliveryId: number }> {
  const portal = await portalFor();
  shell.env.PRIVATE_HOSTS = `${shell.env.PRIVATE_HOSTS},${portal.host}`;
  expect((await shell.run("workspace add other --webhook -", portal.webhookUrl(1))).code).toBe(0);
  const store = await shell.store();
  return store.tx(async (tx) => {
    const workspaceId = (await tx.workspaces.byName("other"))?.id ?? 0;
    const personIds = [];
    for (const [index, name] of HOSTILE.entries()) {
      const entry = { workspaceId, bitrixId: 901 + index, name, email: `${MARK}${index}@example.org` };
      const mapped = await tx.people.map({ ...entry, platform: "telegram", username: `${MARK}_${index}` });
      personIds.push(mapped.kind === "mapped" ? mapped.person.id : 0);
    }
    await tx.people.setGroup(workspaceId, `${MARK}s`, personIds);
    await tx.chats.addAdmin(workspaceId, "telegram", "90909", "owner");
    const source = message("901", "-90909");
    await tx.chats.bind({ ...source, workspaceId, senders: "everyone" }, 0);
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 86_400_000 };
    const said = { text: [{ text: `${MARK} text` }], senderName: HOSTILE[0] ?? "", tag: `${MARK}tag`, source };
    const recipients = personIds.map((personId, index) => {
      const bitrixId = 901 + index;
      return { personId, bitrixId, tag: `h24.m.${MARK}.${bitrixId}`, subTag: "s" };
    });
    const added = await tx.notifications.add(notification(workspaceId, personIds, { ...said, ...times, recipients }));
    await tx.receipts.wish(slotOf(source), source, { mark: "stored" }, 0);
    await tx.audit.append({ at: 0, workspaceId, actor: "telegram:90909", action: "people.map", subject: `@${MARK}_1` });
    const [first] = await tx.deliveries.ofNotification(added?.notificationId ?? 0);
    return { deliveryId: first?.id ?? 0 };
  });
}

const TRACES = /zebra|90909|\b90[1-7]\b/iu;

/** Whatever is said back of what the line itself held is no news. */
const unsaid = (line: string, text: string): string =>
  line
    .split(" ")
    .reduce((kept, word) => (TRACES.test(word) ? kept.replaceAll(word.replace(/^@/u, ""), "") : kept), text);

async function openTwo() {
  const { shell, portal } = await folderWithWorkspace();
  const other = await addOther(shell);
  const store = await shell.store();
  await store.tx(async (tx) => {
    const workspaceId = (await tx.workspaces.byName("main"))?.id ?? 0;
    await addPeople(tx, workspaceId, [7]);
    await tx.people.map({ workspaceId, bitrixId: 7, name: "Anna", platform: "telegram", username: "anna" });
  });
  await addWaiting(store, { tag: "ci" });
  return { shell, portal, store, ...other };
}

const READING = [
  "people list main",
  "people export main",
  "people search main zebra",
  "group list main",
  "admin list main",
  "chat list main",
  "audit list --workspace main",
  "audit export --workspace main",
  "deliveries list --workspace main",
  "deliveries list --workspace main --state media",
  "deliveries list --workspace main --state queued --limit 100",
  "workspace show main",
  "workspace test main",
];
const CHANGING = [
  "people unmap main --telegram @zebra_1",
  "people unmap main --bitrix 903",
  "people erase main id:903 --yes",
  "people erase main zebra1@example.org --yes",
  "group remove main zebras",
  "group add main zebras @zebra_1",
  "group add main others @zebra_2 zebra3@example.org",
  "admin remove main --telegram 90909",
  "deliveries cancel --workspace main",
  "deliveries replay --workspace main",
];

test("a command about one workspace shows nothing of another, with and without --json", async () => {
  const { shell } = await openTwo();
  for (const line of READING)
    for (const argv of [line, `${line} --json`]) {
      const { code, stdout, stderr } = await shell.run(argv);
      expect(code, `${argv}: ${stderr}`).toBe(0);
      expect(unsaid(argv, stdout + stderr), argv).not.toMatch(TRACES);
    }
  const listed = (await shell.run("deliveries list --workspace main --json")).json();
  expect(listed).toMatchObject([{ person: 7 }]);
});

test("a command that changes one workspace changes nothing of another and says nothing about it", async () => {
  const { shell, store } = await openTwo();
  const state = async () => {
    const id = (await store.read.workspaces.byName("other"))?.id ?? 0;
    const { read } = store;
    const kept = [read.people.list(id), read.people.listGroups(id), read.chats.listAdmins(id), read.chats.list(id)];
    const deliveries = await read.deliveries.list({ workspaceId: id });
    return JSON.stringify([await Promise.all(kept), deliveries]);
  };
  const before = await state();
  for (const line of CHANGING) {
    const { stdout, stderr } = await shell.run(line);
    expect(unsaid(line, stdout + stderr), line).not.toMatch(TRACES);
  }
  expect(await state()).toBe(before);
});

test("names can forge neither a line nor a colour in what the operator reads", async () => {
  const { shell, deliveryId } = await openTwo();
  for (const line of [
    "people list other",
    "people search other zebra",
    "group list other",
    "deliveries list --workspace other",
    `deliveries show ${deliveryId}`,
    "audit list --workspace other",
  ]) {
    const { stdout } = await shell.run(line);
    expect(stdout, line).not.toMatch(/(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
    expect(
      stdout.split("\n").filter((row) => row.startsWith("other  forged")),
      line,
    ).toEqual([]);
  }
});
