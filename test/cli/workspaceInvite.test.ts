import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWithWorkspace, portalFor } from "./support.ts";

const APP = {
  clientId: ["local", "a".repeat(8)].join("."),
  clientSecret: randomBytes(12).toString("hex"),
  scopes: ["im"],
  userId: 1,
};

test("an invitation is printed once, good for an hour, and stands nowhere else", async () => {
  const { shell } = await folderWithWorkspace();
  const made = (await shell.run("workspace invite --json")).json() as { code: string };
  expect(made.code).toMatch(/^[0-9a-f]{32}$/u);
  const store = await shell.store();
  expect(await store.read.permits.isGood(made.code, "invitation", Date.now() + 59 * 60_000)).toBe(true);
  expect(await store.read.permits.isGood(made.code, "invitation", Date.now() + 61 * 60_000)).toBe(false);
  const audit = await shell.run("audit list --json");
  expect(audit.stdout).toContain("workspace.invite");
  expect(audit.stdout).not.toContain(made.code);
  expect((await shell.run("workspace invite")).stdout).toContain("/connect ");
});

test("adding an application prints what to enter in Bitrix24, and a link that is good once", async () => {
  const portal = await portalFor({ apps: [APP] });
  const { shell } = await folderWithWorkspace();
  shell.env.PRIVATE_HOSTS = `${portal.host},herald.example`;
  writeFileSync(join(shell.cwd, "secret"), APP.clientSecret);
  const known = ["--oauth", "--domain", portal.url, "--client-id", APP.clientId, "--client-secret", "@secret"];
  const blind = await shell.run(["workspace", "add", "blind", ...known]);
  expect(blind).toMatchObject({ code: 0, stdout: expect.stringContaining("PUBLIC_URL") });
  shell.env.PUBLIC_URL = "https://herald.example";
  const added = await shell.run(["workspace", "add", "app", ...known]);
  for (const line of [
    "https://herald.example/bitrix24/install",
    "https://herald.example/bitrix24/oauth",
    "im, user_basic",
  ])
    expect(added.stdout).toContain(line);
  expect(added.stdout).not.toContain(APP.clientSecret);
  const links = [];
  for (let round = 0; round < 2; round += 1) {
    const shown = (await shell.run("workspace authorize app --json")).json() as { link: string };
    links.push(new URL(shown.link));
  }
  const [first, second] = links;
  expect(first?.href.startsWith(`${portal.url}/oauth/authorize/?client_id=${APP.clientId}&state=`)).toBe(true);
  const state = first?.searchParams.get("state") ?? "";
  expect(state).not.toBe(second?.searchParams.get("state"));
  const store = await shell.store();
  const app = await store.read.workspaces.byName("app");
  const use = () => store.tx((tx) => tx.permits.use(state, "oauth-state", Date.now()));
  expect(await use()).toEqual({ kind: "oauth-state", workspaceId: app?.id });
  expect(await use()).toBeUndefined();
  expect((await shell.run("workspace authorize main")).code).toBe(2);
});
