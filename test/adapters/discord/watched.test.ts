import { describe, expect, test } from "vitest";
import { plainText } from "../../../src/core/richText.ts";
import { asked, until } from "./house.ts";
import { watchedScene, webhook } from "./watchedScene.ts";

describe("what monitoring tools post through webhooks", () => {
  test("Grafana: an embed with a colour and a link", async () => {
    const { start, tell, guild, channel } = await watchedScene();
    await start();
    const alert = await tell({
      webhook,
      content: "**Firing**\n\nValue: B=97\nLabels:\n - alertname = DiskFull\n - host = db1",
      embeds: [
        {
          type: "rich",
          title: "[FIRING:1] DiskFull (db1 critical)",
          url: "https://grafana.example/alerting/list",
          color: 14037554,
          footer: { text: "Grafana v11.1.0" },
        },
      ],
    });
    expect(alert).toMatchObject({
      origin: { kind: "message", at: { chatId: guild.id, threadId: channel.id } },
      author: { kind: "webhook", id: webhook.id, name: "Grafana" },
      place: "Works #general",
      title: "[FIRING:1] DiskFull (db1 critical)",
      link: "https://grafana.example/alerting/list",
      severity: "critical",
      status: "firing",
    });
    expect(plainText(alert.text)).toContain("alertname = DiskFull");
    expect(plainText(alert.text)).toContain("Grafana v11.1.0");
    expect(plainText(alert.text)).not.toContain("[FIRING:1]");
  });

  test("Alertmanager: everything in an embed, the content empty", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const embed = {
      type: "rich",
      title: "[RESOLVED] HighLoad (web)",
      description: "Alerts Resolved:\n - cpu",
      color: 3066993,
    };
    const alert = await tell({ webhook: { ...webhook, name: "Alertmanager" }, embeds: [embed] });
    expect(alert).toMatchObject({ title: "[RESOLVED] HighLoad (web)", status: "resolved" });
    expect(alert).not.toHaveProperty("severity");
  });

  test("Uptime Kuma: fields beside each other, some of them code", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const fields = [
      { name: "Service Name", value: "api" },
      { name: "Service URL", value: "[api](https://api.example)", inline: true },
      { name: "Error", value: "`connect ECONNREFUSED`" },
      { name: "\u200b", value: "and more" },
    ];
    const alert = await tell({
      webhook,
      embeds: [{ type: "rich", title: "❌ Your service api went down. ❌", color: 16711680, fields }],
    });
    expect(alert).toMatchObject({
      severity: "error",
      status: "firing",
      fields: [
        { name: "Service Name", value: "api" },
        { name: "Service URL", value: "api (https://api.example)", inline: true },
        { name: "Error", value: "connect ECONNREFUSED" },
      ],
    });
    expect(plainText(alert.text)).toBe("and more");
  });

  test("UptimeRobot: words alone", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const alert = await tell({ webhook, content: "**Monitor is DOWN**: example.com\nReason: Connection Timeout" });
    expect(alert).toMatchObject({ status: "firing", fields: [{ name: "Reason", value: "Connection Timeout" }] });
  });

  test("GitHub: a green pull request is no end of anything", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const alert = await tell({
      webhook: { ...webhook, name: "GitHub" },
      embeds: [
        {
          type: "rich",
          author: { name: "octocat", url: "https://github.com/octocat" },
          title: "[acme/api] Pull request opened: #12 Fix",
          url: "https://github.com/acme/api/pull/12",
          description: "It was **broken**",
          color: 38912,
        },
      ],
    });
    expect(alert).toMatchObject({ status: "firing", severity: "info", link: "https://github.com/acme/api/pull/12" });
    expect(plainText(alert.text)).toBe("octocat\nIt was broken");
  });

  test("several embeds in one message, a picture in one of them", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const image = { url: "https://media.discordapp.net/attachments/1/2/graph.png" };
    const alert = await tell({
      webhook,
      embeds: [
        { type: "rich", title: "First", description: "one" },
        { type: "rich", title: "Second", description: "two", image, color: 15426592 },
      ],
    });
    expect(alert).toMatchObject({
      title: "First",
      severity: "warning",
      media: [{ kind: "picture", name: "graph.png" }],
    });
    expect(plainText(alert.text)).toBe("one\nSecond\ntwo");
  });
});

