import { expect, test } from "vitest";
import { reducedName } from "../../../sandbox/discord/files.ts";
import { api, botFor, discordFor, handClock, smallServer } from "./bot.ts";

test.each([
  { name: "report.pdf", filename: "report.pdf", title: undefined },
  { name: "отчёт.pdf", filename: "unknown.pdf", title: "отчёт" },
  { name: "Снимок screen 1.png", filename: "screen_1.png", title: "Снимок screen 1" },
])("the file name $name is shown as $filename", ({ name, filename, title }) => {
  expect(reducedName(name)).toEqual(title === undefined ? { filename } : { filename, title });
});

test("an attachment link lives for a day, and reading the message again gives a fresh one", async () => {
  const time = handClock();
  const discord = await discordFor({ clock: time.clock });
  const { anna, alerts } = smallServer(discord);
  const said = discord.say(alerts, anna, { attachments: [{ name: "a.txt", bytes: Buffer.from("0123456789") }] });
  const link = () => discord.messagesOf(alerts)[0]?.attachments[0]?.url ?? "";
  const old = link();
  expect(await (await fetch(old)).text()).toBe("0123456789");
  const part = await fetch(old, { headers: { range: "bytes=4-" } });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 4-9/10", "456789"]);
  expect((await fetch(old.split("?")[0] ?? "")).status).toBe(404);
  time.pass(24 * 3600_000);
  const gone = await fetch(old);
  expect([gone.status, await gone.text()]).toEqual([404, "This content is no longer available."]);
  expect((await fetch(link())).status).toBe(200);
  expect(discord.downloads.map((each) => each.authorized)).not.toContain(true);
  expect(said.attachments[0]?.filename).toBe("a.txt");
});

test("a full bucket answers 429, and says how long to wait", async () => {
  const discord = await discordFor({ rateLimits: true });
  const { alerts } = smallServer(discord);
  const post = () => api(discord, `POST /channels/${alerts.id}/messages`, { content: "x" });
  const answers = [];
  for (let n = 0; n < 6; n += 1) answers.push(await post());
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(answers[0]?.headers.get("x-ratelimit-remaining")).toBe("4");
  expect(answers[5]?.body).toMatchObject({ global: false, retry_after: expect.any(Number) });
});

test("discord.js waits out a 429 and repeats after a 5xx and a broken line", async () => {
  const discord = await discordFor();
  const { alerts } = smallServer(discord);
  const client = await botFor(discord);
  const channel = await client.channels.fetch(alerts.id);
  if (!channel?.isSendable()) throw new Error("no channel");
  const route = /\/messages$/;
  discord.faults.add({ method: "POST", route, kind: "429", retryAfterS: 0.05 });
  discord.faults.add({ method: "POST", route, kind: "reply", status: 503, body: "<html>trouble</html>" });
  await channel.send("through");
  expect(discord.messagesOf(alerts).map((message) => message.content)).toEqual(["through"]);
  expect(discord.calls.filter((call) => route.test(call.path)).map((call) => call.status)).toEqual([429, 503, 200]);
});

test("a request that was executed before the line broke is not doubled, thanks to its nonce", async () => {
  const discord = await discordFor();
  const { alerts } = smallServer(discord);
  const body = { content: "once", nonce: "n1", enforce_nonce: true };
  discord.faults.add({ route: /\/messages$/, kind: "reset", executed: true });
  await expect(api(discord, `POST /channels/${alerts.id}/messages`, body)).rejects.toThrow();
  expect((await api(discord, `POST /channels/${alerts.id}/messages`, body)).status).toBe(200);
  expect(discord.messagesOf(alerts)).toHaveLength(1);
});

test("a hanging request is released when the emulator closes", async () => {
  const discord = await discordFor();
  discord.faults.add({ kind: "hang" });
  const hanging = api(discord, "GET /users/@me");
  await discord.waitFor(() => discord.calls.length === 1);
  await discord.close();
  await expect(hanging).rejects.toThrow();
});

test("waiting ends with the condition, or with a timeout that tells the last calls", async () => {
  const discord = await discordFor();
  const { anna, alerts } = smallServer(discord);
  const waiting = discord.waitFor(() => discord.messagesOf(alerts)[0]?.content);
  discord.say(alerts, anna, { content: "now" });
  expect(await waiting).toBe("now");
  await api(discord, "GET /users/@me");
  await expect(discord.waitFor(() => false, { timeoutMs: 1 })).rejects.toThrow("GET /users/@me 200");
});
