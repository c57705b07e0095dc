import { expect, test } from "vitest";
import { leftOutReason, verdictText, wishFor } from "../../src/app/receipts.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openDesk } from "../support/desk.ts";

const attachment = (reason: string) => ({
  id: 1,
  notificationId: 1,
  ordinal: 0,
  attempts: 0,
  state: "left-out" as const,
  kind: "file" as const,
  name: "film.mp4",
  source: { kind: "telegram" as const, fileId: "F", uniqueId: "U" },
  reason,
});

test.each(["en", "ru"] as const)(
  "what Telegram's own server does not hand out is told in %s with the way out",
  (language) => {
    const words = wordsIn(language);
    const told = leftOutReason(words, attachment("telegram-too-big:20"));
    for (const fact of ["20", "--local", "TELEGRAM_API_ROOT"]) expect(told).toContain(fact);
    expect(leftOutReason(words, attachment("too-big:100"))).toBe(words.say("reason-too-big", { limit: "100" }));
  },
);

/** What is said of a notification to Anna and Boris with these verdicts. */
async function toldOf(verdicts: readonly Verdict[], more: { doubtful?: boolean; recall?: "begun" } = {}) {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  await desk.map("boris", 8, "Boris");
  const at = await desk.say("/notify @anna, @boris hello");
  const [notification] = await desk.store.read.notifications.bySource(at);
  if (!notification) throw new Error("nothing was accepted");
  const deliveries = (await desk.deliveries(at)).map((delivery, index) => {
    const verdict = verdicts[index] ?? "delivered";
    return { ...delivery, ...more, state: "settled" as const, verdict, code: "DEADLINE" };
  });
  const of = (language: "en" | "ru") => wishFor(wordsIn(language), { notification, deliveries, attachments: [] });
  return { deliveries, en: of("en"), ru: of("ru") };
}

test.each([
  [["refused", "undeliverable"], "Not delivered.", "Не доставлено."],
  [["delivered", "refused"], "Not delivered to everybody.", "Доставлено не всем."],
  [["unknown", "suppressed"], "Not delivered to everybody.", "Доставлено не всем."],
  [["unknown", "unknown"], "Not everything went as asked.", "Не всё прошло как надо."],
] satisfies [Verdict[], string, string][])(
  "where marks are said in words, %j claim no more than is certain",
  async (verdicts, en, ru) => {
    const told = await toldOf(verdicts);
    expect([told.en.mark, told.en.markText, told.ru.markText]).toEqual(["failed", en, ru]);
  },
);

test("what could not be taken back is not called undelivered", async () => {
  const told = await toldOf(["delivered", "delivered"], { recall: "begun" });
  expect(told.en).toMatchObject({ mark: "failed", markText: "Not everything went as asked." });
});

test("what was given up after a lost answer is not said to have missed its recipient for certain", async () => {
  const { en, ru, deliveries } = await toldOf(["undeliverable", "refused"], { doubtful: true });
  expect(en.markText).toBe("Not everything went as asked.");
  for (const line of en.text?.split("\n") ?? []) expect(line).toContain("may have brought it all the same");
  expect(ru.text).toContain("могла всё же доставить");
  const [first] = deliveries;
  expect(first && verdictText(wordsIn("en"), { ...first, doubtful: false })).not.toContain("all the same");
});
