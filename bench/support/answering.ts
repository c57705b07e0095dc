import { z } from "zod";

const message = z.object({ id: z.number(), asked: z.unknown() });

/** The other side of `startChild`: answers what the bench asks of this process, which ends with the bench or with a fault. */
export function answerAsked<Asked>(question: z.ZodType<Asked>, answer: (asked: Asked) => Promise<unknown>): void {
  process.on("message", (received) => {
    const { id, asked } = message.parse(received);
    answer(question.parse(asked)).then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on("disconnect", () => process.exit(0));
}
