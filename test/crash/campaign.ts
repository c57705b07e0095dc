import { expect } from "vitest";
import { openGroup } from "../support/group.ts";
import type { HouseOptions, Running } from "../support/house.ts";
import { type Chance, chanceFrom } from "./chance.ts";
import { type Group, STEPS } from "./steps.ts";

export interface Campaign {
  readonly options: HouseOptions;
  readonly kills: number;
  readonly seed: number;
  /** Before the first kill. */
  readonly prepare?: (house: Group) => Promise<void>;
  /** Between two kills. */
  readonly disturb?: (house: Group, chance: Chance) => void;
  /** As soon as a service is ready. */
  readonly tend?: (house: Group, service: Running) => Promise<void>;
}

/** Something that somebody wrote, and whom it is for. */
interface Written {
  readonly text: string;
  /** As `deliveries list` names the message. */
  readonly messageId: string;
  readonly platform: "telegram" | "discord";
}

export interface Delivered {
  readonly person: number;
  readonly state: string;
  readonly verdict: string | null;
  readonly source: { readonly platform: string; readonly messageId: string } | null;
}

const RECIPIENTS = [7, 8];

/** What portals do to answers besides being killed for: lost with and without effect, half, by the edge, refused, late, twice. */
const FAULTS = [
  { kind: "reset", executed: true },
  { kind: "reset", executed: false },
  { kind: "truncate" },
  { kind: "html", status: 502, executed: true },
  { kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } },
  { kind: "delay", ms: 400 },
  { kind: "twice" },
] as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A step that is not reached by then was passed by: it is killed all the same, and counted apart. */
const PATIENCE_MS = 10_000;

/**
 * People write, answers of the portal get lost, and the service is killed again and again: at each marked step in turn, every fourth
 * time at a moment nobody chose, and now and then while it starts.
 */
export async function runCampaign({ options, kills, seed, prepare, disturb, tend }: Campaign) {
  const house = await openGroup(options);
  const chance = chanceFrom(seed);
  const written: Written[] = [];
  const tally = new Map<string, number>();
  await prepare?.(house);
  for (let kill = 0; kill < kills; kill += 1) {
    disturb?.(house, chance);
    const where = await killOnce(house, { kill, chance, written, tend });
    tally.set(where, (tally.get(where) ?? 0) + 1);
  }
  house.portal.faults.clear();
  house.telegram.faults.clear();
  const service = await house.start();
  await tend?.(house, service);
  const deliveries = await settled(house, written.length * RECIPIENTS.length);
  return { house, service, written, deliveries, tally };
}

interface Killing {
  readonly kill: number;
  readonly chance: Chance;
  readonly written: Written[];
  readonly tend: Campaign["tend"];
}

/** Answers where the service was when it was killed. */
async function killOnce(house: Group, killing: Killing): Promise<string> {
  const { kill, chance } = killing;
  const launched = house.launch();
  if (kill % 16 === 7) {
    write(house, killing);
    await pause(chance() * 3_000);
    await launched.kill();
    return "while starting";
  }
  const service = await launched.ready();
  await killing.tend?.(house, service);
  if (kill % 4 === 3) {
    annoy(house, chance);
    await writeSlowly(house, killing);
    await pause(chance() * 250);
    await service.kill();
    return "at random";
  }
  // Steps that hang at the portal leave no room for other faults there.
  const step = STEPS[(kill - Math.floor((kill + 1) / 4)) % STEPS.length];
  if (!step) throw new Error("there are no steps");
  const file = house.env.DATABASE_URL?.replace("file:", "") ?? "";
  const reached = step.arm({ house, service, file });
  await writeSlowly(house, killing);
  const late = pause(PATIENCE_MS).then(() => undefined);
  const release = await Promise.race([reached, late]);
  await service.kill();
  release?.();
  if (release) return step.name;
  // It must not strike at the next service.
  reached.then((late) => late()).catch(() => undefined);
  // So that what is still armed finds its end.
  house.portal.faults.clear();
  house.telegram.faults.clear();
  return `${step.name}, not reached`;
}

/** One at a time: a heap of them would only show how patient the pauses after a refusal are. */
function annoy({ portal }: Group, chance: Chance): void {
  const fault = FAULTS[Math.floor(chance() * FAULTS.length * 1.5)];
  if (fault && portal.faults.pending === 0) portal.faults.add(fault);
}

async function writeSlowly(house: Group, killing: Killing): Promise<void> {
  for (let count = 0; count < 3; count += 1) {
    write(house, killing);
    await pause(killing.chance() * 40);
  }
}

function write({ telegram, discord, ivan, group, oleg, channel }: Group, { kill, chance, written }: Killing): void {
  const text = `message ${kill}.${written.length} end`;
  // Somebody unknown makes the bot say something besides the mark.
  const to = chance() < 0.3 ? "@anna @boris @nobody" : "@anna @boris";
  if (chance() < 0.25) {
    const { id } = discord.say(channel, oleg, { content: `!notify ${to} ${text}` });
    written.push({ text, messageId: id, platform: "discord" });
    return;
  }
  const writer = chance() < 0.5 ? ivan : telegram.createUser({ firstName: `Writer ${kill}` });
  const { message_id: id } = telegram.say(group, writer, `/notify ${to} ${text}`);
  written.push({ text, messageId: String(id), platform: "telegram" });
}

async function settled({ cli }: Group, count: number): Promise<readonly Delivered[]> {
  const look = async (): Promise<readonly Delivered[]> => {
    const { out } = await cli("deliveries", "list", "--json", "--limit", "100000");
    return JSON.parse(out);
  };
  const done = async () => (await look()).filter(({ state }) => state === "settled").length;
  await expect.poll(done, { timeout: 300_000, interval: 500 }).toBe(count);
  return look();
}

/** How often a text stands in a recipient's feed. */
const timesIn = ({ portal }: Group, recipient: number, text: string): number =>
  portal.feed(recipient).filter((notification) => notification.text.includes(text)).length;

/** For each message and recipient: how often it is seen there, and what its sender is told. */
export function judged(house: Group, written: readonly Written[], deliveries: readonly Delivered[]) {
  const idOf = (messageId: string): string => messageId.split("/").at(-1) ?? messageId;
  const byMessage = Map.groupBy(deliveries, ({ source }) => `${source?.platform}:${idOf(source?.messageId ?? "")}`);
  return written.flatMap(({ text, messageId, platform }) =>
    RECIPIENTS.map((recipient) => {
      const theirs = (byMessage.get(`${platform}:${messageId}`) ?? []).filter(({ person }) => person === recipient);
      return { text, recipient, seen: timesIn(house, recipient, text), verdicts: theirs.map(({ verdict }) => verdict) };
    }),
  );
}
