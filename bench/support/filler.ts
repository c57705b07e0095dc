import { z } from "zod";
import { addWorkspace, notify, openAt } from "./outbox.ts";

/** Fills a database from a process of its own, so that what this takes is no memory of the bench's. */
const asked = z.object({
  databaseUrl: z.string(),
  secretKey: z.string(),
  webhooks: z.array(z.string()),
  people: z.number(),
  /** Notifications to all of them. */
  each: z.number(),
});

async function fill({ databaseUrl, secretKey, webhooks, people, each }: z.infer<typeof asked>): Promise<number> {
  const store = await openAt({ databaseUrl, secretKeys: [Buffer.from(secretKey, "base64")] });
  for (const [index, webhook] of webhooks.entries())
    await store.tx(async (tx) => {
      const { id, persons } = await addWorkspace(tx, { name: `portal${index}`, webhook, people });
      for (let number = 0; number < each; number += 1) await notify(tx, id, persons, `-${index + 1}`);
    });
  await store.close();
  return webhooks.length * people * each;
}

process.on("message", (message) => {
  const { id, asked: given } = z.object({ id: z.number(), asked }).parse(message);
  fill(given).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
