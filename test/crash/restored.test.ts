import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

type Group = Awaited<ReturnType<typeof openGroup>>;

/** Two ways to keep a database, and to put it back while no service runs. */
const WAYS = [
  {
    way: "a copy of the folder",
    keep: ({ folder }: Group) => cpSync(join(folder, "data"), join(folder, "kept"), { recursive: true }),
    putBack: ({ folder }: Group) => {
      rmSync(join(folder, "data"), { recursive: true });
      renameSync(join(folder, "kept"), join(folder, "data"));
    },
  },
  {
    way: "a backup",
    keep: async ({ cli, folder }: Group) => {
      mkdirSync(join(folder, "kept"));
      expect((await cli("backup", join(folder, "kept", "h.backup"))).err).toBe("");
    },
    putBack: async ({ cli, folder }: Group) => {
      const { code, err } = await cli("restore", join(folder, "kept", "h.backup"));
      expect(`${code} ${err}`).toMatch(/^0 /u);
    },
  },
];

test.each(WAYS)(
  "a database put back from $way loses nothing new, shows nothing twice, and takes nobody's notification away",
  async ({ keep, putBack }) => {
    const house = await openGroup();
    const { portal, telegram, group, ivan, start, reacted, cli } = house;
    const seen = () => portal.feed(7).map(({ text }) => /(?:before|queued|after|anew) \d/u.exec(text)?.[0]);
    const send = (text: string) => telegram.say(group, ivan, `/notify @anna ${text}`).message_id;
    const first = await start();
    for (let index = 1; index <= 3; index += 1) await reacted(send(`before ${index}`), "👍");
    // Queued in what is kept, delivered later: the restored database will send it once more, under the same tag.
    portal.setDown(true);
    const queued = send("queued 1");
    await reacted(queued, "👀");
    await first.stop();
    await keep(house);
    portal.setDown(false);
    const second = await start();
    for (let index = 1; index <= 3; index += 1) await reacted(send(`after ${index}`), "👍");
    await reacted(queued, "👍");
    await second.stop();
    await putBack(house);
    await start();
    // Their rows have the ids that those of the lost messages had.
    for (let index = 1; index <= 3; index += 1) await reacted(send(`anew ${index}`), "👍");
    const states = async () => {
      const { out } = await cli("deliveries", "list", "--json");
      return (JSON.parse(out) as readonly { verdict: string }[]).map(({ verdict }) => verdict);
    };
    await expect.poll(states).toEqual(Array.from({ length: 7 }, () => "delivered"));
    const texts = ["before", "after", "anew"].flatMap((word) => [1, 2, 3].map((index) => `${word} ${index}`));
    expect(seen().sort()).toEqual([...texts, "queued 1"].sort());
  },
  180_000,
);
