import { expect, test } from "vitest";
import { parseRecipients } from "../../src/core/notifyGrammar.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";

const CHAT = { platform: "telegram", chatId: "-100", threadId: "" } as const;

const recipients = (desk: Desk, typed: string) =>
  desk.intake.suggest({
    chat: CHAT,
    place: "group",
    asker: { userId: "77" },
    command: "notify",
    field: "recipients",
    typed,
  });

/** Somebody who writes in the chat and is mapped by id alone, so that only the Bitrix24 name can address them. */
async function addNameless(desk: Desk, name: string): Promise<void> {
  await desk.store.tx((tx) =>
    tx.people.map({ workspaceId: desk.workspace.id, bitrixId: 7, platform: "telegram", userId: "5", name }),
  );
  await desk.intake.sighted({ chat: CHAT, userId: "5", name });
}

test("a suggestion can be sent in as it is, with blanks in the name too", async () => {
  const desk = await openDesk();
  await addNameless(desk, "Anna Petrova");
  const [found, ...others] = await recipients(desk, "id:4, anna p");
  expect(others).toEqual([]);
  expect(found?.label).toContain("Anna Petrova");
  expect(parseRecipients(found?.value ?? "")).toMatchObject({
    kind: "notify",
    recipients: [{ id: 4 }, { kind: "name", name: "Anna Petrova" }],
  });
  expect(await recipients(desk, '@"Anna')).toHaveLength(1);
});

test("a suggestion that Discord would cut is not made: cut, it would name somebody else", async () => {
  const desk = await openDesk();
  await addNameless(desk, "Anna Petrova");
  expect(await recipients(desk, `${"@boris,".repeat(13)}an`)).toEqual([]);
});

test("a name with blanks is suggested and exemplified in the form that works", async () => {
  const desk = await openDesk();
  await addNameless(desk, "Anna Petrova");
  const near = await desk.wish(await desk.say('/notify @"Anna Petrov" hello'));
  expect(near?.text).toContain('@"Anna Petrova"');
  const help = await desk.wish(await desk.say("/help"));
  expect(help?.text).toContain('/notify @"Anna Petrova" Build');
});

test("a filled-in form knows a mention by the name that its account was mapped by", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const options = { to: "<@5>, <@6>", mentions: [{ userId: "5", username: "anna", label: "Anna P" }] };
  const at = await desk.say("hello", { command: "notify", options });
  expect(await desk.deliveries(at)).toMatchObject([{ bitrixId: 7 }]);
  expect((await desk.wish(at))?.text).toContain("<@6>");
});

test("what is wrong with a form is shown as a form", async () => {
  const desk = await openDesk();
  const wish = await desk.wish(await desk.say("hello", { command: "notify", options: {} }));
  expect(wish?.text).toContain("/notify to:@anna text:");
});

test("unbound private dialogues are answered once a minute each, although Discord calls them all by one id", async () => {
  const desk = await openDesk({ unbound: true });
  const ask = async (userId: string, messageId: string) =>
    desk.wish(
      await desk.say("!help", {
        at: { platform: "discord", chatId: "@me", threadId: userId, messageId },
        place: { kind: "private", title: "x" },
        sender: { ...IVAN, userId },
      }),
    );
  expect(await ask("1", "m1")).toBeDefined();
  expect(await ask("2", "m2")).toBeDefined();
  expect(await ask("1", "m3")).toBeUndefined();
});

test("a name mapped after its owner was seen becomes the owner's id when they write again, so that its next owner is nobody", async () => {
  const desk = await openDesk();
  const seen = (userId: string) => desk.intake.sighted({ chat: CHAT, userId, username: "anna", name: "Anna" });
  await seen("5");
  await desk.map("anna", 7);
  desk.now += 3_600_000;
  await seen("5");
  await seen("6");
  const personOf = (userId: string) => desk.store.read.people.byAccount(desk.workspace.id, "telegram", { userId });
  expect(await personOf("5")).toMatchObject({ bitrixId: 7 });
  expect(await personOf("6")).toBeUndefined();
});
