import { randomBytes } from "node:crypto";
import { setTimeout as sleepFor } from "node:timers/promises";
import { basicMethods } from "./basics.ts";
import { batchMethods } from "./batch.ts";
import { departmentMethods } from "./departments.ts";
import { directoryMethods } from "./directory.ts";
import { diskMethods } from "./disk.ts";
import { fileMethods } from "./disk-files.ts";
import { type DriveOptions, openDrive } from "./drive.ts";
import { openFaultQueue } from "./faults.ts";
import { type Notification, openFeeds } from "./feeds.ts";
import { imUserMethods } from "./im-users.ts";
import { type Limits, openOperatingLimit, openRateLimit } from "./limits.ts";
import type { Method } from "./methods.ts";
import { notifyMethods } from "./notify.ts";
import { openApplications, type PortalApp } from "./oauth.ts";
import { ownFeedMethods } from "./own-feed.ts";
import { DEFAULT_USERS, openUsers, type PortalUser } from "./users.ts";
import type { Department, Refusal, Webhook, WebhookTags, World } from "./world.ts";

export interface PortalOptions {
  /** 0, a free port, when absent. */
  readonly port?: number;
  readonly users?: readonly PortalUser[];
  /** One of user 1 with the scopes `im` and `user_basic` when absent. */
  readonly webhooks?: readonly Webhook[];
  readonly apps?: readonly PortalApp[];
  /** How tags of webhook calls are treated; `ignored` when absent, as servers of 2026 do. */
  readonly tags?: WebhookTags;
  /** Burst 50, draining 2 a second, when absent: every plan but Enterprise. */
  readonly limits?: Limits;
  /** Operating time per method and credential in ten minutes; 420 when absent. */
  readonly operatingLimitSeconds?: number | "off";
  /** Calls of this length or shorter are not added to the operating time; 0.1 when absent, as the server does. */
  readonly operatingThresholdSeconds?: number;
  /** Portal time of each notification: real latency, and counted as operating time. 0 when absent. */
  readonly secondsPerNotification?: number;
  /** Unix milliseconds. */
  readonly clock?: () => number;
  /** How latency passes; replace it along with `clock`. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** 501 when absent: far below the Unix time that stands for a suppressed notification. */
  readonly firstNotificationId?: number;
  /** Methods that this portal does not have, as an old server of one's own. */
  readonly without?: readonly string[];
  /** What every call is answered, as where the tariff has no REST. */
  readonly refuses?: Refusal;
  /** The tariff's name, as applications are told it; `en_team` when absent. */
  readonly license?: string;
  readonly departments?: readonly Department[];
  /** Endless space, public links, and files kept up to 1 MiB when absent. */
  readonly drive?: DriveOptions;
}

/** Every family of methods the portal offers; a new family is added here. */
const METHODS: readonly Method[] = [
  ...basicMethods,
  ...batchMethods,
  ...departmentMethods,
  ...directoryMethods,
  ...diskMethods,
  ...fileMethods,
  ...imUserMethods,
  ...notifyMethods,
  ...ownFeedMethods,
];

/** What the portal learns only once it listens, or hands back to whoever started it. */
export interface Surroundings {
  readonly memberId: string;
  readonly url: () => string;
  readonly announce: (notification: Notification) => void;
}

export function openWorld(options: PortalOptions, { memberId, url, announce }: Surroundings): World {
  const clock = options.clock ?? Date.now;
  const users = openUsers(options.users ?? DEFAULT_USERS);
  const without = new Set(options.without?.map((name) => name.toLowerCase()));
  if (options.drive?.externalLinks === false) without.add("disk.file.getexternallink");
  return {
    clock,
    url,
    sleep: options.sleep ?? ((ms) => sleepFor(ms, undefined, { ref: false })),
    users,
    feeds: openFeeds(options.firstNotificationId ?? 501),
    drive: openDrive(options.drive ?? {}, { users, clock }),
    webhooks: options.webhooks ?? [defaultWebhook()],
    applications: openApplications({ apps: options.apps ?? [], memberId, clock, url }),
    rateLimit: openRateLimit(options.limits ?? { burst: 50, drainPerSecond: 2 }, clock),
    operating: openOperatingLimit({
      limitSeconds: options.operatingLimitSeconds ?? 420,
      thresholdSeconds: options.operatingThresholdSeconds ?? 0.1,
      clock,
    }),
    faults: openFaultQueue(),
    tags: options.tags ?? "ignored",
    secondsPerNotification: options.secondsPerNotification ?? 0,
    methods: new Map(METHODS.filter(({ name }) => !without.has(name)).map((method) => [method.name, method])),
    license: options.license ?? "en_team",
    departments: options.departments ?? [],
    ...(options.refuses ? { refuses: options.refuses } : {}),
    announce,
  };
}

function defaultWebhook(): Webhook {
  return { userId: 1, code: randomBytes(8).toString("hex"), scopes: ["im", "user_basic"] };
}
