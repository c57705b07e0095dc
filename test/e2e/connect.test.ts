import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { openGroup } from "../support/group.ts";

const APP = {
  clientId: ["local", "e".repeat(8)].join("."),
  clientSecret: randomBytes(12).toString("hex"),
  scopes: ["im", "user_brief"],
  userId: 1,
};

/** A portal that nobody has connected yet, beside the one of the workspace `main`. */
async function openNewPortal() {
  const code = randomBytes(8).toString("hex");
  const webhooks = [{ userId: 1, code, scopes: ["im", "user_brief", "disk"] }];
  const limits = { burst: 1_000, drainPerSecond: 1_000 };
  const portal = await startPortal({ apps: [APP], webhooks, limits, tags: "ignored" });
  onTestFinished(() => portal.close());
  return { portal, webhook: portal.webhookUrl(1), code };
}

async function openScene() {
  const fresh = await openNewPortal();
  // Whatever runs on this machine is a private host, the new portal too.
  return { ...(await openGroup({ env: { PRIVATE_HOSTS: "127.0.0.1" } })), fresh };
}

const invitationIn = (out: string): string => String((JSON.parse(out) as { code: unknown }).code);

test("an application is announced, installs itself, delivers, and stops when it is removed from its portal", async () => {
  const { fresh, cli, start, telegram, ivan, env } = await openScene();
  const { portal } = fresh;
  const flags = ["--oauth", "--domain", portal.url, "--client-id", APP.clientId, "--client-secret", APP.clientSecret];
  const added = await cli("workspace", "add", "app", ...flags);
  expect(added.err).toBe("");
  expect(added.out).toContain(`${env.PUBLIC_URL}/bitrix24/install`);
  expect(added.out).toContain(`${env.PUBLIC_URL}/bitrix24/oauth`);
  const group = telegram.createChat({ type: "supergroup", title: "App", owner: ivan });
  await cli("chat", "bind", "app", "--telegram", String(group.id));
  await cli("workspace", "set", "app", `admin-chat=telegram:${group.id}`);
  const { url } = await start();
  expect((await portal.install(`${url}/bitrix24/install`, { clientId: APP.clientId })).status).toBe(200);
  const told = (text: string) =>
    telegram.waitFor(() => telegram.postsOf(group).find(({ message }) => message.text?.includes(text)));
  const notice = await told("app is connected");
  expect(notice.message.text).toContain("The scope disk is not granted");
  telegram.say(group, ivan, "/notify id:7 by the application");
  await expect.poll(() => portal.feed(7).length).toBe(1);
  expect((await cli("workspace", "show", "app")).out).toContain("honoured");
  // The handler of the removal was bound by ourselves.
  expect(await portal.uninstall({ clientId: APP.clientId })).toMatchObject([{ status: 200 }]);
  await told("UNINSTALLED");
  const waits = telegram.say(group, ivan, "/notify id:7 waits");
  await telegram.waitFor(() => telegram.reactionsOf(group, waits.message_id).some(({ emoji }) => emoji.includes("👀")));
  const waiting = JSON.parse((await cli("deliveries", "list", "--json")).out) as readonly { state: string }[];
  expect(waiting.map(({ state }) => state).toSorted()).toEqual(["queued", "settled"]);
  expect(portal.feed(7)).toHaveLength(1);
  expect((await portal.install(`${url}/bitrix24/install`, { clientId: APP.clientId })).status).toBe(200);
  await expect.poll(() => portal.feed(7).length).toBe(2);
});

test("the link of an announced application leads over the portal's consent to a working workspace", async () => {
  const { fresh, cli, start } = await openScene();
  const { portal } = fresh;
  const flags = ["--oauth", "--domain", portal.url, "--client-id", APP.clientId, "--client-secret", APP.clientSecret];
  await cli("workspace", "add", "app", ...flags);
  const { url, logs } = await start();
  const authorised = JSON.parse((await cli("workspace", "authorize", "app", "--json")).out) as { link: string };
  const back = `${url}/bitrix24/oauth`;
  const first = await portal.authorize(authorised.link, back);
  expect(first).toMatchObject({ status: 200, text: expect.stringContaining("Connected") });
  expect((await portal.authorize(authorised.link, back)).status).toBe(403);
  expect((await cli("workspace", "test", "app")).code).toBe(0);
  const code = new URL(first.address).searchParams.get("code") ?? "";
  const state = new URL(authorised.link).searchParams.get("state") ?? "";
  for (const secret of [code, state, APP.clientSecret]) expect(logs.join("\n")).not.toContain(secret);
});

