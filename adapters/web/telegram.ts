import type { RouteGroup } from "./app.ts";
import { readBody } from "./body.ts";

/** `absent`: there is no such address, or updates are fetched by polling. */
export type TelegramAnswer = "stored" | "refused" | "malformed" | "absent";

/** Rejects when the update could not be stored: Telegram is told 500 and sends it again. */
export type AcceptTelegram = (path: string, secretHeader: string | undefined, body: string) => Promise<TelegramAnswer>;

/** Updates hold at most a few messages' texts; files come by reference. */
const MAX_BODY_BYTES = 1024 * 1024;

const STATUS = { stored: 200, refused: 401, malformed: 400, absent: 404 } as const;

/** `POST /telegram/<path>`. The path is a secret, and so is the header; `accept` compares both. */
export function telegramRoutes(accept: AcceptTelegram): RouteGroup {
  return (app) => {
    app.post("/telegram/:path", async (c) => {
      const body = await readBody(c.env.incoming, MAX_BODY_BYTES);
      if (body === undefined) return c.text("too large", 413, { Connection: "close" });
      const answer = await accept(c.req.param("path"), c.req.header("x-telegram-bot-api-secret-token"), body);
      return c.text(answer, STATUS[answer]);
    });
  };
}
