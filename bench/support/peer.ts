import { ApiVersion, B24Hook, LoggerFactory } from "@bitrix24/b24jssdk";
import { z } from "zod";
import { ORDINARY_PLAN } from "./portals.ts";

/** The same notifications by other means, until this process is ended; what arrived is counted at the portal. */
const asked = z.object({
  way: z.enum(["sdk-single", "sdk-batch", "paced-loop"]),
  webhook: z.string(),
  people: z.number(),
});
type Asked = z.infer<typeof asked>;

const METHOD = "im.notify.personal.add";
const BATCH = 50;
/** More than any of them gets through in a minute. */
const CALLS = 20_000;

function paramsOf(number: number, people: number) {
  const tag = `peer.${number}`;
  return {
    USER_ID: (number % people) + 1,
    MESSAGE: `[b]Bench[/b] (Telegram)\nRound ${number}`,
    TAG: tag,
    CLIENT_ID: "bench",
  };
}

/** As its guide has it, with the limits that it brings along. */
function sdk(webhook: string): B24Hook {
  const url = new URL(webhook);
  const [, , userId = "", secret = ""] = url.pathname.split("/");
  const client = new B24Hook({ b24Url: url.origin, userId: Number(userId), secret });
  client.offClientSideWarning();
  // It knows portals by HTTPS alone; the emulated one has no certificate.
  client.getHttpClient(ApiVersion.v2).ajaxClient.interceptors.request.use((request) => {
    const plain = (address = ""): string => address.replace(/^https:/u, "http:");
    return Object.assign(request, { url: plain(request.url), baseURL: plain(request.baseURL) });
  });
  client.setLogger(LoggerFactory.createNullLogger());
  return client;
}

async function sdkSingle({ webhook, people }: Asked): Promise<void> {
  const client = sdk(webhook);
  for (let number = 0; number < CALLS; number += 1)
    await client.actions.v2.call.make({ method: METHOD, params: paramsOf(number, people) });
}

async function sdkBatch({ webhook, people }: Asked): Promise<void> {
  const client = sdk(webhook);
  for (let from = 0; from < CALLS; from += BATCH) {
    const calls = Array.from({ length: BATCH }, (_, index) => ({
      method: METHOD,
      params: paramsOf(from + index, people),
    }));
    await client.actions.v2.batch.make({ calls, options: { isHaltOnError: false } });
  }
}

/** One call after the other: fifty at once, then two a second, as the documentation advises. */
async function pacedLoop({ webhook, people }: Asked): Promise<void> {
  for (let number = 0; number < CALLS; number += 1) {
    const pause = new Promise((resolve) =>
      setTimeout(resolve, number < ORDINARY_PLAN.burst ? 0 : 1_000 / ORDINARY_PLAN.drainPerSecond),
    );
    const answer = await fetch(new URL(METHOD, webhook), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(paramsOf(number, people)),
    });
    await answer.text();
    await pause;
  }
}

const WAYS = { "sdk-single": sdkSingle, "sdk-batch": sdkBatch, "paced-loop": pacedLoop };

process.on("message", (message) => {
  const { id, asked: given } = z.object({ id: z.number(), asked }).parse(message);
  process.send?.({ id, value: "begun" });
  WAYS[given.way](given).catch((error: unknown) => {
    console.error(`${given.way}:`, error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
