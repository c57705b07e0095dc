import { z } from "zod";
import { answerAsked } from "./answering.ts";

/** What the way itself takes: asks Telegram, and passes each command on to the portal. It keeps nothing and promises nothing. */
const asked = z.object({ telegram: z.object({ url: z.string(), token: z.string() }), webhook: z.string() });
const received = z.object({
  result: z.array(z.object({ update_id: z.number(), message: z.object({ text: z.string() }) })),
});

async function post(address: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

async function relay({ telegram, webhook }: z.infer<typeof asked>): Promise<void> {
  for (let offset = 0; ; ) {
    const updates = await post(`${telegram.url}/bot${telegram.token}/getUpdates`, { offset, timeout: 30 });
    for (const { update_id, message } of received.parse(updates).result) {
      offset = update_id + 1;
      if (!message.text.startsWith("/notify")) continue;
      await post(`${webhook}im.notify.personal.add`, { USER_ID: 7, MESSAGE: message.text });
    }
  }
}

answerAsked(asked, async (way) => {
  relay(way).catch((error: unknown) => {
    console.error("bare relay:", error);
    process.exit(1);
  });
});
