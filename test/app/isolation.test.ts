import { expect, test } from "vitest";
import { createMetrics } from "../../adapters/web/metrics.ts";
import { readFigures } from "../../src/app/figures.ts";
import type { Intake, Suggestion, SuggestionAsk } from "../../src/app/ports.ts";
import type { ChatRef, IncomingMessage } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";
import { addWorkspace } from "../support/entries.ts";

/** A mark that stands in everything that belongs to the other workspace. */
const MARK = "zebra";
const CONTROLS = "\u0000\u0007\u001b[31m";

/** Names that somebody could have chosen to break out of where they are shown. */
const HOSTILE = [
  `${MARK} @everyone`,
  `${MARK} \u202Egnp.exe\u2066`,
  `${MARK}${CONTROLS}`,
  `${MARK} [URL=https://evil.example]x[/URL] #{$result[0]}`,
  `${MARK} { $name } { -term }`,
  `${MARK} ${"A".repeat(5_000)}`,
];

const HERE: ChatRef = { platform: "telegram", chatId: "-100", threadId: "" };
const THERE: ChatRef = { platform: "telegram", chatId: "-200", threadId: "" };
const ALONE: ChatRef = { platform: "telegram", chatId: "77", threadId: "" };

interface House extends Desk {
  /** In the chat of `main`, or another; answers all that is said about it. */
  ask(line: string, more?: { chat?: ChatRef; message?: Partial<IncomingMessage> }): Promise<string>;
  readonly otherId: number;
}

const suggested = (
  intake: Intake,
  asked: Pick<SuggestionAsk, "chat" | "command" | "field" | "typed">,
): Promise<readonly Suggestion[]> => intake.suggest({ ...asked, place: "group", asker: { userId: IVAN.userId } });

/** Two workspaces with a chat each. Ivan is in both, and administers `main` alone; all that the other one has bears the mark. */
async function openTwo(): Promise<House> {
  const desk = await openDesk();
  const { store, workspace, intake } = desk;
  const other = await addWorkspace(store, `${MARK}-corp`);
  await desk.map("anna", 7, "Anna");
  await store.tx(async (tx) => {
    await tx.chats.bind({ ...THERE, workspaceId: other.id, senders: "everyone" }, NOW);
    await tx.chats.bind({ ...ALONE, workspaceId: workspace.id, senders: "everyone" }, NOW);
    await tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "owner");
    await tx.people.map({
      workspaceId: other.id,
      bitrixId: 900,
      platform: "telegram",
      userId: IVAN.userId,
      name: `${MARK} Ivan`,
    });
    const ids = [];
    for (const [index, name] of HOSTILE.entries()) {
      const entry = { workspaceId: other.id, bitrixId: 901 + index, name, email: `${MARK}${index}@example.org` };
      const mapped = await tx.people.map({ ...entry, platform: "telegram", username: `${MARK}_${index}` });
      if (mapped.kind === "mapped") ids.push(mapped.person.id);
    }
    await tx.people.setGroup(other.id, `${MARK}s`, ids);
    await tx.people.map({
      workspaceId: other.id,
      bitrixId: 999,
      platform: "telegram",
      username: "anna",
      name: `${MARK} Anna`,
    });
  });
  for (const chat of [HERE, THERE]) {
    await intake.sighted({ chat, ...IVAN });
    await intake.sighted({ chat, userId: "5", username: "anna", name: "Anna" });
  }
  let messages = 100;
  return {
    ...desk,
    otherId: other.id,
    ask: async (line, { chat = HERE, message = {} } = {}) => {
      messages += 1;
      desk.now += 61_000;
      const at = { ...chat, messageId: String(messages) };
      const kind = chat === ALONE ? "private" : "group";
      await desk.say(line, { at, place: { kind, title: "Ops" }, ...message });
      return (await desk.wish(at))?.text ?? "";
    },
  };
}

const LINES = [
  "/whoami",
  "/help",
  "/status",
  "/people",
  `/people ${MARK}`,
  "/people 90",
  "/group",
  `/group ${MARK}s`,
  `/group ${MARK}s remove`,
  `/map @someone ${MARK}0@example.org`,
  `/unmap @${MARK}_1`,
  "/unmap @ivan",
  `/notify @${MARK}_0 hello`,
  `/notify @${MARK}s hello`,
  `/notify ${MARK}0@example.org hello`,
  "/notify @zebr hello",
  '/notify @"zebra Ivan" hello',
  "/senders",
];

