import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openGroup } from "../support/group.ts";
import { temporaryFolder } from "../support/store.ts";

/** A small disk of its own. */
function smallDisk(megabytes: number): string {
  const folder = temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  // Lazily: whoever still looks at it keeps nobody from ending.
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}

/** Answers how to make room again. */
function fill(folder: string): () => void {
  const file = join(folder, "filler");
  for (let size = 1 << 20; size >= 512; ) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      size /= 2;
    }
  }
  return () => rmSync(file);
}

// Only the superuser may mount a disk; that a full one is waited out is held for everybody in test/app/deliver.test.ts.
if (process.getuid?.() === 0)
  test("a disk that fills up while answers come in delays what became of them, and nothing is sent twice", async () => {
    const disk = smallDisk(12);
    const house = await openGroup({ env: { DATABASE_URL: `file:${join(disk, "herald24.sqlite")}` } });
    const { portal, telegram, group, ivan, cli, reacted } = house;
    const service = await house.start();
    portal.faults.add({ kind: "delay", ms: 700 });
    const asked = new Promise<void>((resolve) => portal.onRequest(() => resolve()));
    const { message_id: id } = telegram.say(group, ivan, "/notify @anna @boris while the disk fills up");
    await asked;
    const free = fill(disk);
    const refused = () => service.logs.filter((line) => line.includes("could not be written")).length;
    await expect.poll(refused).toBeGreaterThan(1);
    // Nothing can be stored, so nothing is confirmed: it comes again.
    const { message_id: later } = telegram.say(group, ivan, "/notify @anna said while it was full");
    free();
    await reacted(id, "👍", 90_000);
    await reacted(later, "👍", 90_000);
    expect(portal.feed(7)).toHaveLength(2);
    expect(portal.feed(8)).toHaveLength(1);
    expect(portal.allNotifications.filter(({ text }) => text.includes("while the disk"))).toHaveLength(2);
    const { out } = await cli("deliveries", "list", "--json");
    expect((JSON.parse(out) as readonly { verdict: string }[]).map(({ verdict }) => verdict)).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
  }, 240_000);
