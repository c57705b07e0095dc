import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("an administrator finds somebody in the portal and maps them from the private chat, and the answer grows in place", async () => {
  const { telegram, ivan, group, start, cli } = await openGroup();
  const own = telegram.createChat({ type: "private", user: ivan });
  expect((await cli("chat", "bind", "main", "--telegram", String(own.id))).code).toBe(0);
  expect((await cli("admin", "add", "main", "--telegram", String(ivan.id))).code).toBe(0);
  await start();
  const told = (text: string) =>
    telegram.waitFor(() => telegram.postsOf(own).find(({ message }) => message.text?.includes(text)));
  telegram.say(own, ivan, "/people ADMIN");
  await told("Ada Admin (id:1), not mapped");
  telegram.say(own, ivan, "/map @ada_admin Ada@company.example");
  await told("@ada_admin is Ada Admin (id:1) now");
  const answers = telegram.postsOf(own).filter(({ message }) => message.text?.includes("Ada"));
  expect(answers).toHaveLength(2);
  telegram.say(group, ivan, "/people ADMIN");
  await telegram.waitFor(() => telegram.postsOf(group).find(({ message }) => message.text?.includes("Ask in private")));
  expect(
    telegram
      .postsOf(group)
      .map(({ message }) => message.text)
      .join(),
  ).not.toContain("Ada");
});
