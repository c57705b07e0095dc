import { expect, test } from "vitest";
import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { openStore } from "../../adapters/database/store.ts";
import { DEFAULT_OPTIONS } from "../../src/core/rule.ts";
import { type House, openHouse } from "../support/house.ts";

/** A hook of workspace `main`, added by the command line. */
async function addHook(house: House, kind: string, ...more: readonly string[]) {
  const { code, out, err } = await house.cli("hook", "add", "main", "source", "--kind", kind, ...more, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as { id: number; key: string; address: string };
}

/** Everything that the hook tells goes to person 7. */
async function addRule({ env }: House, hookId: number): Promise<void> {
  const { keys } = loadSecretKeys({ value: undefined, dataDir: env.DATA_DIR ?? "", mayCreate: false });
  const databaseUrl = env.DATABASE_URL ?? "";
  const store = await openStore({ databaseUrl, secretKeys: keys, mayCreate: false, version: "0", clock: Date.now });
  const definition = {
    source: { kind: "hook", hookId },
    filter: {},
    targets: [{ kind: "person", bitrixId: 7 }],
    options: DEFAULT_OPTIONS,
  } as const;
  await store.tx((tx) => tx.rules.add({ workspaceId: 1, name: "all", ...definition }, Date.now()));
  await store.close();
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

test("what was answered 202 just before a kill is told after the restart, and nothing twice", async () => {
  const house = await openHouse();
  const hook = await addHook(house, "generic");
  await house.cli("people", "map", "main", "--telegram", "@anna", "--bitrix", "7");
  await addRule(house, hook.id);
  const service = await house.start();
  const titles = Array.from({ length: 8 }, (_, index) => `Disk ${index} is full`);
  const answers = await Promise.all(
    titles.map((title) => post(hook.address, { title, severity: "critical", delivery: title, key: title })),
  );
  await service.kill();
  expect(answers.map(({ status }) => status)).toEqual(titles.map(() => 202));
  await house.start();
  const repeated = await post(hook.address, {
    title: titles[0],
    severity: "critical",
    delivery: titles[0],
    key: titles[0],
  });
  expect(await repeated.json()).toMatchObject({ taken: 0, known: 1 });
  const shown = () =>
    house.portal
      .feed(7)
      .flatMap(({ text }) => /Disk \d is full/u.exec(text)?.[0] ?? [])
      .sort();
  await expect.poll(shown, { interval: 100 }).toEqual(titles);
});

test("a notification asked for by the API reaches its person, and its verdict can be read", async () => {
  const house = await openHouse();
  const hook = await addHook(house, "api");
  const { url } = await house.start();
  const headers = { authorization: `Bearer ${hook.key}`, "idempotency-key": "deploy-17" };
  const asked = { to: ["id:7"], text: "Deployed [B]2.0[/B]", tag: "deploy" };
  const answer = await post(hook.address, asked, headers);
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: number };
  const verdict = async () => {
    const read = await fetch(`${url}/api/v1/notifications/${id}`, { headers });
    return ((await read.json()) as { deliveries: { verdict: string }[] }).deliveries.map(
      (delivery) => delivery.verdict,
    );
  };
  await expect.poll(verdict, { interval: 100 }).toEqual(["delivered"]);
  await post(hook.address, asked, headers);
  const [only, ...others] = house.portal.feed(7);
  expect(others).toEqual([]);
  expect(only?.text).toContain("source");
  expect(only?.text).toContain("2.0");
  expect(only?.text).not.toContain("[B]2.0[/B]");
});

test("a revoked hook is closed at once, beside a running service", async () => {
  const house = await openHouse();
  const hook = await addHook(house, "generic");
  await house.start();
  expect((await post(hook.address, { title: "x" })).status).toBe(202);
  await house.cli("hook", "revoke", "main", "source");
  expect((await post(hook.address, { title: "x" })).status).toBe(404);
});
