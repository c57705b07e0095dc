import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Running } from "../support/house.ts";
import { type Campaign, judged, runCampaign } from "./campaign.ts";
import type { Group } from "./steps.ts";

/** How often the service is killed in all campaigns together. */
const KILLS = Number(process.env.KILLS ?? 300);
const SEED = Number(process.env.SEED ?? 20_261);

/** Of one campaign; the slowest machines need about ten seconds for each kill. */
const share = (part: number): number => Math.max(1, Math.round(KILLS * part));
const patience = (kills: number): number => 600_000 + kills * 10_000;

const PORTAL = { limits: "off", operatingLimitSeconds: "off", secondsPerNotification: 0.02 } as const;

const APP = {
  clientId: ["local", "crash", randomBytes(4).toString("hex")].join("."),
  clientSecret: randomBytes(12).toString("hex"),
  scopes: ["im", "user_brief", "disk"],
  userId: 1,
};

function report(name: string, tally: ReadonlyMap<string, number>): void {
  const rows = [...tally].map(([where, count]) => `  ${String(count).padStart(4)}  ${where}`);
  const sum = [...tally.values()].reduce((all, count) => all + count, 0);
  console.log([`${name}: killed ${sum} times, seed ${SEED}`, ...rows].join("\n"));
}

/** Nothing lost, nothing seen twice, nothing in doubt; and the bot said no more than it had to. */
async function expectExactlyOnce(name: string, campaign: Omit<Campaign, "seed">): Promise<void> {
  const { house, written, deliveries, tally } = await runCampaign({ ...campaign, seed: SEED });
  report(name, tally);
  const all = judged(house, written, deliveries);
  expect(all.length).toBe(written.length * 2);
  expect(all.filter(({ seen }) => seen !== 1)).toEqual([]);
  expect(all.filter(({ verdicts }) => verdicts.join() !== "delivered")).toEqual([]);
  await expectTold(house, written, "👍");
}

/** Each message of Telegram ends with its mark, and no answer was given twice. */
async function expectTold(
  { telegram, group }: Group,
  written: readonly { messageId: string; platform: string }[],
  ...marks: readonly string[]
): Promise<void> {
  const said = written.filter(({ platform }) => platform === "telegram").map(({ messageId }) => Number(messageId));
  const untold = () =>
    said.filter((id) => !marks.some((mark) => telegram.reactionsOf(group, id).at(-1)?.emoji.includes(mark)));
  await expect.poll(untold, { timeout: 300_000, interval: 500 }).toEqual([]);
  // What an answer said that nobody knows to have arrived may come once more with news, never by itself.
  const answers = telegram
    .postsOf(group)
    .map(({ message }) => `${message.reply_to_message?.message_id} ${message.text}`);
  const repeated = answers.filter((answer, index) => answers.indexOf(answer) !== index);
  expect(repeated).toEqual([]);
}

test(
  "with a webhook and tags honoured: nothing is lost and nobody sees anything twice",
  () => {
    const options = { portal: { ...PORTAL, tags: "honoured" } } as const;
    return expectExactlyOnce("webhook, tags honoured", { options, kills: share(0.4) });
  },
  patience(share(0.4)),
);

test(
  "with a webhook and tags that need CLIENT_ID: nothing is lost and nobody sees anything twice",
  () => {
    const options = { portal: { ...PORTAL, tags: "needs-client-id" } } as const;
    return expectExactlyOnce("webhook, tags with CLIENT_ID", { options, kills: share(0.2) });
  },
  patience(share(0.2)),
);

test(
  "as an application: nothing is lost and nobody sees anything twice, though its tokens expire now and then",
  () => {
    const options = { portal: { ...PORTAL, tags: "ignored", apps: [APP] } } as const;
    const install = async ({ portal }: Group, { url }: Running): Promise<void> => {
      const { status } = await portal.install(`${url}/bitrix24/install`, { clientId: APP.clientId });
      expect(status).toBe(200);
    };
    return expectExactlyOnce("application", {
      options,
      kills: share(0.2),
      prepare: async (house) => {
        await asApplication(house);
        const service = await house.start();
        await install(house, service);
        await service.stop();
      },
      disturb: ({ portal }, chance) => {
        if (chance() < 0.2) portal.expireTokens();
      },
      // Killed between the renewal of its tokens and their storage, an application has lost them: it is installed anew.
      tend: async (house, service) => {
        if (!(await fetch(`${service.url}/readyz`)).ok) await install(house, service);
      },
    });
  },
  patience(share(0.2)),
);

/** The same people and chats, reached by an application instead of a webhook. */
async function asApplication({ cli, portal, group, guild }: Group): Promise<void> {
  const done = async (...argv: readonly string[]): Promise<void> => {
    const { code, err } = await cli(...argv);
    expect(`${code} ${err}`).toBe("0 ");
  };
  await done("chat", "unbind", "--telegram", String(group.id));
  await done("chat", "unbind", "--discord", guild.id);
  const { clientId, clientSecret } = APP;
  const flags = ["--oauth", "--domain", portal.url, "--client-id", clientId, "--client-secret", clientSecret];
  await done("workspace", "add", "app", ...flags);
  await done("chat", "bind", "app", "--telegram", String(group.id));
  await done("chat", "bind", "app", "--discord", guild.id);
  for (const [name, id] of [
    ["anna", "7"],
    ["boris", "8"],
  ] as const) {
    await done("people", "map", "app", "--telegram", `@${name}`, "--bitrix", id);
    await done("people", "map", "app", "--discord", name, "--bitrix", id);
  }
}

test(
  "with tags ignored: nothing is seen twice, what was never sent is not lost, and every doubt is told as unknown",
  async () => {
    const options = { portal: { ...PORTAL, tags: "ignored" } } as const;
    const campaign = { options, kills: share(0.2), seed: SEED };
    const { house, written, deliveries, tally } = await runCampaign(campaign);
    report("webhook, tags ignored", tally);
    const all = judged(house, written, deliveries);
    expect(all.length).toBe(written.length * 2);
    expect(all.filter(({ seen }) => seen > 1)).toEqual([]);
    expect(all.filter(({ seen, verdicts }) => seen === 1 && !isOne(verdicts, "delivered", "unknown"))).toEqual([]);
    expect(all.filter(({ seen, verdicts }) => seen === 0 && !isOne(verdicts, "unknown"))).toEqual([]);
    // Else every doubt would do as an excuse.
    expect(all.filter(({ seen }) => seen === 1).length).toBeGreaterThan(all.length / 2);
    await expectTold(house, written, "👍", "😢");
  },
  patience(share(0.2)),
);

const isOne = (verdicts: readonly (string | null)[], ...allowed: readonly string[]): boolean =>
  verdicts.length === 1 && allowed.includes(verdicts[0] ?? "");
