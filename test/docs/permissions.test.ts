import { expect, test } from "vitest";
import { COMMANDS, type CommandName } from "../../src/core/command.ts";
import {
  bestPermission,
  concernsChatAdmins,
  DEEDS,
  mayDo,
  PLACES,
  permissionOf,
  ROLES,
  SENDERS_POLICIES,
} from "../../src/core/permissions.ts";
import { permissionsPage } from "./permissions.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];
const EVERYWHERE = NAMES.flatMap((command) =>
  PLACES.flatMap((place) => SENDERS_POLICIES.map((senders) => ({ command, place, senders }))),
);

test("docs/permissions.md says what the table says", async () => {
  await expect(permissionsPage()).toMatchFileSnapshot("../../docs/permissions.md");
});

test("a bot may do nothing anywhere", () => {
  expect(EVERYWHERE.filter((asked) => permissionOf("bot", asked) !== "denied")).toEqual([]);
});

test("outside bound chats nothing is answered but help, whoami, connect and, in private, linking and quiet hours", () => {
  const answered = (place: "unbound" | "unbound-private") =>
    NAMES.filter((command) => bestPermission(ROLES, { command, place, senders: "everyone" }) !== "denied").sort();
  expect(answered("unbound")).toEqual(["connect", "help", "whoami"]);
  expect(answered("unbound-private")).toEqual(["connect", "help", "link", "quiet", "unlink", "whoami"]);
});

test("who administers a chat, and nothing else, changes its binding and neither people, credentials nor rules", () => {
  const place = "group" as const;
  const more = NAMES.filter((command) => concernsChatAdmins(command)).sort();
  expect(more).toEqual(["disconnect", "senders"]);
  for (const command of ["connect", "people", "map", "unmap", "group", "rules", "forward", "mute"] as const)
    expect(permissionOf("chat-admin", { command, place, senders: "everyone" })).toBe("denied");
});

test("who administers a chat anonymously may take an alert in its name; whoever posts as a channel may not", () => {
  for (const place of ["group", "channel", "private"] as const) {
    const asked = { command: "ack", place, senders: "list" } as const;
    expect(permissionOf("anonymous-admin", asked)).toBe("allowed");
    expect(permissionOf("anyone", asked)).toBe("allowed");
    expect(permissionOf("channel", asked)).toBe("denied");
  }
});

test("nobody without a name of their own changes anything of the workspace", () => {
  const changing: readonly CommandName[] = NAMES.filter(
    (command) => !["notify", "recall", "status", "whoami", "help", "connect", "ack"].includes(command),
  );
  for (const asked of EVERYWHERE.filter(({ command }) => changing.includes(command)))
    for (const role of ["anonymous-admin", "channel"] as const) expect(permissionOf(role, asked)).toBe("denied");
});

test("a narrower policy never lets anybody do more, and several roles never do less than one of them", () => {
  const rank = { denied: 0, "own-only": 1, allowed: 2 };
  for (const { command, place } of EVERYWHERE) {
    for (const role of ROLES) {
      const [everyone, linked, list] = SENDERS_POLICIES.map(
        (senders) => rank[permissionOf(role, { command, place, senders })],
      );
      expect((everyone ?? 0) >= (linked ?? 0) && (linked ?? 0) >= (list ?? 0)).toBe(true);
      const asked = { command, place, senders: "list" } as const;
      expect(rank[bestPermission([role, "anyone"], asked)]).toBeGreaterThanOrEqual(rank[permissionOf(role, asked)]);
    }
  }
});

test("what a command alone does not decide is for owners, some of it for admins, and never for anybody else", () => {
  const allowed = (role: (typeof ROLES)[number]) => DEEDS.filter((deed) => mayDo([role], deed));
  expect(allowed("owner")).toEqual(DEEDS);
  expect(allowed("admin")).toEqual(["give-senders", "see-everybody", "reach-everybody"]);
  expect(ROLES.filter((role) => role !== "owner" && role !== "admin").flatMap(allowed)).toEqual([]);
});
