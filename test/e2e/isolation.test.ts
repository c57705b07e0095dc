import { expect, onTestFinished, test } from "vitest";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { openGroup } from "../support/group.ts";

/** Stands in everything that the other workspace has, its name and its portal's answers included. */
const MARK = "zebra";
const HOSTILE = [
  `${MARK} <b onmouseover=alert(1)>Anna</b>`,
  `${MARK}\nRoles in main: "owner"`,
  `${MARK} [URL=https://evil.example]Anna[/URL] #{$result[0]}`,
  `${MARK} ../../main`,
  `${MARK} \u202Eanna\u2066 👩‍👩‍👧 @everyone`,
  "Anna",
];
const REMOTE = { headers: { "x-forwarded-for": "203.0.113.9" } };

/** The house of `main`, and a second workspace with a portal, a Telegram group and a Discord channel of the same server. */
async function openTwo() {
  const other = await startPortal({ tags: "honoured" });
  onTestFinished(() => other.close());
  const house = await openGroup({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const { telegram, discord, guild, oleg, ivan, env, cliWith } = house;
  const reaching = { PRIVATE_HOSTS: `${env.PRIVATE_HOSTS},${other.host}` };
  const cli = async (...argv: readonly string[]) => {
    const answer = await cliWith(reaching, ...argv);
    expect(answer.err, argv.join(" ")).toBe("");
    return answer;
  };
  Object.assign(env, reaching);
  const file = other.webhookUrl(1);
  await cli("workspace", "add", `${MARK}-corp`, "--webhook", file);
  const theirs = telegram.createChat({ type: "supergroup", title: `${MARK} chat`, owner: ivan });
  const channel = discord.createChannel(guild, { name: `${MARK}-room` });
  await cli("chat", "bind", `${MARK}-corp`, "--telegram", String(theirs.id));
  await cli("chat", "bind", `${MARK}-corp`, "--discord", guild.id, "--channel", channel.id);
  for (const [index, name] of HOSTILE.entries())
    for (const platform of ["--telegram", "--discord"])
      await cli(
        "people",
        "map",
        `${MARK}-corp`,
        platform,
        `${MARK}_${index}`,
        "--bitrix",
        String(7 + index),
        "--name",
        name,
      );
  await cli("people", "map", `${MARK}-corp`, "--telegram", "anna", "--bitrix", "8");
  await cli("group", "add", `${MARK}-corp`, `${MARK}s`, "id:7", "id:8");
  // Administrators of `main` alone, who also write in the other's chats.
  await cli("admin", "add", "main", "--telegram", String(ivan.id), "--role", "owner");
  await cli("admin", "add", "main", "--discord", oleg.id, "--role", "owner");
  const running = await house.start();
  return { ...house, other, theirs, theirChannel: channel, running };
}

/** An answer without what was asked, which may be said back. */
const unsaid = (answer: string, asked: string): string =>
  asked
    .split(/\s+/u)
    .filter((word) => word.includes("zebr"))
    .reduce((text, word) => text.replaceAll(word.replace(/^[@#]/u, ""), ""), answer);

test("on both platforms nothing of one workspace is seen in the chats of the other, nor on open pages", async () => {
  const { telegram, discord, group, ivan, oleg, channel, theirs, theirChannel, portal, other, running, reacted } =
    await openTwo();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0 && discord.gateway.connections() > 0);
  const sent = telegram.say(theirs, ivan, `/notify @anna ${MARK} text #${MARK}tag`);
  await telegram.waitFor(() => telegram.reactionsOf(theirs, sent.message_id).some(({ emoji }) => emoji.includes("👍")));
  expect(other.feed(8)).toHaveLength(1);
  discord.interact.slash(theirChannel, oleg, {
    name: "notify",
    options: { to: "@zebra_0", text: MARK, tag: `${MARK}tag` },
  });
  await expect.poll(() => other.feed(7).length).toBe(1);

  const lines = [
    "people",
    `people ${MARK}`,
    "group",
    `group ${MARK}s`,
    "role",
    "status",
    "whoami",
    "help",
    `recall #${MARK}tag`,
    `notify @zebr hello`,
    `notify @${MARK}s hello`,
    `unmap @${MARK}_1`,
    "senders",
  ];
  for (const line of lines) {
    const before = telegram.postsOf(group).length;
    telegram.say(group, ivan, `/${line}`);
    await telegram.waitFor(() => telegram.postsOf(group).length > before);
    const answer = JSON.stringify(
      telegram
        .postsOf(group)
        .slice(before)
        .map(({ message }) => message.text),
    );
    expect(unsaid(answer, line), line).not.toMatch(/zebr/iu);
  }
  for (const name of ["people", "group", "role", "status", "whoami", "help"]) {
    const asked = discord.interact.slash(channel, oleg, { name });
    await discord.waitFor(() => asked.original()?.content);
    expect(asked.original()?.content, name).not.toMatch(/zebr/iu);
  }
  const theirsAlone = discord.interact.slash(theirChannel, oleg, { name: "people" });
  await discord.waitFor(() => theirsAlone.original()?.content);
  expect(theirsAlone.original()?.content).toContain("Only administrators of the workspace");
  const fields = [
    ["notify", "to"],
    ["notify", "tag"],
    ["recall", "tag"],
    ["map", "person"],
    ["map", "account"],
    ["group", "name"],
    ["group", "members"],
  ] as const;
  for (const [name, field] of fields)
    for (const value of ["", "zeb"]) {
      const asked = discord.interact.autocomplete(channel, oleg, { name, focused: { name: field, value } });
      await discord.waitFor(() => asked.callback);
      expect(JSON.stringify(asked.callback), `${name} ${field}`).not.toMatch(/zebr/iu);
    }
  expect(other.feed(8)).toHaveLength(1);
  expect(portal.feed(7)).toEqual([]);

  const ready = await (await fetch(`${running.url}/readyz`, REMOTE)).text();
  expect(ready).not.toMatch(/zebr|main/iu);
  expect((await fetch(`${running.url}/metrics`, REMOTE)).status).not.toBe(200);
  const metrics = await (await fetch(`${running.url}/metrics`)).text();
  const about = metrics.split("\n").filter((line) => line.includes("{"));
  const named = about.filter((line) => /zebr/iu.test(line));
  expect(named.length).toBeGreaterThan(0);
  // Of a workspace no more than its name, which its own lines bear alone.
  for (const line of named) {
    expect(line.replaceAll(`workspace="${MARK}-corp"`, "")).not.toMatch(/zebr|main|anna/iu);
  }
  const hello = telegram.say(group, ivan, "/notify @anna after all");
  await reacted(hello.message_id, "👍");
  expect(portal.feed(7)).toHaveLength(1);
});
