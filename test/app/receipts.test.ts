import { expect, test } from "vitest";
import { leftOutReason } from "../../src/app/receipts.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";

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
