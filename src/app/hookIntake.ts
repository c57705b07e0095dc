import { createHmac, timingSafeEqual } from "node:crypto";
import type { Alert } from "../core/alert.ts";
import { readJson } from "../core/hooks/json.ts";
import { DELIVERY_LIMIT } from "../core/hooks/limits.ts";
import { alertsOf, type HookRequest, parseHook } from "../core/hooks/parse.ts";
import type { Alarm } from "./alarm.ts";
import { createGather } from "./gather.ts";
import { randomToken, sha256 } from "./hash.ts";
import type { Clock, Log } from "./ports.ts";
import type { Hook, HookKind } from "./store/hooks.ts";
import type { Store } from "./store/store.ts";

/** A request to a hook, as far as HTTP matters. */
export interface HookPost {
  readonly bytes: Uint8Array;
  /** The JSON in it: the bytes as text, or the field of a form. */
  readonly text: string;
  /** GitHub's event, delivery and signature. */
  readonly event?: string | undefined;
  readonly delivery?: string | undefined;
  readonly signature?: string | undefined;
}

export type HookAnswer =
  /** Stored. `known`: taken before, by the same delivery. */
  | { readonly kind: "taken"; readonly taken: number; readonly known: number; readonly cut: readonly string[] }
  | { readonly kind: "ignored"; readonly what: string }
  | { readonly kind: "not-json"; readonly line: number; readonly column: number; readonly rule: string }
  | { readonly kind: "malformed"; readonly path: string; readonly rule: string }
  | { readonly kind: "unsigned"; readonly rule: string }
  /** Meanwhile. */
  | { readonly kind: "revoked" };

export interface HookIntake {
  /** One that is not revoked, of `api` or of alerts; whether there is one takes the same time. */
  find(key: string, kind: "api" | "alerts"): Promise<Hook | undefined>;
  /** Whether more can be taken: a hook whose alerts nobody gets through is told to wait before it is listened to. */
  isFull(hook: Hook): Promise<boolean>;
  /** Resolves once what is answered is durable. */
  take(hook: Hook, post: HookPost): Promise<HookAnswer>;
}

export interface HookIntakeParts {
  readonly store: Store;
  /** Rung when there are alerts to deal with. */
  readonly stored: Pick<Alarm, "ring">;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: { alertsTaken(kind: HookKind, count: number): void };
  /** Alerts of one hook that may wait; 10,000 unless given: some minutes of work, and some 20 MB of the disk. */
  readonly mostWaiting?: number;
}

const MOST_WAITING = 10_000;
/** Counting what waits is not worth doing for each of a thousand requests a second. */
const COUNTED_EVERY_MS = 250;

export function createHookIntake(parts: HookIntakeParts): HookIntake {
  const { store, clock, mostWaiting = MOST_WAITING } = parts;
  const keep = openKeep(store);
  const counted = new Map<number, { waiting: number; at: number }>();
  const count = async (id: number): Promise<{ waiting: number; at: number }> => {
    const former = counted.get(id);
    const now = clock();
    if (former && now >= former.at && now - former.at < COUNTED_EVERY_MS) return former;
    const fresh = { waiting: await store.read.hooks.waiting(id, mostWaiting), at: now };
    counted.set(id, fresh);
    return fresh;
  };
  return {
    find: async (key, kind) => {
      const hook = await store.read.hooks.byKeyHash(sha256(key));
      return hook && hook.revokedAt === undefined && (hook.kind === "api") === (kind === "api") ? hook : undefined;
    },
    isFull: async ({ id }) => (await count(id)).waiting >= mostWaiting,
    take: async (hook, post) => {
      const answer = await take(hook, post, { ...parts, keep });
      const known = counted.get(hook.id);
      if (known && answer.kind === "taken") known.waiting += answer.taken;
      return answer;
    },
  };
}

interface Kept {
  readonly hookId: number;
  readonly alerts: readonly Alert[];
  readonly now: number;
}

/** How many were new. */
type Keep = (kept: Kept) => Promise<number | "revoked">;

/** A request waits so long for others to be written with; well within what a sender waits for an answer. */
const GATHER_MS = 15;
const MOST_AT_ONCE = 50;

function openKeep(store: Store): Keep {
  const write = (all: readonly Kept[]) =>
    store.tx(async (tx) => {
      const answers: (number | "revoked")[] = [];
      for (const { hookId, alerts, now } of all) {
        const hook = await tx.hooks.byId(hookId);
        const isOpen = hook !== undefined && hook.revokedAt === undefined;
        answers.push(isOpen ? await tx.hooks.take(hookId, alerts, now) : "revoked");
      }
      return answers;
    });
  return createGather(write, { ms: GATHER_MS, entries: MOST_AT_ONCE });
}

async function take(hook: Hook, post: HookPost, parts: HookIntakeParts & { keep: Keep }): Promise<HookAnswer> {
  const { keep, stored, clock, log, meter } = parts;
  const { id, kind, mapping, secret } = hook;
  if (kind === "api") return { kind: "revoked" };
  if (secret !== undefined && !isSigned(post, secret))
    return { kind: "unsigned", rule: "X-Hub-Signature-256 must be the HMAC-SHA-256 of the body by this hook's secret" };
  const json = readJson(post.text);
  if (json.kind === "malformed") return { ...json, kind: "not-json" };
  const request: HookRequest = { kind, body: json.value, event: post.event, mapping };
  const parsed = parseHook(request);
  if (parsed.kind !== "alerts") return parsed;
  const now = clock();
  const alerts = alertsOf(parsed.alerts, { hook, delivery: deliveryOf(post), now });
  const taken = await keep({ hookId: id, alerts, now });
  if (taken === "revoked") return { kind: "revoked" };
  if (taken > 0) stored.ring();
  meter.alertsTaken(kind, taken);
  const known = alerts.length - taken;
  log.debug({ hook: id, kind, taken, known, cut: parsed.cut.length }, "alerts taken");
  return { kind: "taken", taken, known, cut: parsed.cut };
}

/** The sender's own id of the request, where it has one: the same one again is the same request again. */
function deliveryOf({ delivery }: HookPost): string {
  if (delivery === undefined || delivery === "") return randomToken();
  return delivery.length > DELIVERY_LIMIT ? sha256(delivery) : delivery;
}

function isSigned({ bytes, signature = "" }: HookPost, secret: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
