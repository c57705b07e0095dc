import { type Args, flagArg, intArg, listArg, textArg } from "../args.ts";
import { badRequest, tooManyRequests } from "../errors.ts";
import type { Polling } from "../polling.ts";
import type { UpdateQueue } from "../queue.ts";
import { checkWebhookUrl, type Webhook } from "../webhook.ts";
import type { World } from "../world.ts";
import type { Methods } from "./method.ts";

export interface Intake {
  readonly world: World;
  readonly queue: UpdateQueue;
  readonly polling: Polling;
  readonly webhook: Webhook;
}

function within(value: number | undefined, fallback: number, [least, most]: readonly [number, number]): number {
  return Math.min(Math.max(value ?? fallback, least), most);
}

function dropIfAsked({ queue }: Intake, args: Args): void {
  if (flagArg(args, "drop_pending_updates")) queue.drop(() => true);
}

function clearWebhook(intake: Intake, args: Args): true {
  intake.webhook.clear();
  dropIfAsked(intake, args);
  intake.world.changes.changed();
  return true;
}

function setWebhook(intake: Intake, args: Args): true {
  const url = textArg(args, "url") ?? "";
  if (url === "") return clearWebhook(intake, args);
  checkWebhookUrl(url);
  const secretToken = textArg(args, "secret_token");
  if (secretToken !== undefined && !/^[A-Za-z0-9_-]{1,256}$/u.test(secretToken)) {
    throw badRequest("secret token contains unallowed characters");
  }
  intake.queue.allow(listArg(args, "allowed_updates"));
  dropIfAsked(intake, args);
  intake.polling.webhookSet();
  const maxConnections = within(intArg(args, "max_connections"), 40, [1, 100]);
  intake.webhook.set({ url, secretToken, maxConnections });
  intake.world.changes.changed();
  return true;
}

function webhookInfo({ queue, webhook }: Intake): object {
  const settings = webhook.settings();
  const error = webhook.lastError();
  return {
    url: settings?.url ?? "",
    has_custom_certificate: false,
    pending_update_count: queue.pending().length,
    max_connections: settings?.maxConnections,
    last_error_date: settings && error ? Math.floor(error.at / 1_000) : undefined,
    last_error_message: settings && error ? error.message : undefined,
    allowed_updates: queue.allowed(),
  };
}

export function intakeMethods(intake: Intake): Methods {
  let lastSetAt = Number.NEGATIVE_INFINITY;
  return {
    getUpdates(args, signal) {
      intake.queue.allow(listArg(args, "allowed_updates"));
      const offset = intArg(args, "offset") ?? 0;
      const limit = within(intArg(args, "limit"), 100, [1, 100]);
      const timeout = within(intArg(args, "timeout"), 0, [0, 50]);
      return intake.polling.poll({ offset, limit, timeout }, signal);
    },
    setWebhook(args) {
      const at = intake.world.now();
      // Bot API server: at most one setWebhook a second.
      if (at - lastSetAt < 1_000) throw tooManyRequests(1);
      setWebhook(intake, args);
      lastSetAt = at;
      return true;
    },
    deleteWebhook: (args) => clearWebhook(intake, args),
    getWebhookInfo: () => webhookInfo(intake),
  };
}
