import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("no secret leaves: not in logs, chats, metrics, command lines, links, nor in clear in the database", async () => {
  const { portal, telegram, discord, ivan, group, oleg, channel, guild, folder, start, reacted, answered, cli } =
    await openGroup();
  const service = await start();
  const message = telegram.sendPhoto(group, ivan, { bytes: PIXEL, caption: "/notify @anna with a picture" });
  await reacted(message.message_id, "👍");
  discord.say(channel, oleg, {
    content: "!notify @boris file",
    attachments: [{ name: "a.txt", bytes: Buffer.from("x") }],
  });
  const slash = discord.interact.slash(channel, oleg, { name: "notify", options: { to: "@anna", text: "slash" } });
  await discord.waitFor(() => slash.original()?.content?.includes("Delivered"), { timeoutMs: 15_000 });
  await expect.poll(() => portal.feed(8).length, { timeout: 15_000 }).toBe(1);
  const mediaLink = /http:\/\/[^"]+\/media\/[^"]+/u.exec(JSON.stringify(portal.feed(7)))?.[0] ?? "";
  expect(Buffer.from(await (await fetch(mediaLink)).arrayBuffer())).toEqual(PIXEL);
  portal.faults.add({
    kind: "reply",
    status: 401,
    body: { error: "NO_AUTH_FOUND", error_description: portal.webhookUrl(1) },
  });
  telegram.say(group, ivan, "/notify id:1 now the webhook is refused");
  await expect
    .poll(async () => (await cli("workspace", "show", "main")).out, { timeout: 15_000 })
    .toContain("NO_AUTH_FOUND");
  telegram.say(group, ivan, "/notify");
  await answered("Whom shall I notify?");

  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const told = await Promise.all(
    [
      ["doctor"],
      ["workspace", "show", "main", "--json"],
      ["deliveries", "list", "--json"],
      ["audit", "list"],
      ["people", "export", "main"],
    ].map((argv) => cli(...argv)),
  );
  const files = readdirSync(join(folder, "data"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "secret.key")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  const code = new URL(portal.webhookUrl(1)).pathname.split("/")[3] ?? "";
  const places = {
    logs: service.logs.join("\n"),
    metrics,
    commands: told.map(({ out, err }) => out + err).join("\n"),
    telegram: JSON.stringify(telegram.postsOf(group)),
    discord: JSON.stringify(guild.channels.map((each) => discord.messagesOf(each))),
    portal: JSON.stringify(portal.allNotifications),
    files: files.join("\n"),
  };
  const secrets = { telegram: telegram.token, discord: discord.token, webhook: code, interaction: slash.token };
  expect(metrics).toContain('herald24_verdicts_total{workspace="main",verdict="delivered"}');
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(8);
    for (const [place, text] of Object.entries(places))
      expect(text.includes(secret), `${name} in ${place}`).toBe(false);
  }
  const capability = mediaLink.split("/")[4] ?? "";
  expect(capability.length).toBeGreaterThanOrEqual(22);
  for (const place of ["logs", "metrics", "commands", "telegram", "discord", "files"] as const)
    expect(places[place].includes(capability), `media link in ${place}`).toBe(false);
  expect(places.portal).not.toContain("/attachments/");
}, 60_000);
