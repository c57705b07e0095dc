import { expect, test } from "vitest";
import { type Check, healthRoutes } from "../../adapters/web/health.ts";
import { serviceFindings } from "../../src/cli/serviceCheck.ts";
import { parseConfig } from "../../src/config.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { serve } from "../adapters/web/support.ts";

/** What `doctor` says of a running service whose readiness is this. */
async function findingsOf(checks: readonly Check[], language: "en" | "ru") {
  const { url } = await serve([healthRoutes({ checks, patienceMs: 20 })]);
  const { hostname, port } = new URL(url);
  const config = parseConfig({ HOST: hostname, PORT: port }, { readFile: () => "", terminal: false });
  return (await serviceFindings(config, wordsIn(language))).map(({ place, state, detail }) => [place, state, detail]);
}

const stopped = (...causes: readonly { of: string; cause: string; reason: string }[]): Check => ({
  name: "bots",
  look: async () => ({ ok: false, detail: causes.map(({ of, reason }) => `${of}: ${reason}`).join("; "), causes }),
});

test("what the running service says of itself is told in the language of the operator", async () => {
  const silent: Check = { name: "database", look: () => new Promise<never>(() => undefined) };
  const bots = stopped(
    { of: "telegram", cause: "token", reason: "Telegram refuses the bot token" },
    { of: "discord", cause: "connecting", reason: "connecting" },
    { of: "media", cause: "full", reason: "the disk or the quota for media is full" },
  );
  const [running, ...troubles] = await findingsOf([bots, silent], "ru");
  expect(running?.[1]).toBe("ok");
  expect(troubles).toEqual([
    [
      "bots",
      "broken",
      "Telegram: токен бота не принят; Discord: ещё нет связи; вложения: диск или место, отведённое вложениям, заполнены",
    ],
    ["database", "broken", "база: не отвечает"],
  ]);
});

test("a reason that has no name is told as it is, and so is what an older service says", async () => {
  const failed = stopped({ of: "telegram", cause: "failed", reason: "getMe: no network" });
  const older: Check = { name: "portals", look: async () => ({ ok: false, detail: "acme" }) };
  expect((await findingsOf([failed, older], "en")).slice(1)).toEqual([
    ["bots", "broken", "Telegram: it says: “getMe: no network”"],
    ["portals", "broken", "it says: “acme”"],
  ]);
});
