import type { DriveStore } from "./drive.ts";
import type { OpenFaultQueue } from "./faults.ts";
import type { Feeds, Notification } from "./feeds.ts";
import type { OperatingLimit, RateLimit } from "./limits.ts";
import type { Method } from "./methods.ts";
import type { Applications } from "./oauth.ts";
import type { Users } from "./users.ts";

/** How the portal treats tags of webhook calls; tags of application calls are always honoured. */
export type WebhookTags = "honoured" | "ignored" | "needs-client-id";

export interface Webhook {
  readonly userId: number;
  readonly code: string;
  readonly scopes: readonly string[];
}

export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly description?: string;
}

export interface Department {
  readonly id: number;
  readonly name: string;
  /** Ids of users. */
  readonly heads: readonly number[];
}

/** Everything a method of the portal may touch. */
export interface World {
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Base address, without a slash at the end. */
  readonly url: () => string;
  readonly users: Users;
  readonly feeds: Feeds;
  readonly drive: DriveStore;
  readonly webhooks: readonly Webhook[];
  readonly applications: Applications;
  readonly rateLimit: RateLimit;
  readonly operating: OperatingLimit;
  readonly faults: OpenFaultQueue;
  readonly tags: WebhookTags;
  readonly secondsPerNotification: number;
  readonly methods: ReadonlyMap<string, Method>;
  readonly license: string;
  readonly departments: readonly Department[];
  readonly refuses?: Refusal;
  readonly announce: (notification: Notification) => void;
}
