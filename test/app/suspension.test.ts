import { expect, test } from "vitest";
import type { Portal } from "../../sandbox/bitrix24/portal.ts";
import { tendPortal } from "../../src/app/portalUpkeep.ts";
import { suspendWorkspace } from "../../src/app/suspend.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type FeedDesk, openFeed, SILENT } from "../support/feed.ts";
import { runBeside } from "../support/shell.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ADMINS = { platform: "telegram", chatId: "-9", threadId: "" } as const;

async function opened() {
  const desk = await openFeed();
  await desk.store.tx((tx) => tx.chats.setAdminChat(desk.workspace.id, ADMINS));
  return desk;
}

const refusing = (portal: Portal, [status, error]: readonly [number, string]): void =>
  portal.faults.add({ kind: "reply", status, body: { error, error_description: "no" }, times: 1_000 });

const suspension = async ({ store, workspace }: FeedDesk) =>
  (await store.read.workspaces.byId(workspace.id))?.suspended;

const notices = async ({ store }: FeedDesk) =>
  (await store.read.receipts.due("telegram", Number.MAX_SAFE_INTEGER, 99))
    .filter(({ slot }) => slot.startsWith("notice:"))
    .map(({ wish }) => wish.text ?? "");

test.each([
  [401, "NO_AUTH_FOUND", "herald24 workspace set main webhook"],
  [401, "INVALID_CREDENTIALS", "herald24 workspace set main webhook"],
  [401, "authorization_error", "dismissed"],
  [403, "insufficient_scope", "(im)"],
  [500, "PORTAL_DELETED", "herald24 workspace remove main"],
  [403, "ACCESS_DENIED", "tariff"],
  [403, "WRONG_LICENSE", "tariff"],
  [401, "PAYMENT_REQUIRED", "tariff"],
  [503, "OVERLOAD_LIMIT", "its support"],
] as const)(
  "HTTP %i %s suspends the workspace, keeps its queue, and is told once with what mends it; “workspace test” takes it up again",
  async (status, error, remedy) => {
    const desk = await opened();
    const { portal, store, workspace } = desk;
    refusing(portal, [status, error]);
    desk.start();
    const first = await desk.say("/notify @anna one");
    await expect.poll(() => suspension(desk)).toMatchObject({ code: error.toUpperCase() });
    const asked = portal.requests.length;
    const second = await desk.say("/notify @anna, @boris two");
    await desk.stop();
    desk.start();
    expect(await notices(desk)).toEqual([expect.stringContaining(remedy)]);
    const failed = await runBeside(desk, ["workspace", "test", "main"], { PRIVATE_HOSTS: portal.host });
    expect(failed.code).not.toBe(0);
    // Nothing but that test has asked the portal anything meanwhile.
    expect(portal.requests.slice(asked).every(({ method }) => method === "profile")).toBe(true);
    expect(await desk.deliveries(second)).toMatchObject([{ state: "queued" }, { state: "queued" }]);
    portal.faults.clear();
    const tested = await runBeside(desk, ["workspace", "test", "main"], { PRIVATE_HOSTS: portal.host });
    expect(tested).toMatchObject({ code: 0, out: expect.stringContaining("goes on now") });
    await desk.settled(first);
    await desk.settled(second);
    expect([desk.texts(7), desk.texts(8)]).toEqual([["one", "two"], ["two"]]);
    expect(await store.read.workspaces.byId(workspace.id)).not.toHaveProperty("suspended");
    expect(await notices(desk)).toHaveLength(1);
  },
);

test("several refusals that were under way at once are one suspension and one notice", async () => {
  const desk = await opened();
  const parts = { wordsIn, clock: () => desk.now, log: SILENT };
  const why = { workspace: desk.workspace, code: "NO_AUTH_FOUND", reason: "" };
  await desk.store.tx(async (tx) => {
    await suspendWorkspace(tx, why, parts);
    await suspendWorkspace(tx, { ...why, code: "ACCESS_DENIED" }, parts);
  });
  expect(await suspension(desk)).toMatchObject({ code: "NO_AUTH_FOUND" });
  expect(await notices(desk)).toHaveLength(1);
});

/** A suspended workspace whose portal is well again, `after` a time. */
async function after(ms: number, code: string) {
  const desk = await opened();
  const clock = () => desk.now;
  await desk.store.tx((tx) =>
    suspendWorkspace(tx, { workspace: desk.workspace, code, reason: "" }, { wordsIn, clock, log: SILENT }),
  );
  const { store, client } = desk;
  const parts = {
    store,
    portal: client,
    clock,
    log: SILENT,
    wordsIn,
    wait: async () => {},
    receiptAlarm: { ring() {} },
  };
  desk.now += ms;
  const asked = desk.portal.requests.length;
  await tendPortal(desk.workspace.id, parts, new AbortController().signal);
  return {
    isUp: (await suspension(desk)) === undefined,
    notices: await notices(desk),
    asked: desk.portal.requests.length - asked,
  };
}

test.each([
  ["ACCESS_DENIED", HOUR_MS],
  ["WRONG_LICENSE", HOUR_MS],
  ["INSUFFICIENT_SCOPE", HOUR_MS],
  ["PAYMENT_REQUIRED", DAY_MS],
  ["PORTAL_DELETED", DAY_MS],
])("%s heals by itself when the portal is well again, and is asked no sooner than after %i ms", async (code, ms) => {
  expect(await after(ms - 1, code)).toMatchObject({ isUp: false, asked: 0 });
  const { isUp, notices: told } = await after(ms, code);
  expect(isUp).toBe(true);
  expect(told.at(-1)).toBe("Notifications of workspace main go on: Bitrix24 takes them again.");
});

test.each(["OVERLOAD_LIMIT", "NO_AUTH_FOUND", "INVALID_CREDENTIALS", "PORTAL_MOVED"])(
  "%s waits for somebody to act",
  async (code) => {
    expect(await after(30 * DAY_MS, code)).toMatchObject({ isUp: false, asked: 0 });
  },
);
