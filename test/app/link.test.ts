import { expect, test } from "vitest";
import type { Portal } from "../../src/app/ports.ts";
import { updateReceipt } from "../../src/app/receipts.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { IVAN, NOW } from "../support/desk.ts";
import { FAILED, MINUTE, openLinkDesk, PETR, SENT, staffPortal } from "./linkDesk.ts";

test("whoever types the code that was sent to a person in Bitrix24 is that person, and may send where only linked people may", async () => {
  const desk = await openLinkDesk({ senders: "linked" });
  expect(await desk.publicly("/notify id:8 hello")).toContain("/link");
  expect(await desk.publicly("/link")).toMatch(/https:\/\/t\.me\/herald24_bot\?start=link_[\w-]{22}$/u);
  expect(await desk.claim("anna@company.example")).toContain(SENT);
  await desk.work();
  const [notification, ...others] = await desk.codes();
  expect(others).toEqual([]);
  expect(notification?.secret).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/u);
  expect(JSON.stringify(notification?.text)).toContain("Telegram account Ivan (@ivan), id 77");
  expect(await desk.privately(` ${notification?.secret?.toLowerCase().replace("-", " ")} `)).toContain(
    "you are Anna Orlova, user 7",
  );
  expect(await desk.store.read.people.proven(desk.workspace.id, "telegram", "77")).toMatchObject({ bitrixId: 7 });
  const sent = await desk.say("/notify id:8 hello");
  expect(await desk.deliveries(sent)).toHaveLength(1);
  expect(await desk.publicly("/whoami")).toContain("Anna Orlova");
  expect(await desk.privately("/whoami")).toContain("Anna Orlova");
  expect(await desk.publicly("/link")).toContain("linked already");
});

test("a person is found by e-mail, by id and by the exact name, and by nothing else", async () => {
  for (const [who, bitrixId] of [
    ["ANNA@company.example", 7],
    ["id:7", 7],
    ["8", 8],
    ["Boris Lang", 8],
    ["boris lang", undefined],
    ["Boris Langer", undefined],
    ["bori%@company.example", undefined],
    ["anna@company.exampl", undefined],
    ["404", undefined],
  ] as const) {
    const desk = await openLinkDesk();
    await desk.claim(who);
    await desk.work();
    const attempt = await desk.store.read.links.latest({ platform: "telegram", userId: "77" });
    expect([who, attempt?.bitrixId]).toEqual([who, bitrixId]);
  }
});

test("the answer is the same for people who exist, who do not and who were dismissed, and comes before anybody is looked up", async () => {
  const answers = new Set<string>();
  for (const who of [
    "anna@company.example",
    "nobody@company.example",
    "dmitri@company.example",
    "7",
    "9",
    "404",
    "Anna Orlova",
    "No Body",
  ]) {
    const desk = await openLinkDesk();
    answers.add(await desk.claim(who));
    const before = await desk.store.read.links.latest({ platform: "telegram", userId: "77" });
    expect(before?.sentAt).toBeUndefined();
    await desk.work();
    answers.add(await desk.privately("0000-0000"));
  }
  expect([...answers]).toEqual([expect.stringContaining(SENT), expect.stringContaining(FAILED)]);
});

test("a dismissed employee gets no code, and the asker learns nothing of it", async () => {
  const desk = await openLinkDesk();
  await desk.claim("9");
  await desk.work();
  expect(await desk.codes()).toEqual([]);
  expect(await desk.audit()).toContain("telegram:77 link.nobody id");
});

test("that the portal refused the code, because its recipient was dismissed just then, shows nowhere in the chat", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7");
  await desk.work();
  const shown = async () =>
    (await desk.store.read.receipts.due("telegram", NOW + MINUTE, 100)).map(({ version, wish }) => ({ version, wish }));
  const before = await shown();
  expect(before.length).toBeGreaterThan(2);
  const [delivery] = await desk.store.read.deliveries.list({});
  await desk.store.tx(async (tx) => {
    const refused = { kind: "verdict", verdict: "refused", code: "RESULT_FALSE" } as const;
    await tx.deliveries.settle(delivery?.id ?? 0, refused, NOW);
    await updateReceipt(tx, delivery?.notificationId ?? 0, { wordsIn, now: NOW });
  });
  expect(await shown()).toEqual(before);
  expect(await desk.publicly("/status")).toContain("You have sent nothing");
  expect(await desk.privately("ABCD-EFGH")).toContain(FAILED);
});

test("a portal that drops the filter by e-mail sends nobody a code, and says so", async () => {
  const desk = await openLinkDesk();
  const address = await desk.publicly("/link");
  await desk.privately(`/start ${address.split("start=")[1]}`);
  const at = { platform: "telegram", chatId: "77", threadId: "", messageId: "m" } as const;
  await desk.privately("anna@company.example", IVAN, { at });
  await desk.work(staffPortal({ dropsFilter: true }));
  expect(await desk.codes()).toEqual([]);
  expect((await desk.wish(at))?.text).toContain("does not let me look up e-mails");
  expect(await desk.privately("7")).toContain(SENT);
});

