import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

/** Longer than any time-out of a request to a portal (75 s) and than the patience of chat platforms with a silent client. */
const STANDSTILL_MS = 95_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A house whose service has asked the portal, and was stopped before it could read the answer. */
async function stopped(tags: "honoured" | "ignored") {
  const house = await openGroup({ portal: { tags } });
  const { portal, telegram, group, ivan } = house;
  const service = await house.start();
  portal.faults.add({ kind: "delay", ms: 300 });
  const asked = new Promise<(typeof portal.requests)[number]>((resolve) => portal.onRequest(resolve));
  const { message_id: id } = telegram.say(group, ivan, "/notify @anna held");
  const request = await asked;
  process.kill(service.pid, "SIGSTOP");
  await expect.poll(() => request.status).toBe(200);
  return { ...house, service, id };
}

type Stopped = Awaited<ReturnType<typeof stopped>>;

/** What a second service says that is started meanwhile. */
async function second({ env, folder }: Stopped): Promise<string> {
  const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "start"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const [code] = await once(child, "exit");
  return `${code}: ${said}`;
}

test("stopped past every time-out, the service keeps its lock, and what it goes on with shows nothing twice", async () => {
  const houses = [await stopped("honoured"), await stopped("ignored")];
  const pauses = pause(STANDSTILL_MS);
  for (const house of houses) {
    expect(await second(house)).toContain(`process ${house.service.pid} on `);
    house.telegram.say(house.group, house.ivan, "/notify @boris meanwhile");
    house.discord.say(house.channel, house.oleg, { content: "!notify @boris from Discord" });
  }
  await pauses;
  for (const { service } of houses) process.kill(service.pid, "SIGCONT");
  for (const { portal, cli } of houses) {
    await expect.poll(() => portal.feed(8).length, { timeout: 120_000 }).toBe(2);
    const deliveries = async () => {
      const { out } = await cli("deliveries", "list", "--json");
      return JSON.parse(out) as readonly { person: number; state: string; verdict: string }[];
    };
    await expect
      .poll(async () => (await deliveries()).map(({ state }) => state), { timeout: 120_000 })
      .toEqual(["settled", "settled", "settled"]);
    const [held] = (await deliveries()).filter(({ person }) => person === 7);
    expect(["delivered", "unknown"]).toContain(held?.verdict);
    expect(portal.feed(7)).toHaveLength(1);
    expect(portal.feed(8)).toHaveLength(2);
  }
}, 400_000);
