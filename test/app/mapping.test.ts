import fc from "fast-check";
import { expect, test } from "vitest";
import { shownName } from "../../src/core/shownName.ts";
import { type Desk, IVAN, NOW, openDesk } from "../support/desk.ts";

const PRIVATE = {
  at: { platform: "telegram", chatId: "77", threadId: "" },
  place: { kind: "private", title: "Ivan" },
} as const;

/** A desk whose Ivan administers the workspace, and writes in private, where nobody reads along. */
async function openOffice() {
  const desk = await openDesk();
  await desk.store.tx(async (tx) => {
    await tx.chats.addAdmin(desk.workspace.id, "telegram", IVAN.userId);
    await tx.chats.bind({ ...PRIVATE.at, workspaceId: desk.workspace.id, senders: "everyone" }, NOW);
  });
  let messages = 500;
  const ask = async (line: string, language = "en"): Promise<string> => {
    messages += 1;
    desk.now += 60_000;
    const at = { ...PRIVATE.at, messageId: String(messages) };
    await desk.say(line, { at, place: PRIVATE.place, sender: { ...IVAN, language } });
    return (await desk.wish(at))?.text ?? "";
  };
  return { ...desk, desk, ask };
}

const personOf = (desk: Desk, username: string) =>
  desk.store.read.people.byAccount(desk.workspace.id, "telegram", { username });

test("map makes an account that of a person, by id or exact e-mail, and notes who did it", async () => {
  const { desk, ask, store, workspace } = await openOffice();
  expect(await ask("/map @anna 42")).toBe("@anna is id:42 now.");
  expect(await ask("/map @anna id:42")).toContain("already");
  expect((await personOf(desk, "anna"))?.bitrixId).toBe(42);
  await store.tx((tx) =>
    tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 8, name: "Boris", email: "Boris@Example.org" }),
  );
  expect(await ask("/map @boris boris@example.org")).toBe("@boris is Boris (id:8) now.");
  expect(await ask("/map 123456789 8")).toBe("123456789 is Boris (id:8) now.");
  expect((await store.read.people.proven(workspace.id, "telegram", "123456789"))?.bitrixId).toBe(8);
  const noted = await store.read.audit.list({ workspaceId: workspace.id, limit: 9 });
  expect(noted.map(({ actor, action }) => `${actor} ${action}`)).toContain("telegram:77 people.map");
});

test("an e-mail that the mapping knows is matched whole: neither a part of it, nor ё for е, nor an address of two people maps anybody", async () => {
  const { desk, ask, store, workspace } = await openOffice();
  await store.tx(async (tx) => {
    for (const [bitrixId, email] of [
      [1, "two@example.org"],
      [2, "two@example.org"],
      [3, "семён@example.org"],
    ] as const)
      await tx.people.addPerson({ workspaceId: workspace.id, bitrixId, email });
  });
  expect(await ask("/map @anna two@example.org")).toMatch(/id:1, id:2\. Nothing was changed/u);
  expect(await ask("/map @anna семен@example.org")).toContain("Asking Bitrix24 who has the address");
  expect(await ask("/map @anna wo@example.org")).toContain("Asking Bitrix24 who has the address");
  expect(await ask("/map @anna Anna")).toContain("For example: /map @anna 42");
  expect(await personOf(desk, "anna")).toBeUndefined();
});

test("an account of somebody else, and the name of a group, are conflicts that change nothing", async () => {
  const { desk, ask } = await openOffice();
  await ask("/map @anna 42");
  expect(await ask("/map @anna 43")).toMatch(/already\. Nothing was changed.*\/unmap @anna/u);
  expect((await personOf(desk, "anna"))?.bitrixId).toBe(42);
  await ask("/group oncall id:42");
  expect(await ask("/map @oncall 42")).toContain("is a group or a rotation here");
  expect(await ask("/group anna id:42")).toContain("somebody’s username");
});

test("a group whose name somebody has taken for a username since is changed all the same", async () => {
  const { ask, store } = await openOffice();
  await ask("/map 555666777 8");
  await ask("/group oncall id:7");
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await store.tx((tx) => tx.people.sighted({ chat, userId: "555666777", username: "oncall", name: "Mallory" }, NOW));
  expect(await ask("/group oncall id:7, id:9")).toBe("@oncall has 2 members now: id:7, id:9");
  expect(await ask("/group remove_me id:7")).toContain("1 member");
});

test("a group of a department's heads says so, and is not changed by hand", async () => {
  const { ask, store, workspace } = await openOffice();
  await ask("/group heads id:7");
  await store.tx((tx) => tx.people.setDepartment(workspace.id, "heads", 1500));
  expect(await ask("/group heads")).toBe(
    "@heads: id:7\nThese are whoever heads department 1500 in Bitrix24, looked up every day.",
  );
  expect(await ask("/group heads id:8")).toContain("Nothing was changed");
  expect(await ask("/group heads")).toContain("@heads: id:7");
  await ask("/group heads remove");
  expect(await ask("/group heads id:8")).toBe("@heads has 1 member now: id:8");
});

