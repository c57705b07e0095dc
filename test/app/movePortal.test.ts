import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { keepTokens } from "../../src/app/keepTokens.ts";
import { movePortal } from "../../src/app/movePortal.ts";
import type { Credentials } from "../../src/app/store/workspaces.ts";
import { SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const [OLD, NEW] = ["acme.bitrix24.com", "acme-group.bitrix24.com"];
const code = randomBytes(8).toString("hex");

const application = (host: string) =>
  ({
    kind: "oauth",
    domain: OLD,
    endpoint: `https://${OLD}/rest/`,
    clientId: "local.1",
    clientSecret: code,
    memberId: "a".repeat(32),
    applicationToken: "t",
    tokens: {
      accessToken: "access",
      refreshToken: "refresh",
      expiresAt: 1,
      clientEndpoint: `https://${host}/rest/`,
      serverEndpoint: "https://oauth.bitrix.info/rest/",
      memberId: "a".repeat(32),
    },
  }) as const satisfies Credentials;

async function openWorkspace(credentials: Credentials) {
  const { store } = await openTestStore();
  const { id } = await store.tx((tx) =>
    tx.workspaces.add({ name: "acme", host: OLD, credentials, settings: SETTINGS }, 0),
  );
  return { store, id, known: async () => store.read.workspaces.byId(id) };
}

test("a renamed portal keeps its webhook's code and its name in the workspace list", async () => {
  const { store, id, known } = await openWorkspace({ kind: "webhook", url: `https://${OLD}/rest/1/${code}/` });
  await store.tx((tx) => movePortal(tx, id, NEW));
  expect(await known()).toMatchObject({
    name: "acme",
    host: NEW,
    credentials: { kind: "webhook", url: `https://${NEW}/rest/1/${code}/` },
  });
});

test("an application follows with all its addresses, and stays the same portal by its identity", async () => {
  const { store, id, known } = await openWorkspace(application(OLD));
  await store.tx((tx) => movePortal(tx, id, NEW));
  const { tokens, ...rest } = application(NEW);
  const moved = { ...rest, domain: NEW, endpoint: `https://${NEW}/rest/`, tokens };
  expect(await known()).toMatchObject({ host: NEW, credentials: moved });
});

test("a new name that comes with renewed tokens is noted everywhere", async () => {
  const { store, id, known } = await openWorkspace(application(OLD));
  await store.tx((tx) => keepTokens(tx, id, application(NEW)));
  expect(await known()).toMatchObject({ host: NEW, credentials: { domain: NEW, endpoint: `https://${NEW}/rest/` } });
});

test("renewed tokens of the same address change no more than the tokens", async () => {
  const { store, id, known } = await openWorkspace(application(OLD));
  const { tokens, ...rest } = application(OLD);
  await store.tx((tx) => keepTokens(tx, id, { ...rest, tokens: { ...tokens, accessToken: "newer" } }));
  const kept = { ...rest, tokens: { ...tokens, accessToken: "newer" } };
  expect(await known()).toMatchObject({ host: OLD, credentials: kept });
});

test("a workspace that was removed meanwhile is moved nowhere", async () => {
  const { store, id } = await openWorkspace(application(OLD));
  await store.tx((tx) => tx.workspaces.remove(id));
  await store.tx((tx) => movePortal(tx, id, NEW));
  expect(await store.read.workspaces.list()).toEqual([]);
});