test("in Telegram a set-up code and a webhook make a workspace; the message goes, and so does one in a group", async () => {
  const { fresh, cli, start, telegram, ivan, group } = await openScene();
  const { portal, webhook, code } = fresh;
  const service = await start();
  const invitation = invitationIn((await cli("workspace", "invite", "--json")).out);
  const own = telegram.createChat({ type: "private", user: ivan });
  telegram.addBot(group, ivan, "administrator");
  const told = (chat: typeof own, text: string) =>
    telegram.waitFor(() => telegram.postsOf(chat).find(({ message }) => message.text?.includes(text)));
  telegram.say(own, ivan, `/connect ${webhook}`);
  await told(own, "set-up code");
  expect(portal.requests).toEqual([]);
  const typed = (invitation.match(/.{8}/gu) ?? []).join(" ").toUpperCase();
  telegram.say(own, ivan, `/connect ${typed} ${webhook} acme`);
  const done = await told(own, "connected as the workspace acme-");
  expect(done.message.text).toContain("The scope imbot is not granted: with it recipients can acknowledge");
  const held = telegram.messagesOf(own).filter(({ message }) => message.text?.includes(webhook));
  expect(held.map(({ deleted }) => deleted)).toEqual([true, true]);
  telegram.say(own, ivan, "/notify id:7 it works");
  await expect.poll(() => portal.feed(7).length).toBe(1);
  telegram.say(group, ivan, `/connect ${webhook}`);
  await told(group, "I deleted it");
  const shown = invitationIn((await cli("workspace", "invite", "--json")).out);
  telegram.say(group, ivan, `who needs this? ${shown}`);
  await told(group, "does not work any more");
  telegram.say(own, ivan, `/disconnect yes`);
  await told(own, "would no longer be connected");
  telegram.say(own, ivan, `/disconnect yes`);
  await told(own, "is no longer connected");
  const { out: audit } = await cli("audit", "list", "--action", "connect");
  for (const line of ["not-allowed", "webhook", "set-up code"]) expect(audit).toContain(line);
  const places = [
    service.logs.join("\n"),
    telegram
      .postsOf(own)
      .map(({ message }) => message.text)
      .join("\n"),
    (await cli("audit", "list")).out,
    (await cli("workspace", "list")).out,
  ];
  for (const place of places)
    for (const secret of [code, invitation, typed.slice(0, 8), shown]) expect(place).not.toContain(secret);
});

test("in Discord the form takes both, nobody else sees it, and a webhook in a channel is deleted", async () => {
  const { fresh, cli, start, discord, oleg, channel } = await openScene();
  const { portal, webhook } = fresh;
  await start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  const code = invitationIn((await cli("workspace", "invite", "--json")).out);
  const opened = discord.interact.slash(channel, oleg, { name: "connect" });
  await discord.waitFor(() => opened.callback);
  const fields = { webhook, code, name: "acme" };
  const form = discord.interact.modal(channel, oleg, { customId: "connect", fields, forInteraction: opened });
  await discord.waitFor(() => form.original()?.content?.includes("connected as the workspace acme"));
  const made = /acme-\w{4}/u.exec((await cli("workspace", "list")).out)?.[0] ?? "";
  expect((await cli("chat", "list", made, "--json")).out.trim()).toBe("[]");
  discord.setPermissions(channel, { manage: true });
  const leak = discord.say(channel, oleg, { content: `here it is: ${webhook}` });
  await discord.waitFor(() => discord.messagesOf(channel).some(({ content }) => content.includes("Bitrix24 webhook")));
  expect(discord.messagesOf(channel).map(({ id }) => id)).not.toContain(leak.id);
  expect(portal.feed(1)).toEqual([]);
});

test("a portal that was renamed is followed, and what comes next goes to its new address at once", async () => {
  const { portal: old, cli, start, telegram, group, ivan } = await openScene();
  const code = new URL(old.webhookUrl(1)).pathname.split("/")[3] ?? "";
  const renamed = await startPortal({ webhooks: [{ userId: 1, code, scopes: ["im"] }], tags: "honoured" });
  onTestFinished(() => renamed.close());
  await start();
  old.renameTo(renamed.url);
  telegram.say(group, ivan, "/notify id:7 after the rename");
  await expect.poll(() => renamed.feed(7).length).toBe(1);
  // Noted once the new address has answered.
  const known = async () => JSON.parse((await cli("workspace", "show", "main", "--json")).out);
  await expect.poll(known).toMatchObject({ host: renamed.host });
  const asked = old.requests.length;
  telegram.say(group, ivan, "/notify id:7 and again");
  await expect.poll(() => renamed.feed(7).length).toBe(2);
  expect(old.requests).toHaveLength(asked);
});
