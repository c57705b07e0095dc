import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

interface Line {
  readonly msg: string;
  readonly trace?: string;
  readonly traces?: readonly string[];
  readonly notification?: number;
  readonly delivery?: number;
  readonly attachment?: number;
}

const linesOf = (logs: readonly string[]): readonly (Line & Readonly<Record<string, unknown>>)[] =>
  logs.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

/** Fields that only lines about messages have. */
const ABOUT = ["notification", "delivery", "attachment", "slot", "row", "rows", "interaction"];

const isTraced = ({ trace, traces }: Line): boolean => trace !== undefined || (traces ?? []).length > 0;

test("one trace leads from a chat message to the receipt, over a restart, and no line about it lacks one", async () => {
  const { telegram, ivan, group, portal, start, reacted, cli } = await openGroup();
  const first = await start();
  // No answer before the service is stopped, which leaves the delivery to the next one.
  portal.faults.add({ kind: "hang", executed: false });
  const { message_id: id } = telegram.sendDocument(group, ivan, {
    bytes: Buffer.from("some words"),
    fileName: "notes.txt",
    caption: "/notify @anna @boris with a file",
  });
  await reacted(id, "👀");
  await expect.poll(() => portal.faults.pending).toBe(0);
  await first.kill();
  const second = await start();
  await reacted(id, "👍");
  await second.stop();
  const lines = linesOf([...first.logs, ...second.logs]);
  const trace = lines.find(({ msg }) => msg === "accepted")?.trace;
  expect(trace).toMatch(/^[\da-f]{16}$/u);
  const steps = ["stored", "command", "accepted", "dealt with", "media", "claimed", "sent", "attempt", "receipt"];
  for (const step of steps) {
    const theirs = lines.filter(({ msg }) => msg === step);
    expect(theirs.length, step).toBeGreaterThan(0);
    for (const line of theirs) expect([line.trace, ...(line.traces ?? [])], step).toContain(trace);
  }
  const shown = await cli("deliveries", "list", "--json");
  const [delivery] = JSON.parse(shown.out) as readonly { id: number }[];
  const known = JSON.parse((await cli("deliveries", "show", String(delivery?.id), "--json")).out);
  expect(known.trace).toBe(trace);
  const about = lines.filter((line) => ABOUT.some((field) => field in line));
  expect(about.length).toBeGreaterThan(steps.length);
  expect(about.filter((line) => !isTraced(line))).toEqual([]);
});

test("lines of different messages have different traces, on both platforms, in one request to the portal too", async () => {
  const { telegram, discord, ivan, group, oleg, channel, portal, start } = await openGroup();
  telegram.say(group, ivan, "/notify @anna one");
  telegram.say(group, ivan, "/notify @boris two");
  const service = await start();
  await discord.waitFor(() => discord.commandsOf().commands.length > 0);
  discord.say(channel, oleg, { content: "!notify @anna three" });
  discord.interact.slash(channel, oleg, { name: "notify", options: { to: "@boris", text: "four" } });
  await expect.poll(() => portal.feed(7).length + portal.feed(8).length).toBe(4);
  const of = (msg: string) => linesOf(service.logs).filter((line) => line.msg === msg);
  await expect.poll(() => of("attempt").length).toBe(4);
  const traces = new Set(of("accepted").map(({ trace }) => trace));
  expect(traces.size).toBe(4);
  expect(new Set(of("attempt").map(({ trace }) => trace))).toEqual(traces);
  expect(
    new Set(of("sent").flatMap(({ trace, traces: several = [] }) => [...several, ...(trace ? [trace] : [])])),
  ).toEqual(traces);
  for (const line of of("accepted")) {
    const settled = of("attempt").filter(({ notification }) => notification === line.notification);
    expect(settled.map(({ trace }) => trace)).toEqual([line.trace]);
  }
});
