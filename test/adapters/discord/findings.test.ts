import { describe, expect, test } from "vitest";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { adapterFor, asked, setScene, until } from "./house.ts";

describe("what the operator must mend", () => {
  test("without the MessageContent switch, slash commands go on and doctor names the switch", async () => {
    const { discord, house, adapter, channel, boris, start } = await setScene({ messageContentIntent: false });
    await start();
    const call = discord.interact.slash(channel, boris, { name: "help" });
    await until(() => house.entries.length === 1);
    expect(asked(house)).toEqual([`i:${call.id}`]);
    expect(house.lines.some((line) => line.message.includes("Message Content Intent"))).toBe(true);
    const findings = await adapter.findings(wordsIn("en"));
    expect(findings.find((finding) => finding.check === "discord-content")).toMatchObject({
      state: "warning",
      fix: expect.stringContaining("Message Content Intent"),
    });
  });

  test("all is well: the token, the switch and the permissions", async () => {
    const { adapter, discord } = await setScene();
    expect((await adapter.findings(wordsIn("en"))).map((finding) => finding.state)).toEqual(["ok", "ok", "ok"]);
    expect(await adapter.identity()).toEqual({
      id: discord.bot.id,
      applicationId: discord.applicationId,
      username: "herald24",
    });
    expect(adapter.inviteLink("5")).toMatch(/client_id=5&scope=bot\+applications.commands&permissions=\d+$/);
  });

  test("a missing permission and a server that is gone are named", async () => {
    const { adapter, discord, channel, guild, house } = await setScene();
    discord.setPermissions(channel, { send: false, history: false });
    const lacking = (await adapter.findings(wordsIn("en"))).at(-1);
    expect(lacking).toMatchObject({
      state: "warning",
      detail: "Works lacks #general: Send Messages, Read Message History, Send Messages in Threads",
    });
    house.bound[0] = { platform: "discord", chatId: guild.id, threadId: "" };
    discord.setGuild(guild, "removed");
    expect((await adapterFor(discord, house).findings(wordsIn("en"))).at(-1)).toMatchObject({ state: "broken" });
  });

  test("a refused token ends the run, and stands in no line and no error", async () => {
    const { discord, house } = await setScene();
    const canary = ["canary", "B".repeat(30), "C".repeat(20)].join(".");
    const adapter = adapterFor(discord, house, { token: canary });
    const failure = await adapter.run(new AbortController().signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const findings = await adapter.findings(wordsIn("en"));
    expect(findings).toMatchObject([{ check: "discord-token", state: "broken" }]);
    expect(JSON.stringify([house.lines, findings, String(failure), (failure as Error).stack])).not.toContain("canary");
  });
});
