import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("a second service is refused and told who runs, every other command works beside, and after kill -9 the next goes on", async () => {
  const { portal, telegram, ivan, group, folder, cli, start, launch, reacted } = await openGroup();
  const first = await start();
  const said = launch();
  await expect(said.ready()).rejects.toThrow("ended with 1");
  const refusal = said.logs.join("\n");
  expect(refusal).toContain(`process ${first.pid} on `);
  expect(refusal).toMatch(/for \d+ s\)\. Stop it first/u);

  portal.faults.add({ kind: "hang", executed: true });
  const message = telegram.say(group, ivan, "/notify @anna under way");
  await expect.poll(() => portal.faults.pending).toBe(0);
  const beside = [
    ["deliveries", "list"],
    ["people", "list", "main"],
    ["people", "map", "main", "--telegram", "@new", "--bitrix", "9"],
    ["chat", "list"],
    ["workspace", "show", "main"],
    ["audit", "list"],
    ["backup", join(folder, "beside.backup")],
  ];
  for (const argv of beside) expect(await cli(...argv), argv.join(" ")).toMatchObject({ code: 0, err: "" });
  await first.kill();
  await start();
  await reacted(message.message_id, "👍");
  expect(portal.feed(7)).toHaveLength(1);
});
