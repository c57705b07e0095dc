import { expect, test } from "vitest";
import { slotOf } from "../../src/app/receipts.ts";
import { traceOf } from "../../src/app/trace.ts";
import { plain } from "../../src/core/richText.ts";
import { definition } from "../support/alerts.ts";
import type { Desk } from "../support/desk.ts";
import { IVAN, openDesk } from "../support/desk.ts";
import { openFeed } from "../support/feed.ts";
import { runBeside } from "../support/shell.ts";

const CHAT = "-1001234567890";
const at = (messageId: string) => ({ platform: "telegram", chatId: CHAT, threadId: "", messageId }) as const;

/** What is explained, in both languages. */
async function explained(desk: Pick<Desk, "file" | "secretKeys">, given: string) {
  const [english, russian] = [
    await runBeside(desk, ["deliveries", "why", given], { LANG: "en_GB.UTF-8" }),
    await runBeside(desk, ["deliveries", "why", given], { LANG: "ru_RU.UTF-8" }),
  ];
  expect([english.code, russian.code, english.err]).toEqual([0, 0, ""]);
  return { en: english.out, ru: russian.out };
}

async function opened(options: Parameters<typeof openDesk>[0] = {}) {
  const desk = await openDesk(options);
  await desk.map("anna", 7, "Anna");
  const { id: workspaceId } = desk.workspace;
  const chat = { platform: "telegram", chatId: CHAT, threadId: "", workspaceId } as const;
  await desk.store.tx((tx) => tx.chats.bind({ ...chat, senders: options.senders ?? "everyone" }, desk.now));
  return desk;
}

