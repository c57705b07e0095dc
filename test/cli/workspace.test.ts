import { expect, test } from "vitest";
import { folderWithWorkspace } from "./support.ts";

test("adding a workspace tests the connection, probes the tags and leaves nothing in anybody's feed", async () => {
  const { shell, portal } = await folderWithWorkspace({ tags: "ignored" });
  const shown = await shell.run(["workspace", "show", "main", "--json"]);
  expect(shown.json()).toMatchObject({ name: "main", host: portal.host, tags: "ignored", credentials: { userId: 1 } });
  expect(portal.allNotifications).toHaveLength(2);
  expect(portal.feed(1)).toEqual([]);
});