/** An answer without what the asker wrote themselves, which may be said back. */
function unsaid(line: string, answer: string): string {
  const words = line
    .split(/[\s"]+/u)
    .map((word) => word.replace(/^@/u, ""))
    .filter((word) => word.includes("zeb"));
  return words.reduce(
    (text, word) => text.replaceAll(new RegExp(`(?<![\\w@.])@?${word}(?![\\w@.]*\\w)`, "gu"), ""),
    answer,
  );
}

test.each([
  ["a group", HERE],
  ["private", ALONE],
])(
  "in %s of one workspace no command shows or changes anything of the other, not even to somebody in both",
  async (_, chat) => {
    const house = await openTwo();
    const { store, otherId, ask } = house;
    const sent = await house.say(`/notify @anna ${MARK} #${MARK}tag`, { at: { ...THERE, messageId: "1" } });
    expect(await house.deliveries(sent)).toHaveLength(1);
    const before = JSON.stringify([await store.read.people.list(otherId), await store.read.people.listGroups(otherId)]);
    for (const line of LINES) {
      expect(unsaid(line, await ask(line, { chat }))).not.toMatch(/zebra|id:9\d\d/u);
    }
    expect(JSON.stringify([await store.read.people.list(otherId), await store.read.people.listGroups(otherId)])).toBe(
      before,
    );
  },
);

test("one name is another person in each workspace, and each is notified in their own", async () => {
  const house = await openTwo();
  const here = await house.say("/notify @anna hello", { at: { ...HERE, messageId: "11" } });
  const there = await house.say("/notify @anna hello", { at: { ...THERE, messageId: "12" } });
  expect(await house.deliveries(here)).toMatchObject([{ bitrixId: 7, workspaceId: house.workspace.id }]);
  expect(await house.deliveries(there)).toMatchObject([{ bitrixId: 999, workspaceId: house.otherId }]);
  const listed = await house.store.read.deliveries.list({ workspaceId: house.workspace.id });
  expect(listed.map(({ workspaceId }) => workspaceId)).toEqual([house.workspace.id]);
  expect(await house.ask("/status")).not.toContain(MARK);
});

test("a role in one workspace is none in the other", async () => {
  const house = await openTwo();
  for (const line of ["/people", "/group", "/senders list", "/map @ivan 1", "/unmap @anna"])
    expect(await house.ask(line, { chat: THERE })).toMatch(/^Only administrators of/u);
  expect((await house.store.read.chats.find(THERE))?.senders).toBe("everyone");
});

test("suggestions of names and tags are those of the chat's own workspace, also after the chat has changed hands", async () => {
  const house = await openTwo();
  const { intake, store, workspace } = house;
  await house.say("/notify @anna hello #zebratag", { at: { ...THERE, messageId: "21" } });
  const all = async (chat: ChatRef) =>
    JSON.stringify([
      await suggested(intake, { chat, command: "notify", field: "recipients", typed: "" }),
      await suggested(intake, { chat, command: "notify", field: "recipients", typed: "zeb" }),
      await suggested(intake, { chat, command: "notify", field: "tag", typed: "" }),
    ]);
  expect(await all(HERE)).not.toContain(MARK);
  expect(await all(THERE)).toContain("zebratag");
  const binding = await store.read.chats.find(THERE);
  await store.tx(async (tx) => {
    await tx.chats.unbind(binding?.id ?? 0);
    await tx.chats.bind({ ...THERE, workspaceId: workspace.id, senders: "everyone" }, NOW);
  });
  expect(await all(THERE)).not.toContain(MARK);
  expect(await house.ask("/status", { chat: THERE })).not.toContain(MARK);
  const repliedTo = { messageId: "21", author: "x", text: [], media: [], parts: [] };
  expect(await house.ask("/status", { chat: THERE, message: { repliedTo } })).not.toContain(MARK);
});

test("what somebody sends to one workspace uses up nothing of their rate in the other", async () => {
  const house = await openTwo();
  for (let command = 0; command < 25; command += 1)
    await house.say("/help", { at: { ...THERE, messageId: `f${command}` } });
  const at = await house.say("/notify @anna hello", { at: { ...HERE, messageId: "31" } });
  expect(await house.deliveries(at)).toHaveLength(1);
});

test("many notifications to one workspace do not hide those to the other from /status", async () => {
  const house = await openTwo();
  await house.ask("/notify @anna first");
  for (let sent = 0; sent < 210; sent += 1) {
    house.now += 5_000;
    await house.ask(`/notify @anna ${sent}`, { chat: THERE });
  }
  expect(await house.ask("/status")).toContain("first");
});

test("hostile names are shown to their own administrators in one short line each, and as text", async () => {
  const house = await openTwo();
  await house.store.tx((tx) => tx.chats.addAdmin(house.otherId, "telegram", IVAN.userId));
  for (const [index] of HOSTILE.entries())
    await house.intake.sighted({ chat: THERE, userId: `7${index}`, username: `${MARK}_${index}`, name: "x" });
  const text = await house.ask("/people", { chat: THERE });
  expect(text).toContain("{ $name }");
  expect(text).not.toMatch(/(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(200);
  expect(text.length).toBeLessThan(2_000);
});

test("whatever a name holds, the words around it stay ours", () => {
  for (const name of HOSTILE) expect(wordsIn("en").say("group-empty", { name })).toBe("nobody");
  const said = wordsIn("en").say("map-done", { account: "@a", person: "{ $account } { -x }" });
  expect(said).toBe("@a is { $account } { -x } now.");
});

test("a metric bears the name of the workspace that it counts for, and no name of people, chats or tags", async () => {
  const metrics = createMetrics();
  const desk = await openTwo();
  const known = { mediaQuotaBytes: 1, running: new Map(), now: desk.now };
  metrics.watch(() => readFigures(desk.store.read, known));
  metrics.portalAnswered(desk.workspace.name, 1);
  const lines = (await metrics.text())
    .split("\n")
    .filter((line) => line.includes(`workspace="${desk.workspace.name}"`));
  expect(lines.length).toBeGreaterThan(3);
  const labels = new Set(
    lines.flatMap((line) => [...line.matchAll(/(?<label>\w+)="/gu)].map((found) => found.groups?.label)),
  );
  expect([...labels].sort()).toEqual(["le", "state", "verdict", "workspace"]);
});