test("of a message that was sent it is told who got it, who did not and why, attempt by attempt", async () => {
  const desk = await openFeed();
  desk.portal.setUser({ id: 8, active: false });
  desk.portal.faults.add({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" }, method: "batch" });
  desk.start();
  const sent = await desk.say("/notify @anna, @boris, @nobody hello");
  const deliveries = await desk.settled(sent);
  const { en, ru } = await explained(desk, `telegram:-100/${sent.messageId}`);
  expect(en).toMatch(/Anna \(7\): delivered/u);
  expect(en).toMatch(/Boris \(8\): refused: Bitrix24 knows no such active user/u);
  expect(en).toContain("Not found: @nobody");
  expect(en).toContain("Whoever is not listed was not among its recipients.");
  expect(ru).toMatch(/Anna \(7\): доставлено/u);
  expect(ru).toMatch(/Boris \(8\): отказ: в Битрикс24 нет такого/u);
  const one = await explained(desk, String(deliveries[1]?.id));
  expect(one.en).toMatch(/Boris \(8\)[^\n]*\n {2}[^\n]*not yet[^\n]*\n {2}[^\n]*refused/u);
  await desk.say("/notify @anna, @boris hello again", { at: sent, edited: true });
  await desk.settled(sent);
  expect((await explained(desk, `telegram:-100/${sent.messageId}`)).en).toContain(
    "edited it 1 time; this is the latest",
  );
});

test("links of private chats, topics and Discord lead to the message; of a public link it is said what is not known", async () => {
  const desk = await opened();
  await desk.say("/notify @anna hello", { at: at("45"), link: "https://t.me/OpsChat/45" });
  for (const link of ["https://t.me/c/1234567890/45", "https://t.me/c/1234567890/3/45", "https://t.me/opschat/45"])
    expect((await explained(desk, link)).en, link).toContain("Anna (7): waiting");
  expect((await explained(desk, "https://t.me/elsewhere/45")).en).toContain("only the chat’s id is known");
  const server = { platform: "discord", chatId: "112233445566778899", threadId: "223344556677889900" } as const;
  const { id: workspaceId } = desk.workspace;
  await desk.store.tx((tx) => tx.chats.bind({ ...server, workspaceId, senders: "everyone" }, desk.now));
  const thread = "334455667788990011";
  await desk.say("!notify @anna hi", { at: { ...server, messageId: `${thread}/445566778899001122` } });
  const link = `https://discord.com/channels/112233445566778899/${thread}/445566778899001122`;
  expect((await explained(desk, link)).en).toContain("Anna (7): waiting");
});

test.each([
  [
    "a sender who may not",
    { senders: "linked" as const },
    "/notify @anna hello",
    "Only people linked",
    "Отсюда могут отправлять только",
  ],
  ["an unmapped recipient", {}, "/notify @zoya hello", "Not found: @zoya", "Не найден"],
  ["a malformed command", {}, "/notify hello", "Whom shall I notify?", "Кого уведомить?"],
])("of %s it is told what was answered", async (_, options, text, en, ru) => {
  const desk = await opened(options);
  await desk.say(text, { at: at("45"), sender: { ...IVAN, language: "en" } });
  const told = await explained(desk, "https://t.me/c/1234567890/45");
  expect(told.en).toContain("No notification came of this message.");
  expect(told.en).toContain(en);
  expect(told.en).toContain("The chat belongs to the workspace main");
  expect(told.ru).toContain("Из этого сообщения не вышло ни одного уведомления.");
  await desk.say(text, { at: at("46"), sender: { ...IVAN, userId: "78", language: "ru" } });
  expect((await explained(desk, "https://t.me/c/1234567890/46")).ru).toContain(ru);
});

test("of a sender who was too fast, and of a second mistake within a minute, no more is told than is known", async () => {
  const desk = await opened();
  for (const id of ["1", "2"]) {
    const trace = traceOf(at(id));
    const entry = { platform: "telegram", externalId: id, payload: "{}", trace, receivedAt: desk.now } as const;
    await desk.store.tx(async (tx) => {
      const rows = await tx.inbox.put([entry]);
      await tx.inbox.done(
        rows.map(({ id: row }) => row),
        desk.now,
      );
    });
    await desk.say("/notify hello", { at: at(id) });
  }
  expect((await desk.store.read.receipts.bySlot(slotOf(at("2"))))?.wish).toBeUndefined();
  const { en, ru } = await explained(desk, "https://t.me/c/1234567890/2");
  expect(en).toContain("was dealt with");
  expect(en).toContain("No answer to it is known");
  expect(ru).toContain("Ответ на него неизвестен");
});

test("of a chat that is bound to nothing, and of a message that was never taken in, that is told", async () => {
  const desk = await openDesk({ unbound: true });
  const { en, ru } = await explained(desk, "https://t.me/c/555/45");
  expect(en).toContain("It was never taken in");
  expect(en).toContain("The chat telegram:-100555 belongs to no workspace");
  expect(ru).toContain("не относится ни к одному рабочему пространству");
});

test("what is neither a delivery nor a message is told how to ask", async () => {
  const desk = await opened();
  for (const given of ["999", "hello", "https://t.me/opschat"])
    expect(await runBeside(desk, ["deliveries", "why", given])).toMatchObject({
      code: 2,
      err: expect.stringContaining(given),
    });
});

test("a number that is no delivery is told so, and how to name a message; in Russian, too", async () => {
  const desk = await opened();
  const asked = (lang: string) => runBeside(desk, ["deliveries", "why", "999999"], { LANG: lang });
  expect((await asked("en_GB.UTF-8")).err).toMatch(/there is no delivery 999999; .*telegram:<chat>\/<message>/u);
  expect((await asked("ru_RU.UTF-8")).err).toContain("доставки 999999 нет");
});

test("where no locale says otherwise, a house whose workspaces all speak Russian is answered in Russian", async () => {
  const desk = await opened();
  const { id, settings } = desk.workspace;
  await desk.store.tx((tx) => tx.workspaces.set(id, { settings: { ...settings, language: "ru" } }));
  await desk.say("/notify @anna hello", { at: at("45") });
  for (const lang of ["", "C.UTF-8"])
    expect((await runBeside(desk, ["deliveries", "why", "t.me/c/1234567890/45"], { LANG: lang })).out).toContain(
      "Принято",
    );
  expect((await runBeside(desk, ["deliveries", "why", "1"], { LANG: "en_GB.UTF-8" })).out).toContain("Accepted");
});

test("while the workspace is suspended no next try is promised, nor one that lies in the past", async () => {
  const desk = await opened();
  await desk.say("/notify @anna hello", { at: at("45") });
  const due = await explained(desk, "1");
  expect(due.en).toContain("as soon as its turn comes");
  expect(due.en).not.toContain("next try");
  const code = "INVALID_GRANT";
  await desk.store.tx((tx) => tx.workspaces.suspend(desk.workspace.id, { code, reason: "x", at: desk.now }));
  for (const given of ["1", "https://t.me/c/1234567890/45"]) {
    const { en } = await explained(desk, given);
    expect(en).toContain("has been suspended since");
    expect(en).not.toMatch(/next try|its turn/u);
  }
});

test("of a message that a rule has forwarded it is told who got it, who waits for a digest, and where it is shown", async () => {
  const desk = await opened();
  await desk.map("boris", 8, "Boris");
  const { id: workspaceId } = desk.workspace;
  const source = { kind: "chat", chat: at("") } as const;
  const targets = [7, 8].map((bitrixId) => ({ kind: "person", bitrixId }) as const);
  await desk.store.tx(async (tx) => {
    const boris = await tx.people.byBitrixId(workspaceId, 8);
    await tx.quiet.set(boris?.id ?? 0, { timeZone: "UTC", from: 0, until: 1_439 });
    await tx.rules.add(
      { workspaceId, name: "disks", ...definition({ source, targets, filter: { words: ["disk"] } }) },
      1,
    );
  });
  const said = { text: plain("disk is full"), link: "https://t.me/OpsChat/45" };
  await desk.say("disk is full", { ...said, at: at("45") });
  for (const link of ["https://t.me/c/1234567890/45", "https://t.me/opschat/45"]) {
    const { en, ru } = await explained(desk, link);
    expect(en).toMatch(/Rule disks of main took it for an alert .* which is open/u);
    expect(en).toContain("Anna (7): waiting");
    expect(en).toContain("Boris (8): not told yet, since it is quiet hours there until");
    expect(en).not.toContain("No notification came");
    expect(ru).toMatch(/Правило disks пространства main .* оно открыто/u);
    expect(ru).toContain("Boris (8): пока не сообщено, там тихие часы до");
  }
  await desk.say("something else", { at: at("46") });
  const passed = await explained(desk, "https://t.me/c/1234567890/46");
  expect(passed.en).toContain("Rules listen there (disks), and none has made an alert of it");
  expect(passed.ru).toContain("Там слушают правила (disks)");
});