test("in a group where nobody mapped has been seen, nothing says that nobody is mapped at all", async () => {
  const { desk, ask } = await openOffice();
  const here = async () => (await desk.wish(await desk.say("/people")))?.text ?? "";
  expect(await here()).toMatch(/^Nobody is mapped in .* yet\. Begin with: \/map @anna 42$/u);
  await ask("/map @anna 7");
  const text = await here();
  expect(text).toMatch(/^Nobody who is mapped in .* has been seen in this chat\.\nOnly those seen/u);
  expect(text).not.toContain("anna");
});

test("unmap takes an account away and cancels what waits for its person", async () => {
  const { desk, ask } = await openOffice();
  await ask("/map @anna 42");
  const at = await desk.say("/notify @anna hello");
  expect(await ask("/unmap @anna")).toContain("1 queued delivery was cancelled");
  expect(await desk.deliveries(at)).toMatchObject([{ verdict: "undeliverable", code: "UNMAPPED" }]);
  expect(await ask("/unmap @anna")).toContain("is not mapped");
  expect(await ask("/unmap")).toContain("For example");
});

test("a group is made, shown, changed and removed; whoever is not found leaves it as it was", async () => {
  const { ask } = await openOffice();
  await ask("/map @anna 7");
  expect(await ask("/group oncall @anna, id:8")).toBe("@oncall has 2 members now: id:7, id:8");
  expect(await ask("/group oncall @anna, @nobody_here")).toContain("Not found: @nobody_here. Nothing was changed");
  expect(await ask("/group Oncall")).toBe("@oncall: id:7, id:8");
  expect(await ask("/group")).toContain("@oncall (2)");
  expect(await ask("/group on call!")).toContain("no recipient");
  expect(await ask("/group oncall remove")).toContain("no group @oncall any more");
  expect(await ask("/группа дежурные @anna", "ru")).toContain("В @дежурные теперь 1 человек");
});

test("a search forgives case and ё, lists are turned page by page, and every page fits either platform", async () => {
  const { ask, store, workspace } = await openOffice();
  await store.tx(async (tx) => {
    for (let bitrixId = 1; bitrixId <= 30; bitrixId += 1) {
      const name = `Семён ${"*_".repeat(60)}${bitrixId}`;
      await tx.people.map({
        workspaceId: workspace.id,
        bitrixId,
        name,
        platform: "telegram",
        userId: `${bitrixId + 9_999}`,
      });
    }
  });
  const first = await ask("/people семен");
  expect(first).toMatch(/^30 people of main fit “семен”:\nPage 1 of 3\. The next one: \/people семен page 2\n/u);
  const pages = [first, await ask("/people семен page 2"), await ask("/people семен page 3")];
  const ids = pages.flatMap((page) =>
    [...page.matchAll(/\(id:(?<id>\d+)\)/gu)].map((found) => Number(found.groups?.id)),
  );
  expect(ids).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  for (const page of pages) expect(page.length).toBeLessThan(1_500);
  expect(await ask("/people нет такого")).toContain("Nobody in main fits");
});

test("in a group an administrator reads only of those whom the group has seen", async () => {
  const { desk, ask, intake, store, workspace } = await openOffice();
  await ask("/map @anna 7");
  await store.tx((tx) => tx.people.addPerson({ workspaceId: workspace.id, bitrixId: 1, name: "Director" }));
  await ask("/group board id:1");
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await intake.sighted({ chat, userId: "5", username: "anna", name: "Anna" });
  for (const line of ["/people", "/people director", "/group", "/group board"]) {
    desk.now += 60_000;
    const text = (await desk.wish(await desk.say(line)))?.text ?? "";
    expect(text).not.toMatch(/Director|id:1\b|@board/u);
  }
  desk.now += 60_000;
  expect((await desk.wish(await desk.say("/people")))?.text).toContain("id:7");
  expect(await ask("/people")).toContain("Director");
});

test("a name is shown in one line of bounded length, without what turns the direction of writing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (name) => {
      const shown = shownName(name);
      expect(shown).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u200E\u200F]/u);
      expect(Array.from(shown).length).toBeLessThanOrEqual(48);
    }),
  );
});

test("whoever takes a group's name for their username gets nothing of what is meant for the group", async () => {
  const { desk, ask, store } = await openOffice();
  await desk.map("anna", 7);
  await ask("/map 555666777 8");
  expect(await ask("/group oncall @anna")).toContain("oncall");
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await store.tx((tx) => tx.people.sighted({ chat, userId: "555666777", username: "oncall", name: "Mallory" }, NOW));
  const sent = await desk.say("/notify @oncall the key is under the mat");
  expect((await desk.deliveries(sent)).map(({ bitrixId }) => bitrixId)).toEqual([7]);
  const mentioned = [{ text: "/notify " }, { text: "@oncall", mention: { username: "oncall" } }, { text: " again" }];
  expect((await desk.deliveries(await desk.say(mentioned))).map(({ bitrixId }) => bitrixId)).toEqual([7]);
});