describe("other shapes of messages", () => {
  test("components: words, the container's colour, the button's address", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const alert = await tell({
      webhook,
      componentsV2: true,
      components: [
        {
          type: 17,
          accent_color: 0xff0000,
          components: [
            { type: 10, content: "## Deploy failed" },
            {
              type: 9,
              components: [{ type: 10, content: "Service: api\nHost: db1" }],
              accessory: { type: 2, style: 5, label: "Open", url: "https://ci.example/7" },
            },
          ],
        },
      ],
    });
    expect(alert).toMatchObject({
      title: "Deploy failed",
      severity: "error",
      link: "https://ci.example/7",
      fields: [
        { name: "Service", value: "api" },
        { name: "Host", value: "db1" },
      ],
    });
  });

  test("every button that leads somewhere is a link, and a title is read as Discord shows it", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const button = (label: string) => ({ type: 2, style: 5, label, url: `https://ci.example/${label}` });
    const alert = await tell({
      webhook,
      embeds: [{ type: "rich", title: "**Disk** of `db_1` > 90 %", url: "https://ci.example/Open" }],
      components: [{ type: 1, components: ["Open", "Runbook", "Silence"].map(button) }],
    });
    expect(alert).toMatchObject({ title: "Disk of db_1 > 90 %", link: "https://ci.example/Open" });
    expect(alert.text.filter(({ link }) => link !== undefined)).toEqual([
      { text: "Runbook", link: "https://ci.example/Runbook" },
      { text: "Silence", link: "https://ci.example/Silence" },
    ]);
  });

  test("a forwarded message brings its original, of which nobody knows the author", async () => {
    const { start, discord, guild, anna, tell } = await watchedScene();
    await start();
    const embeds = [{ type: "rich", title: "[FIRING] Disk", color: 16711680 }];
    const original = discord.say(guild.channel("builds"), anna, { webhook, content: "look", embeds });
    const alert = await tell({ forward: original });
    expect(alert).toMatchObject({ title: "[FIRING] Disk", author: { kind: "person", name: "Bo" }, status: "firing" });
    expect(plainText(alert.text)).toBe("↪\nlook");
  });

  test("a post of a followed announcement channel is that channel's, whatever it calls itself", async () => {
    const { start, discord, guild, channel, boris, alerts, house } = await watchedScene();
    await start();
    const news = discord.createChannel(guild, { name: "news", type: 5 });
    const original = discord.say(news, boris, { content: "[RESOLVED] Outage" });
    discord.say(channel, boris, {
      content: "[RESOLVED] Outage",
      webhook: { ...webhook, name: "Status #news" },
      flags: 2,
      replyTo: original,
      type: 0,
    });
    await until(() => house.entries.length === 1);
    expect(alerts()[0]).toMatchObject({
      author: { kind: "channel", id: news.id, name: "Status #news" },
      status: "resolved",
    });
  });

  test("a person's link has a preview that is not the person's words", async () => {
    const { start, tell } = await watchedScene();
    await start();
    const alert = await tell({
      content: "see https://a.example",
      embeds: [{ type: "link", title: "A page", url: "https://a.example" }],
    });
    expect(alert).not.toHaveProperty("title");
    expect(plainText(alert.text)).toBe("see https://a.example");
  });

  test("a thread of a watched channel counts as that channel, also where the whole server is bound", async () => {
    const { start, discord, house, guild, channel, boris, alerts } = await watchedScene();
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: "" };
    await start();
    const thread = discord.createThread(channel, { name: "incident" });
    discord.say(thread, boris, { content: "disk" });
    discord.say(discord.createThread(guild.channel("builds"), { name: "talk" }), boris, { content: "lunch?" });
    const last = discord.say(channel, boris, { content: "over" });
    await until(() => asked(house).includes(`m:${last.id}`));
    expect(alerts().map(({ origin }) => origin)).toMatchObject([
      { at: { threadId: thread.id }, within: channel.id },
      { at: { threadId: channel.id, messageId: last.id } },
    ]);
  });

  test("reports of the system, empty messages and other channels are none of it, and neither are our own words", async () => {
    const { start, discord, house, adapter, guild, channel, boris, anna } = await watchedScene();
    await start();
    discord.say(channel, anna, { type: 7 });
    discord.say(channel, boris, { type: 6 });
    discord.say(guild.channel("builds"), boris, { content: "elsewhere" });
    await adapter.messenger.post({ platform: "discord", chatId: guild.id, threadId: channel.id }, "our own");
    const last = discord.say(channel, boris, { content: "over" });
    await until(() => house.entries.length > 0);
    expect(asked(house)).toEqual([`m:${last.id}`]);
  });
});