test.each([
  ["ACCESS_DENIED", "If that person exists"],
  ["SOMETHING_NEW", "If that person exists"],
  ["INSUFFICIENT_SCOPE", "does not let me look people up"],
])("that a portal refused a look-up with %s is told only where it would refuse anybody", async (code, told) => {
  const desk = await openLinkDesk();
  const address = await desk.publicly("/link");
  await desk.privately(`/start ${address.split("start=")[1]}`);
  const at = { platform: "telegram", chatId: "77", threadId: "", messageId: "m" } as const;
  await desk.privately("7", IVAN, { at });
  const call: Portal["call"] = async () => ({ kind: "error", status: 403, code, description: "" });
  await desk.work({ ...staffPortal(), call });
  expect((await desk.wish(at))?.text).toContain(told);
  expect(await desk.codes()).toEqual([]);
});

test("a later owner of a linked account's name is not that person, and gets no answer about it", async () => {
  const desk = await openLinkDesk({ senders: "linked" });
  await desk.claim("7");
  await desk.work();
  await desk.privately(await desk.code());
  const heir = { ...PETR, username: "ivan" };
  await desk.intake.sighted({ chat: { platform: "telegram", chatId: "-100", threadId: "" }, ...heir });
  const { people } = desk.store.read;
  expect(await people.proven(desk.workspace.id, "telegram", "88")).toBeUndefined();
  expect(await people.byAccount(desk.workspace.id, "telegram", { username: "ivan" })).toBeUndefined();
  expect(await people.proven(desk.workspace.id, "telegram", "77")).toMatchObject({ bitrixId: 7 });
  expect(await desk.publicly("/notify id:8 x", heir)).toContain("/link");
});

test("proof beats a mapping of the same username to somebody else; an id that somebody has vouched for stays", async () => {
  const desk = await openLinkDesk();
  await desk.map("ivan", 8, "Boris");
  await desk.claim("7");
  await desk.work();
  expect(await desk.privately(await desk.code())).toContain("user 7");
  const { people } = desk.store.read;
  expect(await people.byAccount(desk.workspace.id, "telegram", { username: "ivan" })).toMatchObject({ bitrixId: 7 });

  await desk.claim("7", PETR);
  await desk.work();
  const code = (await desk.codes()).at(-1)?.secret ?? "";
  await desk.store.tx((tx) =>
    tx.people.map({ workspaceId: desk.workspace.id, bitrixId: 8, platform: "telegram", userId: "88" }),
  );
  const [first, second] = [await desk.code(), code];
  for (const each of new Set([first, second])) expect(await desk.privately(each, PETR)).toContain(FAILED);
  expect(await people.proven(desk.workspace.id, "telegram", "88")).toMatchObject({ bitrixId: 8 });
});

test("what somebody asks of a portal that is away is asked again, and given up when the code would be too late", async () => {
  const desk = await openLinkDesk();
  await desk.claim("7");
  const away: Portal = { ...staffPortal(), call: async () => ({ kind: "unsent", reason: "refused" }) };
  await desk.work(away);
  expect(await desk.codes()).toEqual([]);
  desk.now = NOW + 5 * MINUTE;
  await desk.work();
  expect(await desk.privately(await desk.code())).toContain("user 7");
});

test("nothing else that is said in private is taken for an answer", async () => {
  const desk = await openLinkDesk();
  expect(await desk.privately("7")).toBe("");
  expect(await desk.privately("/link")).toContain("Write /link in a chat that is connected");
  const address = await desk.publicly("/link");
  await desk.privately(`/start ${address.split("start=")[1]}`);
  expect(await desk.privately("https://b24.example/rest/1/x/")).not.toContain(SENT);
  expect(await desk.privately("what?")).toContain("That is no e-mail");
  expect(await desk.privately("7", IVAN, { edited: true })).toBe("");
});

test("where e-mails can be looked up in the mapping alone, a known one is answered as an unknown one is", async () => {
  const desk = await openLinkDesk();
  const { store, workspace } = desk;
  await store.tx((tx) =>
    tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 7, email: "anna@company.example" }),
  );
  const answers = [];
  for (const [messageId, email] of [
    ["m1", "anna@company.example"],
    ["m2", "nobody@company.example"],
  ] as const) {
    const address = await desk.publicly("/link");
    await desk.privately(`/start ${address.split("start=")[1]}`);
    const at = { platform: "telegram", chatId: "77", threadId: "", messageId } as const;
    await desk.privately(email, IVAN, { at });
    await desk.work(staffPortal({ dropsFilter: true }));
    answers.push((await desk.wish(at))?.text);
  }
  expect(answers[1]).toBe(answers[0]);
  expect(await desk.codes()).toHaveLength(1);
});

test("whoever was taken for gone and is active after all can be linked at once", async () => {
  const desk = await openLinkDesk();
  const { store, workspace } = desk;
  const person = await store.tx((tx) => tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 7 }));
  await store.tx((tx) => tx.people.leave(person.id, desk.now));
  await desk.claim("anna@company.example");
  await desk.work();
  expect(await desk.privately(await desk.code())).toContain("you are Anna Orlova");
  expect(await store.read.people.proven(workspace.id, "telegram", "77")).toMatchObject({ bitrixId: 7 });
});
